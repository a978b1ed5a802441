package io.inkstream.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.Records;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our serde beside Confluent's own, on one registry. */
class ConfluentPeerTest {
    private FakeRegistry registry;

    @BeforeEach
    void startRegistry() throws Exception {
        registry = new FakeRegistry();
    }

    @AfterEach
    void stopRegistry() {
        registry.close();
    }

    static List<SpecificRecord> records() {
        return Records.oneOfEach();
    }

    @ParameterizedTest
    @MethodSource("records")
    void weWriteTheSameBytesAsConfluentAndReadEachOthers(SpecificRecord record) throws Exception {
        Map<String, Object> configs =
                new HashMap<>(Map.of("schema.registry.url", registry.url(), "specific.avro.reader", true));
        try (Serializer<Object> theirWriter =
                        Utils.newInstance("io.confluent.kafka.serializers.KafkaAvroSerializer", Serializer.class);
                Deserializer<Object> theirReader =
                        Utils.newInstance("io.confluent.kafka.serializers.KafkaAvroDeserializer", Deserializer.class);
                AvroSerde<SpecificRecord> ours = new AvroSerde<>()) {
            theirWriter.configure(configs, false);
            theirReader.configure(configs, false);
            ours.configure(configs, false);

            byte[] theirs = theirWriter.serialize("topic", record);
            byte[] own = ours.serializer().serialize("topic", record);

            assertThat(own).isEqualTo(theirs);
            assertThat(theirReader.deserialize("topic", own)).isEqualTo(record);
            assertThat(ours.deserializer().deserialize("topic", theirs)).isEqualTo(record);
        }
    }
}
