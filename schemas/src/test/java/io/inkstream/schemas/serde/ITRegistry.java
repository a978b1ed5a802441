package io.inkstream.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.Records;
import io.inkstream.schemas.avro.TextDocument;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.utils.Utils;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Our serde and Confluent's own against a real registry, with the rule BACKWARD. */
class ITRegistry {
    private static RegistryProcess registry;

    @BeforeAll
    static void start() throws Exception {
        registry = RegistryProcess.start(Path.of(System.getProperty("registry.home")));
    }

    @AfterAll
    static void stop() {
        registry.close();
    }

    static List<SpecificRecord> records() {
        return Records.oneOfEach();
    }

    @ParameterizedTest
    @MethodSource("records")
    void confluentsClientAndOursAgreeOnIdsAndBytes(SpecificRecord record) throws Exception {
        String topic = "agree-" + record.getSchema().getName();
        try (Serializer<Object> theirWriter =
                        Utils.newInstance("io.confluent.kafka.serializers.KafkaAvroSerializer", Serializer.class);
                Deserializer<Object> theirReader =
                        Utils.newInstance("io.confluent.kafka.serializers.KafkaAvroDeserializer", Deserializer.class);
                AvroSerde<SpecificRecord> ours = new AvroSerde<>()) {
            theirWriter.configure(configs(Map.of()), false);
            theirReader.configure(configs(Map.of("specific.avro.reader", "true")), false);
            ours.configure(configs(Map.of()), false);

            byte[] own = ours.serializer().serialize(topic, record);
            byte[] theirs = theirWriter.serialize(topic, record);

            assertThat(own).isEqualTo(theirs);
            assertThat(theirReader.deserialize(topic, own)).isEqualTo(record);
            assertThat(ours.deserializer().deserialize(topic, theirs)).isEqualTo(record);
        }
    }

    @Test
    void aFieldWithADefaultMayBeAddedAndOldDataIsStillRead() {
        Schema today = TextDocument.getClassSchema();
        Schema yesterday = without(today, "layout");
        AvroSerializer<GenericRecord> old = new AvroSerializer<>();
        old.configure(configs(Map.of()), false);
        byte[] oldRecord = old.serialize(
                "evolving",
                new GenericRecordBuilder(yesterday)
                        .set("text", "written yesterday")
                        .set("style", "neat")
                        .build());

        AvroSerde<TextDocument> serde = serde(TextDocument.class, Map.of());
        byte[] newRecord = serde.serializer().serialize("evolving", Records.text());

        assertThat(Wire.schemaId(newRecord)).isNotEqualTo(Wire.schemaId(oldRecord));
        TextDocument read = serde.deserializer().deserialize("evolving", oldRecord);
        assertThat(read.getText()).isEqualTo("written yesterday");
        assertThat(read.getLayout().getLineHeightPx()).isEqualTo(64);
        assertThat(client(Map.of()).latest("evolving-value").version()).isEqualTo(2);
    }

    /** The schema of the README's example in Python. */
    @Test
    void aClientMayUseAShorterSchemaOfItsOwn() {
        Schema shorter = new Schema.Parser().parse("""
                        {"type": "record", "name": "io.inkstream.schemas.avro.TextDocument",
                         "fields": [{"name": "text", "type": "string"}, {"name": "style", "type": "string", "default": "natural"}]}""");
        AvroSerde<TextDocument> serde = serde(TextDocument.class, Map.of());
        AvroSerializer<GenericRecord> client = new AvroSerializer<>();
        client.configure(configs(Map.of()), false);
        GenericRecord record = new GenericRecordBuilder(shorter)
                .set("text", "Dear Ada,")
                .set("style", "neat")
                .build();

        byte[] ours = serde.serializer().serialize("shared", Records.text());
        byte[] theirs = client.serialize("shared", record);

        TextDocument read = serde.deserializer().deserialize("shared", theirs);
        assertThat(read.getText()).isEqualTo("Dear Ada,");
        assertThat(read.getLayout().getLinesPerPage()).isEqualTo(30);
        assertThat(serde(TextDocument.class, Map.of()).serializer().serialize("shared", Records.text()))
                .as("ours is still known afterwards")
                .isEqualTo(ours);
    }

