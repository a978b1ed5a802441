package io.inkstream.schemas.serde;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.Records;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.TextDocument;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.avro.specific.SpecificRecord;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.errors.SerializationException;

class AvroSerdeTest {
    private static final HexFormat HEX = HexFormat.of();

    private final String url = "mock://" + UUID.randomUUID();
    private final MemoryRegistry registry = MemoryRegistry.named(url.substring("mock://".length()));
    private final AvroSerde<TextDocument> texts =
            new AvroSerde<>(TextDocument.class, registry, Map.of("schema.registry.url", url), false);

    @Example
    void aDocumentIsAZeroByteTheSchemaIdAndTheFieldsInOrder() {
        TextDocument document = TextDocument.newBuilder()
                .setText("Hi")
                .setSeed(3L)
                .setLayout(LayoutOptions.newBuilder().build())
                .build();

        byte[] bytes = texts.serializer().serialize("texts", document);

        assertThat(HEX.formatHex(bytes))
                .isEqualTo("00" + "00000001" // magic, schema id
                        + "04" + "4869" // text: 2 bytes
                        + "0e" + "6e61747572616c" // style: natural
                        + "02" + "06" // seed: second branch, 3
                        + "00" // model: first branch, null
                        + "8001" + "8010" + "555555555555d53f" + "00" + "00" + "3c" // layout
                        + "06" + "706e67" // format: png
                        + "000000000000f03f" // irregularity: 1
                        + "00" // whitespace: PRESERVE
                        + "000000000000f0bf" // joining: -1
                        + "0000000000000000" // slant: 0
                        + "000000000000f03f" // penWidth: 1
                        + "0000000000000000" // letterSpacing: 0
                        + "000000000000f03f" // wordSpacing: 1
                        + "0000000000000000" // fatigue: 0
                        + "0e" + "23303030303030" // ink: #000000
                        + "9003" // resolutionDpi: 200
                        + "06" + "666974" // paper: fit
                        + "0a" + "706c61696e" // ruling: plain
                        + "000000000000f0bf" // marginMm: -1
                        + "000000000000f03f" // lineSpacing: 1
                        + "08" + "6c656674" // align: left
                        + "00"); // markup: false
        assertThat(texts.deserializer().deserialize("texts", bytes)).isEqualTo(document);
        assertThat(registry.latest("texts-value").schema()).isEqualTo(TextDocument.getClassSchema());
    }

    @Example
    void everyRecordComesBackAsItWas() {
        AvroSerde<SpecificRecord> serde = new AvroSerde<>();
        serde.configure(Map.of("schema.registry.url", url), false);
        for (SpecificRecord record : Records.oneOfEach()) {
            byte[] bytes = serde.serializer().serialize("t", record);
            assertThat(serde.deserializer().deserialize("t", bytes)).isEqualTo(record);
        }
    }

