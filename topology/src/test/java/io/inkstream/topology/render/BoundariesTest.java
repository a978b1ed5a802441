package io.inkstream.topology.render;

import static io.inkstream.topology.render.ProcessorHarness.header;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.Provenance;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.avro.Variation;
import io.inkstream.schemas.serde.AvroSerializer;
import io.inkstream.schemas.topics.DeadLetterHeaders;
import io.inkstream.topology.Models;
import io.inkstream.topology.TopologyHarness;
import io.inkstream.topology.flow.RecordLimits;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.Test;

/** What is too large, too old or too odd is drawn or becomes a dead letter, and nothing is stored or put out that a topic refuses. */
class BoundariesTest {
    private static final Headers NONE = new RecordHeaders();

    private final ProcessorHarness harness =
            new ProcessorHarness().serve("base:1").start();

    @Test
    void aFieldOfSomebodysOwnIsNotStoredHoweverLargeItIs() {
        harness.processBytes("doc".getBytes(UTF_8), withExtraField("one two three", 2_000_000), NONE);
        assertStoresTakeIt();
        assertThat(storedBytes()).isLessThan(20_000);
        harness.drawEverything();

        assertThat(harness.emitted).containsExactly("doc 0 one two", "doc 1 three");
        assertThat(harness.isEmpty()).isTrue();
    }

    @Test
    void ofALargeDocumentThatWaitsOnlyTheTextIsStoredAndItIsDrawnAfterARestart() {
        harness.processBytes("doc".getBytes(UTF_8), withExtraField("one", "other:1", 2_000_000), NONE);
        assertThat(storedBytes()).isLessThan(5_000);
        harness.start();
        harness.serve("other:1");
        harness.pass(300);
        harness.drawEverything();

        assertThat(harness.emitted).containsExactly("doc 0 one");
    }

    @Test
    void aLargeDocumentThatIsRefusedLaterSaysWhereItLies() {
        harness.processBytes("doc".getBytes(UTF_8), withExtraField("one", "other:1", 2_000_000), NONE);
        harness.pass(4_000);

        Record<byte[], byte[]> letter = harness.letterRecords.get(0);
        assertThat(letter.value()).isNull();
        assertThat(Integer.parseInt(header(letter, DeadLetterHeaders.VALUE_OMITTED)))
                .isGreaterThan(2_000_000);
        assertThat(header(letter, DeadLetterHeaders.OFFSET)).isEqualTo("0");
    }

    @Test
    void aHugeStyleOrPinIsADeadLetterAtOnceWithAShortMessage() {
        TextDocument styled = Models.document("one");
        styled.setStyle("s".repeat(5_000_000));
        harness.process("styled", styled);
        TextDocument pinned = Models.document("one");
        pinned.setModel("m".repeat(1_500_000));
        harness.process("pinned", pinned);

        assertThat(harness.deadLetters).hasSize(2);
        assertThat(harness.deadLetters.get(0)).startsWith("UNKNOWN_STYLE: the style's name has 5000000 characters");
        assertThat(harness.deadLetters.get(1)).startsWith("UNKNOWN_MODEL: the document is pinned to a model, but");
        assertThat(harness.deadLetters).allSatisfy(letter -> assertThat(letter).hasSizeLessThan(1_100));
        assertThat(harness.letterRecords).allSatisfy(letter -> {
            assertThat(letter.value()).isNull();
            assertThat(header(letter, DeadLetterHeaders.VALUE_OMITTED)).isNotNull();
        });
        assertThat(harness.isEmpty()).isTrue();
    }

    @Test
    void aKeyThatIsLongerThanAnIdIsADeadLetterWithoutIt() {
        harness.maxRecordBytes = 8 << 20;
        harness.processBytes(new byte[4_097], new byte[] {0, 0, 0, 0, 1, 1}, NONE);
        harness.processBytes(new byte[9 << 20], new byte[] {0, 0, 0, 0, 1, 1}, NONE);

        assertThat(harness.deadLetters).allSatisfy(letter -> assertThat(letter).startsWith("RECORD_TOO_LARGE"));
        assertThat(harness.letterRecords.get(0).key()).hasSize(4_097);
        assertThat(harness.letterRecords.get(1).key()).isNull();
        assertThat(header(harness.letterRecords.get(1), DeadLetterHeaders.KEY_OMITTED))
                .isEqualTo(Integer.toString(9 << 20));
    }

    @Test
    void nullKeysAndValuesStayNullAndNothingIsSaidToBeLeftOut() {
        harness.processBytes(null, new byte[] {0, 0, 0, 0, 1, 1}, NONE);
        harness.processBytes("doc".getBytes(UTF_8), null, NONE);

        assertThat(harness.letterRecords.get(0).key()).isNull();
        assertThat(harness.letterRecords.get(0).value()).hasSize(6);
        assertThat(harness.letterRecords.get(1).value()).isNull();
        assertThat(harness.letterRecords).allSatisfy(letter -> {
            assertThat(header(letter, DeadLetterHeaders.KEY_OMITTED)).isNull();
            assertThat(header(letter, DeadLetterHeaders.VALUE_OMITTED)).isNull();
        });
    }

