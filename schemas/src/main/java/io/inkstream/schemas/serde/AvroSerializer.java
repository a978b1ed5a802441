package io.inkstream.schemas.serde;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericDatumReader;
import org.apache.avro.generic.GenericDatumWriter;
import org.apache.avro.generic.IndexedRecord;
import org.apache.avro.io.BinaryEncoder;
import org.apache.avro.io.DatumWriter;
import org.apache.avro.io.EncoderFactory;
import org.apache.avro.specific.SpecificDatumWriter;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.Serializer;

/**
 * Writes Avro records, specific or generic, byte for byte as Confluent's serializer does; null stays null. For
 * {@code key.serializer} and {@code value.serializer}. Safe for use by many threads once configured.
 *
 * <p>Reads {@code auto.register.schemas} (default true), {@code use.latest.version} (default false),
 * {@code key.subject.name.strategy}, {@code value.subject.name.strategy} and the keys of {@link RegistryConfig}.
 */
public final class AvroSerializer<T extends IndexedRecord> implements Serializer<T> {
    private static final int CACHED = 1_000;

    private final Cache<Target, Prepared> prepared =
            Caffeine.newBuilder().maximumSize(CACHED).build();
    private RegistryClient registry;
    private SubjectNaming naming;
    private boolean isKey;
    private boolean autoRegister;
    private boolean useLatest;

    private record Target(String topic, Schema schema) {}

    /** How records of one schema go to one topic. */
    private record Prepared(int id, DatumWriter<Object> writer) {}

    /** For Kafka, which calls {@link #configure}. */
    public AvroSerializer() {}

    AvroSerializer(RegistryClient registry) {
        this.registry = registry;
    }

    @Override
    public void configure(Map<String, ?> configs, boolean isKey) {
        if (registry == null) {
            registry = RegistryClient.configuredBy(configs);
        }
        this.isKey = isKey;
        naming = SubjectNaming.configuredBy(configs, isKey);
        autoRegister = RegistryConfig.flag(configs, "auto.register.schemas", true);
        useLatest = RegistryConfig.flag(configs, "use.latest.version", false);
    }

    /**
     * Writes one record.
     *
     * @throws RegistryUnavailableException if the registry gives no usable answer; the same call may succeed later
     * @throws SerializationException if the registry refuses the schema, or the record does not fit its own schema
     */
    @Override
    public byte[] serialize(String topic, T record) {
        if (record == null) {
            return null;
        }
        Schema schema = record.getSchema();
        if (useLatest && !autoRegister) {
            return withLatest(topic, record, schema);
        }
        Prepared how = prepared.get(new Target(topic, schema), unused -> {
            String subject = naming.subject(topic, isKey, schema);
            int id = autoRegister ? registry.register(subject, schema) : registry.idOf(subject, schema);
            return new Prepared(id, writer(record, schema));
        });
        return write(how.id(), record, how.writer());
    }

    /** Writes with the subject's newest schema, which may have other fields than the record's own. */
    private byte[] withLatest(String topic, T record, Schema own) {
        RegistryClient.Registered latest = registry.latest(naming.subject(topic, isKey, own));
        byte[] bytes = write(latest.id(), record, writer(record, own));
        if (own.equals(latest.schema())) {
            return bytes;
        }
        try {
            Object fitted =
                    new GenericDatumReader<>(own, latest.schema()).read(null, new BoundedDecoder(bytes, Wire.HEADER));
            return write(latest.id(), fitted, new GenericDatumWriter<>(latest.schema()));
        } catch (IOException | RuntimeException e) {
            throw new SerializationException(
                    own.getFullName() + " cannot be written with the newest schema of its subject, version "
                            + latest.version() + ": " + e.getMessage(),
                    e);
        }
    }

    private static byte[] write(int schemaId, Object record, DatumWriter<Object> writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(512);
        bytes.writeBytes(Wire.header(schemaId));
        BinaryEncoder encoder = EncoderFactory.get().binaryEncoder(bytes, null);
        try {
            writer.write(record, encoder);
            encoder.flush();
        } catch (IOException | RuntimeException e) {
            throw new SerializationException("the record does not fit its own schema: " + e.getMessage(), e);
        }
        return bytes.toByteArray();
    }

    private static DatumWriter<Object> writer(IndexedRecord record, Schema schema) {
        return record instanceof SpecificRecord ? new SpecificDatumWriter<>(schema) : new GenericDatumWriter<>(schema);
    }
}