    @Property(tries = 3000)
    void anyBytesAreARecordOrBadInput(@ForAll byte[] bytes) {
        int id = registry.register("lines-value", LineImage.getClassSchema());
        AvroSerde<LineImage> lines =
                new AvroSerde<>(LineImage.class, registry, Map.of("schema.registry.url", url), false);
        byte[] framed = ByteBuffer.allocate(5 + bytes.length)
                .put((byte) 0)
                .putInt(id)
                .put(bytes)
                .array();
        for (byte[] input : List.of(bytes, framed)) {
            try {
                assertThat(lines.deserializer().deserialize("lines", input)).isNotNull();
            } catch (UnreadableRecordException | UnknownSchemaException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Property(tries = 300)
    void aDamagedRecordIsReadOrBadInput(@ForAll int place, @ForAll byte value, @ForAll boolean cut) {
        AvroSerde<SpecificRecord> serde = new AvroSerde<>();
        serde.configure(Map.of("schema.registry.url", url), false);
        for (SpecificRecord record : Records.oneOfEach()) {
            byte[] bytes = serde.serializer().serialize("t", record);
            int at = Math.floorMod(place, Math.min(bytes.length, 300));
            byte[] damaged = cut ? Arrays.copyOf(bytes, at) : bytes;
            if (!cut) {
                damaged[at] = value;
            }
            try {
                assertThat(serde.deserializer().deserialize("t", damaged)).isNotNull();
            } catch (UnreadableRecordException | UnknownSchemaException e) {
                assertThat(e.getMessage()).isNotBlank();
            }
        }
    }

    @Example
    void bytesAfterTheRecordAreBadInput() {
        byte[] bytes = texts.serializer().serialize("texts", Records.text());

        assertThatThrownBy(() -> texts.deserializer().deserialize("texts", Arrays.copyOf(bytes, bytes.length + 2)))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("2 bytes follow");
    }

    @Example
    void aRecordThatNestsWithoutEndIsBadInput() {
        Schema nested = new Schema.Parser().parse("""
                        {"type": "record", "name": "TextDocument", "namespace": "io.inkstream.schemas.avro", "fields": [
                          {"name": "inner", "type": ["null", "TextDocument"]}, {"name": "text", "type": "string"}]}""");
        int id = registry.register("texts-value", nested);
        byte[] bytes = new byte[5 + 2_000_000];
        Arrays.fill(bytes, (byte) 2);
        ByteBuffer.wrap(bytes).put((byte) 0).putInt(id);

        assertThatThrownBy(() -> texts.deserializer().deserialize("texts", bytes))
                .isInstanceOf(UnreadableRecordException.class);
    }

    @Example
    void aProducerMayLeaveOutWhatHasADefaultAndAddWhatWeDoNotKnow() {
        byte[] merry = merry("io.inkstream.schemas.avro", "TextDocument");

        TextDocument read = texts.deserializer().deserialize("texts", merry);

        assertThat(read.getText()).isEqualTo("Hello");
        assertThat(read.getStyle()).isEqualTo("natural");
        assertThat(read.getLayout().getLineHeightPx()).isEqualTo(64);
    }

    @Example
    void aRecordOfAnotherNameIsRefusedThoughItsFieldsWouldFit() {
        assertThatThrownBy(() -> texts.deserializer().deserialize("texts", merry("org.example", "TextDocument")))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("org.example.TextDocument, not a io.inkstream.schemas.avro.TextDocument");
        assertThatThrownBy(() -> texts.deserializer().deserialize("texts", merry("io.inkstream.schemas.avro", "Text")))
                .isInstanceOf(UnreadableRecordException.class);
    }

    /** A text as a producer writes it whose schema has a field more, and none of those with a default. */
    private byte[] merry(String namespace, String name) {
        Schema theirs = SchemaBuilder.record(name)
                .namespace(namespace)
                .fields()
                .requiredString("mood")
                .requiredString("text")
                .endRecord();
        AvroSerializer<GenericRecord> producer = new AvroSerializer<>();
        producer.configure(Map.of("schema.registry.url", url), false);
        return producer.serialize(
                "texts",
                new GenericRecordBuilder(theirs)
                        .set("mood", "merry")
                        .set("text", "Hello")
                        .build());
    }

    @Example
    void withoutTheSpecificReaderARecordIsGeneric() {
        AvroDeserializer<GenericRecord> deserializer = new AvroDeserializer<>();
        deserializer.configure(Map.of("schema.registry.url", url), false);

        GenericRecord read =
                deserializer.deserialize("texts", texts.serializer().serialize("texts", Records.text()));

        assertThat(read).isInstanceOf(GenericData.Record.class);
        assertThat(read.get("style")).hasToString("hasty");
    }

    @Example
    void aWriterNamedAfterNoClassOfOursIsBadInputWhereTheClassIsTheWriters() {
        AvroSerializer<GenericRecord> producer = new AvroSerializer<>();
        producer.configure(Map.of("schema.registry.url", url), false);
        Schema schema = SchemaBuilder.record("Nobody").fields().requiredInt("x").endRecord();
        byte[] bytes = producer.serialize(
                "t", new GenericRecordBuilder(schema).set("x", 1).build());
        AvroSerde<SpecificRecord> serde = new AvroSerde<>();
        serde.configure(Map.of("schema.registry.url", url), false);

        assertThatThrownBy(() -> serde.deserializer().deserialize("t", bytes))
                .isInstanceOf(UnreadableRecordException.class)
                .hasMessageContaining("Nobody");
    }

    @Example
    void withoutRegisteringOnlyAKnownSchemaIsWritten() {
        AvroSerde<TextDocument> careful = serde(Map.of("auto.register.schemas", "false"));
        assertThatThrownBy(() -> careful.serializer().serialize("texts", Records.text()))
                .isInstanceOf(UnknownSchemaException.class);

        int id = registry.register("texts-value", TextDocument.getClassSchema());
        assertThat(Wire.schemaId(careful.serializer().serialize("texts", Records.text())))
                .isEqualTo(id);
    }

    @Example
    void withTheNewestVersionARecordIsWrittenInItsFields() {
        Schema newest = SchemaBuilder.record("TextDocument")
                .namespace("io.inkstream.schemas.avro")
                .fields()
                .name("mood")
                .type()
                .stringType()
                .stringDefault("calm")
                .requiredString("text")
                .endRecord();
        registry.register("texts-value", TextDocument.getClassSchema());
        int id = registry.register("texts-value", newest);
        AvroSerde<TextDocument> latest = serde(Map.of("auto.register.schemas", "false", "use.latest.version", "true"));

        byte[] bytes = latest.serializer().serialize("texts", Records.text());

        AvroDeserializer<GenericRecord> generic = new AvroDeserializer<>();
        generic.configure(Map.of("schema.registry.url", url), false);
        assertThat(Wire.schemaId(bytes)).isEqualTo(id);
        assertThat(generic.deserialize("texts", bytes).get("mood")).hasToString("calm");
        assertThat(generic.deserialize("texts", bytes).get("text"))
                .hasToString(Records.text().getText());
    }

    @Example
    void aRecordThatCannotBecomeTheNewestVersionIsRefused() {
        registry.register(
                "texts-value",
                SchemaBuilder.record("TextDocument")
                        .namespace("io.inkstream.schemas.avro")
                        .fields()
                        .requiredString("must")
                        .endRecord());
        AvroSerde<TextDocument> latest = serde(Map.of("auto.register.schemas", "false", "use.latest.version", "true"));

        assertThatThrownBy(() -> latest.serializer().serialize("texts", Records.text()))
                .isInstanceOf(SerializationException.class)
                .hasMessageContaining("must");
    }

    @Example
    void theSubjectIsNamedAsTheStrategySays() {
        String confluents = "io.confluent.kafka.serializers.subject.";
        serde(Map.of("value.subject.name.strategy", confluents + "RecordNameStrategy"))
                .serializer()
                .serialize("t", Records.text());
        serde(Map.of("value.subject.name.strategy", confluents + "TopicRecordNameStrategy"))
                .serializer()
                .serialize("t", Records.text());
        new AvroSerde<>(TextDocument.class, registry, Map.of(), true)
                .serializer()
                .serialize("t", Records.text());

        String name = "io.inkstream.schemas.avro.TextDocument";
        for (String subject : List.of(name, "t-" + name, "t-key")) {
            assertThat(registry.latest(subject).id()).isEqualTo(1);
        }
        assertThatThrownBy(() -> serde(Map.of("value.subject.name.strategy", "org.example.Mine")))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining("org.example.Mine")
                .hasMessageContaining("TopicNameStrategy");
    }

    @Example
    void wrongSettingsAreNamed() {
        Map<Map<String, String>, String> faults = Map.of(
                Map.of(), "schema.registry.url",
                Map.of("schema.registry.url", "localhost:8081"), "localhost:8081",
                Map.of("schema.registry.url", url, "auto.register.schemas", "yes"), "auto.register.schemas",
                Map.of("schema.registry.url", url, "max.retries", "-1"), "max.retries",
                Map.of("schema.registry.url", url, "basic.auth.credentials.source", "SASL_INHERIT"), "SASL_INHERIT",
                Map.of("schema.registry.url", url, "basic.auth.credentials.source", "USER_INFO"), "user.info");

        faults.forEach((configs, named) -> assertThatThrownBy(() -> new AvroSerde<>().configure(configs, false))
                .isInstanceOf(ConfigException.class)
                .hasMessageContaining(named));
    }

    @Example
    void manyThreadsMayShareOneSerde() throws Exception {
        List<SpecificRecord> records = Records.oneOfEach();
        AvroSerde<SpecificRecord> serde = new AvroSerde<>();
        serde.configure(Map.of("schema.registry.url", url), false);
        Callable<Void> work = () -> {
            for (int i = 0; i < 500; i++) {
                SpecificRecord record = records.get(i % records.size());
                byte[] bytes = serde.serializer().serialize("t", record);
                assertThat(serde.deserializer().deserialize("t", bytes)).isEqualTo(record);
            }
            return null;
        };
        ExecutorService threads = Executors.newFixedThreadPool(4);
        try {
            for (Future<Void> done : threads.invokeAll(List.of(work, work, work, work))) {
                done.get();
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private AvroSerde<TextDocument> serde(Map<String, String> configs) {
        Map<String, String> all = new HashMap<>(configs);
        all.put("schema.registry.url", url);
        return new AvroSerde<>(TextDocument.class, registry, all, false);
    }
}