    @Test
    void aRecordOfAnotherNameIsRefusedByName() {
        byte[] line = harness.topics
                .lines()
                .value()
                .serializer()
                .serialize(
                        "t.lines",
                        new LineImage(
                                0,
                                1,
                                "it has a text",
                                ByteBuffer.allocate(0),
                                0,
                                0,
                                0.0,
                                List.of(),
                                List.of(),
                                new Provenance("base:1", "", "", "", "natural", 1L, "", "", Models.layout()),
                                "image/png",
                                null,
                                List.of()));
        harness.processBytes("doc".getBytes(UTF_8), line, NONE);

        assertThat(harness.deadLetters.get(0))
                .startsWith("UNREADABLE_RECORD")
                .contains("io.inkstream.schemas.avro.LineImage, not a io.inkstream.schemas.avro.TextDocument");
    }

    @Test
    void aSchemaIdInAHeaderIsAnsweredWithTheSettingThatHelps() {
        Headers headers = new RecordHeaders().add("__value_schema_id", new byte[] {1, 2, 3});
        harness.processBytes("doc".getBytes(UTF_8), new byte[] {6, 1, 2, 3, 4, 5, 6}, headers);

        assertThat(harness.deadLetters.get(0))
                .contains("value.schema.id.serializer=")
                .contains("PrefixSchemaIdSerializer");
    }

    @Test
    void headersOfATextAreOnAllThatIsMadeOfIt() {
        Headers headers = new RecordHeaders()
                .add("traceparent", "00-1-2-03".getBytes(UTF_8))
                .add("none", null)
                .add("inkstream.reason", "mine".getBytes(UTF_8))
                .add("__value_schema_id", new byte[] {1});
        harness.process("doc", Models.document("one two three"), headers);
        harness.start();
        harness.tick();
        harness.drawEverything();
        TextDocument bad = Models.document("");
        harness.process("bad", bad, headers);

        assertThat(harness.lineRecords).hasSize(2).allSatisfy(line -> {
            assertThat(header(line, "traceparent")).isEqualTo("00-1-2-03");
            assertThat(line.headers().lastHeader("none").value()).isNull();
            assertThat(line.headers().toArray()).hasSize(2);
        });
        assertThat(header(harness.letterRecords.get(0), "traceparent")).isEqualTo("00-1-2-03");
        assertThat(header(harness.letterRecords.get(0), "inkstream.reason")).isEqualTo("EMPTY_TEXT");
    }

    @Test
    void tooManyHeadersAreLeftOutAndThatIsSaid() {
        Headers headers = new RecordHeaders();
        for (int i = 0; i < 1_000; i++) {
            headers.add("h" + i, new byte[1_000]);
        }
        harness.process("doc", Models.document("one"), headers);
        harness.drawEverything();

        assertThat(header(harness.lineRecords.get(0), DeadLetterHeaders.HEADERS_OMITTED))
                .isEqualTo("1003890");
        assertThat(RecordLimits.size(harness.lineRecords.get(0))).isLessThan(10_000);
    }

    @Test
    void linesCarryTheTimeOfTheirDrawing() {
        harness.process("doc", "one"); // stamped in 1970
        harness.pass(10_000);
        harness.drawEverything();
        harness.process("bad", "");

        assertThat(harness.lineRecords.get(0).timestamp()).isEqualTo(harness.nowMs());
        assertThat(harness.letterRecords.get(0).timestamp()).isEqualTo(harness.nowMs());
    }

    @Test
    void aDocumentWithALineThatItsTopicWouldNotTakeIsOneDeadLetterAndTheOthersGoOn() {
        harness.maxRecordBytes = 4_000;
        TextDocument wide = Models.document("a\n" + "word ".repeat(100));
        wide.setLayout(Models.layout(64, 16_000, 0.3, Variation.HAND, true, 30));
        harness.process("wide", wide);
        harness.process("narrow", "one");
        harness.drawEverything();

        assertThat(harness.deadLetters.get(0))
                .matches("OUTPUT_TOO_LARGE: line 1 has \\d+ bytes, more than topic t.lines accepts with its"
                        + " max.message.bytes of 4000");
        assertThat(harness.emitted).containsExactly("narrow 0 one");
        assertThat(harness.pages).isEmpty();
        assertThat(harness.isEmpty()).isTrue();
    }

