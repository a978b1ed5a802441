package io.inkstream.schemas.serde;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.Records;
import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.avro.TextDocument;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The promises that hold whichever serde the settings choose; Confluent's is the genuine one. */
class ValueSerdesTest {
    private FakeRegistry registry;

    enum Choice {
        OURS,
        OURS_BY_NAME,
        CONFLUENTS;

        Map<String, String> keys() {
            return switch (this) {
                case OURS -> Map.of();
                case OURS_BY_NAME -> Map.of("default.value.serde", AvroSerde.class.getName());
                case CONFLUENTS ->
                    Map.of(
                            "value.serializer", "io.confluent.kafka.serializers.KafkaAvroSerializer",
                            "value.deserializer", "io.confluent.kafka.serializers.KafkaAvroDeserializer");
            };
        }
    }

    @BeforeEach
    void startRegistry() throws Exception {
        registry = new FakeRegistry();
    }

    @AfterEach
    void stopRegistry() {
        registry.close();
    }

    @ParameterizedTest
    @EnumSource
    void whatWasWrittenIsReadAsTheTopicsClass(Choice choice) {
        Serde<TextDocument> serde = serde(choice, TextDocument.class);

        TextDocument document = Records.text();
        assertThat(serde.deserializer().deserialize("t", serde.serializer().serialize("t", document)))
                .isEqualTo(document);
        assertThat(serde.serializer().serialize("t", null)).isNull();
        assertThat(serde.deserializer().deserialize("t", (byte[]) null)).isNull();
    }

    @ParameterizedTest
    @EnumSource
    void bytesThatAreNoAvroAreBadInput(Choice choice) {
        Serde<TextDocument> serde = serde(choice, TextDocument.class);
        byte[] truncated = truncated(serde);

        for (byte[] bytes : new byte[][] {{}, {0}, {1, 2, 3, 4, 5, 6}, "plain text".getBytes(UTF_8), truncated}) {
            assertThatThrownBy(() -> serde.deserializer().deserialize("t", bytes))
                    .isInstanceOf(UnreadableRecordException.class);
        }
    }

    @ParameterizedTest
    @EnumSource
    void anUnknownSchemaIdIsBadInput(Choice choice) {
        Serde<TextDocument> serde = serde(choice, TextDocument.class);

        assertThatThrownBy(() -> serde.deserializer().deserialize("t", new byte[] {0, 0, 0, 0, 77, 2}))
                .isInstanceOf(UnknownSchemaException.class)
                .hasMessageContaining("77");
    }

    @ParameterizedTest
    @EnumSource
    void aRecordOfAnotherTopicIsBadInput(Choice choice) {
        byte[] chunk = serde(choice, ModelChunk.class).serializer().serialize("t", (ModelChunk)
                Records.oneOfEach().get(4));

        assertThatThrownBy(
                        () -> serde(choice, TextDocument.class).deserializer().deserialize("t", chunk))
                .isInstanceOf(UnreadableRecordException.class);
    }

    @ParameterizedTest
    @EnumSource
    void aRegistryInTroubleIsNotBadInput(Choice choice) {
        for (int i = 0; i < 9; i++) {
            registry.next(503, "{\"error_code\": 50003, \"message\": \"away\"}");
        }
        Serde<TextDocument> serde = serde(choice, TextDocument.class);

        assertThatThrownBy(() -> serde.deserializer().deserialize("t", new byte[] {0, 0, 0, 0, 1, 2}))
                .isInstanceOf(RegistryUnavailableException.class);
    }

    @ParameterizedTest
    @EnumSource
    void aRegistryThatIsGoneIsNotBadInput(Choice choice) {
        registry.close();
        Serde<TextDocument> serde = serde(choice, TextDocument.class);

        assertThatThrownBy(() -> serde.deserializer().deserialize("t", new byte[] {0, 0, 0, 0, 1, 2}))
                .isInstanceOf(RegistryUnavailableException.class);
    }

    @ParameterizedTest
    @EnumSource
    void writingTellsRefusalFromTrouble(Choice choice) {
        Serde<TextDocument> serde = serde(choice, TextDocument.class);
        registry.next(409, "{\"error_code\": 409, \"message\": \"incompatible\"}");
        registry.next(409, "{\"error_code\": 409, \"message\": \"incompatible\"}"); // it is asked twice
        assertThatThrownBy(() -> serde.serializer().serialize("t", Records.text()))
                .isInstanceOf(RefusedSchemaException.class)
                .hasMessageContaining("incompatible");

        registry.close();
        assertThatThrownBy(() -> serde.serializer().serialize("t", Records.text()))
                .isInstanceOf(RegistryUnavailableException.class);
    }

    @Test
    void aClassThatIsNotThereOrIsNoSerdeIsNamed() {
        assertThatThrownBy(() -> new ValueSerdes(Map.of("default.value.serde", "no.such.Serde")).of(TextDocument.class))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("no.such.Serde");
        assertThatThrownBy(() -> new ValueSerdes(Map.of("default.value.serde", String.class)).of(TextDocument.class))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("java.lang.String");
        assertThatThrownBy(() -> new ValueSerdes(Map.of("default.value.serde", Serdes.StringSerde.class))
                        .of(TextDocument.class)
                        .deserializer()
                        .deserialize("t", new byte[] {65}))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("java.lang.String");
    }

    private <T extends SpecificRecord> Serde<T> serde(Choice choice, Class<T> type) {
        Map<String, Object> configs = new HashMap<>(choice.keys());
        configs.put("schema.registry.url", registry.url());
        configs.put("max.retries", 1);
        configs.put("retries.wait.ms", 0);
        return new ValueSerdes(configs).of(type);
    }

    private static byte[] truncated(Serde<TextDocument> serde) {
        byte[] bytes = serde.serializer().serialize("t", Records.text());
        return Arrays.copyOf(bytes, bytes.length - 3);
    }
}
