package io.inkstream.trainer.kafka;

import io.inkstream.schemas.topics.Topic;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DecoderFactory;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificData;
import org.apache.avro.specific.SpecificDatumReader;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;

/** Topics whose values are bare Avro: what a test needs where no schema registry is. */
public final class PlainAvro {
    private PlainAvro() {}

    public static <T extends SpecificRecord> Topic<String, T> topic(String name, Class<T> type) {
        return new Topic<>(name, Serdes.String(), serde(type), Topic.Cleanup.COMPACT);
    }

    private static <T extends SpecificRecord> Serde<T> serde(Class<T> type) {
        SpecificData model = SpecificData.getForClass(type);
        return Serdes.serdeFrom(
                (topic, value) -> {
                    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                    BinaryEncoder encoder = EncoderFactory.get().directBinaryEncoder(bytes, null);
                    try {
                        new SpecificDatumWriter<T>(model.getSchema(type), model).write(value, encoder);
                        encoder.flush();
                    } catch (IOException e) {
                        throw new SerializationException(e);
                    }
                    return bytes.toByteArray();
                },
                (topic, bytes) -> {
                    if (bytes == null) {
                        return null;
                    }
                    try {
                        return new SpecificDatumReader<T>(model.getSchema(type), model.getSchema(type), model)
                                .read(null, DecoderFactory.get().binaryDecoder(bytes, null));
                    } catch (IOException | RuntimeException e) {
                        throw new SerializationException("not " + type.getSimpleName(), e);
                    }
                });
    }
}