    @Test
    void theSameAfterARestartOfALongDocumentWhoseLinesAreStored() {
        harness.maxRecordBytes = 4_000;
        TextDocument wide = Models.document("a\n".repeat(12) + "word ".repeat(100));
        wide.setLayout(Models.layout(64, 16_000, 0.3, Variation.HAND, false, 30));
        harness.process("wide", wide);
        while (harness.client.waiting().size() > 1) {
            harness.client.draw(1);
            harness.tick();
        }
        harness.start();
        harness.tick();
        harness.drawEverything();

        assertThat(harness.deadLetters).hasSize(1);
        assertThat(harness.emitted).isEmpty();
        assertThat(harness.isEmpty()).isTrue();
    }

    @Test
    void aDeadLetterFitsItsTopicWhateverItWasMadeOf() {
        harness.maxRecordBytes = 4_000;
        Headers headers = new RecordHeaders().add("h", new byte[Limits.HANDED_ON_HEADERS_BYTES - 1]);
        harness.processBytes(new byte[3_000], new byte[100_000], headers);
        harness.processBytes("doc".getBytes(UTF_8), new byte[100_000], NONE);

        assertThat(harness.letterRecords).hasSize(2).allSatisfy(letter -> {
            assertThat(RecordLimits.size(letter)).isLessThanOrEqualTo(4_000);
            assertThat(header(letter, DeadLetterHeaders.OFFSET)).isNotNull();
        });
    }

    @Test
    void aTextThatWasTakenIsNotTakenAgainThoughTheGroupsOffsetsAreForgotten() {
        harness.process("one", "a");
        harness.process("two", "b");
        harness.drawEverything();
        harness.start();
        harness.feed(0);
        harness.feed(1);
        harness.process("three", "c");
        harness.drawEverything();

        assertThat(harness.emitted).containsExactly("one 0 a", "two 0 b", "three 0 c");
    }

    @Test
    void theTextsOfATopicThatWasMadeAnewAreTaken() {
        harness.process("one", "a");
        harness.drawEverything();
        harness.start();
        harness.textsId = "second";
        harness.feed(0);
        harness.drawEverything();

        assertThat(harness.emitted).containsExactly("one 0 a", "one 0 a");
    }

    @Test
    void aMillionInvisibleCharactersAreStoredInPiecesThatAChangelogTakes() {
        harness.config =
                new RenderConfig(10, 100, 1L << 30, 8, 5, Duration.ofSeconds(3), false, TopologyHarness.steady());
        harness.maxTextBytes = 1 << 20;
        harness.maxRecordBytes = 32 << 20;
        harness.start();
        harness.process("doc", "a" + "\u200b".repeat(300_000));
        assertStoresTakeIt();
        harness.start();
        harness.tick();
        harness.drawEverything();

        assertThat(harness.emitted).containsExactly("doc 0 a");
        assertThat(harness.isEmpty()).isTrue();
    }

    private void assertStoresTakeIt() {
        for (var store : List.of(harness.documents, harness.lines)) {
            try (KeyValueIterator<?, byte[]> all = store.all()) {
                all.forEachRemaining(
                        entry -> assertThat(entry.value).hasSizeLessThanOrEqualTo(Limits.STORED_VALUE_BYTES));
            }
        }
    }

    private long storedBytes() {
        long bytes = 0;
        for (var store : List.of(harness.documents, harness.lines)) {
            try (KeyValueIterator<?, byte[]> all = store.all()) {
                while (all.hasNext()) {
                    bytes += all.next().value.length;
                }
            }
        }
        return bytes;
    }

    private byte[] withExtraField(String text, int bytes) {
        return withExtraField(text, null, bytes);
    }

    /** A document as somebody writes it whose schema has a field more. */
    private byte[] withExtraField(String text, String model, int bytes) {
        List<Schema.Field> fields = new ArrayList<>();
        TextDocument.getClassSchema().getFields().forEach(field -> fields.add(new Schema.Field(field, field.schema())));
        fields.add(new Schema.Field("extra", Schema.create(Schema.Type.STRING), null, ""));
        Schema schema = Schema.createRecord("TextDocument", null, "io.inkstream.schemas.avro", false, fields);
        TextDocument document = Models.document(text);
        GenericRecord record = new GenericData.Record(schema);
        TextDocument.getClassSchema().getFields().forEach(field -> record.put(field.name(), document.get(field.pos())));
        GenericData.Record layout = new GenericData.Record(document.getLayout().getSchema());
        layout.getSchema()
                .getFields()
                .forEach(field -> layout.put(
                        field.pos(),
                        field.name().equals("variation")
                                ? new GenericData.EnumSymbol(field.schema(), "HAND")
                                : document.getLayout().get(field.pos())));
        record.put("layout", layout);
        record.put("model", model);
        record.put("extra", "x".repeat(bytes));
        try (AvroSerializer<GenericRecord> serializer = new AvroSerializer<>()) {
            serializer.configure(Map.of("schema.registry.url", harness.registryUrl), false);
            return serializer.serialize("t.texts", record);
        }
    }
}