    @Test
    void anIncompatibleSchemaIsRefusedAndNothingIsWritten() {
        AvroSerde<TextDocument> serde = serde(TextDocument.class, Map.of());
        serde.serializer().serialize("guarded", Records.text());
        Schema incompatible = new Schema.Parser().parse("""
                        {"type": "record", "name": "TextDocument", "namespace": "io.inkstream.schemas.avro", "fields": [
                          {"name": "text", "type": "string"},
                          {"name": "mood", "type": "string"}]}""");
        AvroSerializer<GenericRecord> writer = new AvroSerializer<>();
        writer.configure(configs(Map.of()), false);
        GenericRecord record = new GenericRecordBuilder(incompatible)
                .set("text", "x")
                .set("mood", "merry")
                .build();

        assertThatThrownBy(() -> writer.serialize("guarded", record))
                .isInstanceOf(RefusedSchemaException.class)
                .hasMessageContaining("guarded-value")
                .hasMessageContaining("mood");
        assertThat(client(Map.of()).latest("guarded-value").schema()).isEqualTo(TextDocument.getClassSchema());
    }

    @Test
    void whatTheRegistryDoesNotHaveIsUnknown() {
        RegistryClient client = client(Map.of());

        assertThatThrownBy(() -> client.byId(987_654)).isInstanceOf(UnknownSchemaException.class);
        assertThatThrownBy(() -> client.latest("nobody-value")).isInstanceOf(UnknownSchemaException.class);
        assertThatThrownBy(() -> client.idOf("nobody-value", TextDocument.getClassSchema()))
                .isInstanceOf(UnknownSchemaException.class);
        client.register("somebody-value", without(TextDocument.getClassSchema(), "model"));
        assertThatThrownBy(() -> client.idOf("somebody-value", TextDocument.getClassSchema()))
                .isInstanceOf(UnknownSchemaException.class);
    }

    @Test
    void aWrongPathIsTroubleAndNotAnUnknownSchema() {
        String wrong = registry.url().replace("/v7", "/v0");

        assertThatThrownBy(() -> client(Map.of("schema.registry.url", wrong)).byId(1))
                .isInstanceOf(RegistryUnavailableException.class);
    }

    @Test
    void theNewestVersionIsFoundAndWrittenWith() {
        int id = client(Map.of()).register("newest-value", TextDocument.getClassSchema());
        AvroSerde<TextDocument> serde =
                serde(TextDocument.class, Map.of("auto.register.schemas", "false", "use.latest.version", "true"));

        byte[] bytes = serde.serializer().serialize("newest", Records.text());

        assertThat(Wire.schemaId(bytes)).isEqualTo(id);
        assertThat(serde.deserializer().deserialize("newest", bytes)).isEqualTo(Records.text());
    }

    @Test
    void whatIsKnownNeedsNoRegistry() throws Exception {
        try (RegistryProcess passing = RegistryProcess.start(Path.of(System.getProperty("registry.home")))) {
            Map<String, Object> configs = configs(Map.of("schema.registry.url", passing.url(), "max.retries", "0"));
            AvroSerde<TextDocument> serde =
                    new AvroSerde<>(TextDocument.class, RegistryClient.configuredBy(configs), configs, false);
            byte[] bytes = serde.serializer().serialize("t", Records.text());
            serde.deserializer().deserialize("t", bytes);

            passing.close();

            assertThat(serde.serializer().serialize("t", Records.text())).isEqualTo(bytes);
            assertThat(serde.deserializer().deserialize("t", bytes)).isEqualTo(Records.text());
            assertThatThrownBy(() -> serde.serializer().serialize("other", Records.text()))
                    .isInstanceOf(RegistryUnavailableException.class);
        }
    }

    private static <T extends SpecificRecord> AvroSerde<T> serde(Class<T> type, Map<String, String> more) {
        return new AvroSerde<>(type, client(more), configs(more), false);
    }

    private static RegistryClient client(Map<String, String> more) {
        return RegistryClient.configuredBy(configs(more));
    }

    private static Map<String, Object> configs(Map<String, String> more) {
        Map<String, Object> configs = new HashMap<>();
        configs.put("schema.registry.url", registry.url());
        configs.put("retries.wait.ms", "0");
        configs.putAll(more);
        return configs;
    }

    private static Schema without(Schema record, String dropped) {
        List<Schema.Field> fields = new ArrayList<>();
        for (Schema.Field field : record.getFields()) {
            if (!field.name().equals(dropped)) {
                fields.add(new Schema.Field(field, field.schema()));
            }
        }
        return Schema.createRecord(record.getName(), record.getDoc(), record.getNamespace(), false, fields);
    }
}
