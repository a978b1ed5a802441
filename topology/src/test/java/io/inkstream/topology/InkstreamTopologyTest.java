package io.inkstream.topology;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.GlyphBox;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.Substitution;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.avro.Variation;
import io.inkstream.schemas.rpc.ImageFormat;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.schemas.topics.DeadLetterHeaders;
import io.inkstream.schemas.topics.Topics;
import io.inkstream.topology.flow.NodeNames;
import io.inkstream.topology.plan.LineRequests;
import io.inkstream.topology.routing.DocumentHash;
import io.inkstream.topology.routing.Version;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.test.TestRecord;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InkstreamTopologyTest {
    private final TopologyHarness harness = new TopologyHarness();
    private final FakeRenderClient client = harness.client;

    @AfterEach
    void close() {
        harness.close();
    }

    @Test
    void nodesStoresAndTopicsKeepTheirNames() throws IOException {
        // A changed golden file is a migration: say which changelog gets another name, and what becomes of its content.
        try (InputStream golden = getClass().getResourceAsStream("/golden/topology.txt")) {
            assertThat(harness.describe()).isEqualTo(new String(golden.readAllBytes(), UTF_8));
        }
    }

    @Test
    void aDocumentBecomesItsLinesInOrderThoughTheyAreDrawnBackwards() {
        harness.serving("base:1");
        harness.send("doc", "one two three four five");
        client.drawAllBackwards();
        harness.tick();

        List<KeyValue<String, LineImage>> lines = harness.lines();
        assertThat(lines).extracting(line -> line.key).containsOnly("doc");
        assertThat(lines).extracting(line -> line.value.getText()).containsExactly("one two", "three", "four five");
        assertThat(lines).extracting(line -> line.value.getIndex()).containsExactly(0, 1, 2);
        assertThat(lines).extracting(line -> line.value.getCount()).containsOnly(3);
        assertThat(harness.deadLetters()).isEmpty();
        assertThat(harness.entries(NodeNames.DOCUMENTS)).isZero();
        assertThat(harness.entries(NodeNames.LINES)).isZero();
    }

    @Test
    void aLineIsAskedForAsTheDocumentSays() {
        harness.serving("base:1");
        TextDocument document = Models.document("a b");
        document.setStyle("neat");
        document.setSeed(-42L);
        document.setLayout(Models.layout(128, 900, 0.25, Variation.FRESH, false, 30));
        harness.send("doc", document);

        RenderLineRequest request = client.waiting().get(0);
        assertThat(request.getModel()).isEqualTo("base:1");
        assertThat(request.getStyle()).isEqualTo("neat");
        assertThat(request.getSeed()).isEqualTo(-42L);
        assertThat(request.getLineIndex()).isZero();
        assertThat(request.getGlyphsList()).containsExactly('a' - '!', -1, 'b' - '!');
        assertThat(request.getLineHeightPx()).isEqualTo(128);
        assertThat(request.getLineWidthPx()).isEqualTo(900);
        assertThat(request.getMaxOverlap()).isEqualTo(0.25);
        assertThat(request.getVariation()).isEqualTo(io.inkstream.schemas.rpc.Variation.FRESH);
    }

    @Test
    void aLineImageTellsWhatWasDrawnWhereAndByWhat() {
        harness.serving("base:1");
        harness.send("doc", "é ٣b");
        client.draw(0);
        harness.tick();

        LineImage line = harness.lines().get(0).value;
        assertThat(line.getText()).isEqualTo("é 3b");
        assertThat(line.getGlyphs())
                .containsExactly(
                        new GlyphBox("é", 0, 2, 32, 16, 20, false, null),
                        new GlyphBox("3", 2, 42, 32, 16, 20, false, 2),
                        new GlyphBox("b", 3, 62, 32, 16, 20, false, 3));
        assertThat(line.getSubstitutions()).containsExactly(new Substitution(2, "٣", "3", "transliterated"));
        assertThat(line.getWidthPx()).isEqualTo(80);
        assertThat(line.getHeightPx()).isEqualTo(64);
        assertThat(line.getProvenance().getModel()).isEqualTo("base:1");
        assertThat(line.getProvenance().getModelSha256()).isEqualTo(Models.sha256("base:1"));
        assertThat(line.getProvenance().getPredictor()).isEqualTo("fake-1");
        assertThat(line.getProvenance().getCpuFamily()).isEqualTo("test");
        assertThat(line.getProvenance().getStyle()).isEqualTo("natural");
        assertThat(line.getProvenance().getSeed()).isEqualTo(7L);
        assertThat(line.getProvenance().getPolicyRevision()).isEqualTo("default");
        assertThat(line.getProvenance().getCodeVersion()).isEqualTo("0");
    }

    @Test
    void aLineImageNamesAllThatItTakesToAskForTheSameBytesAgain() {
        harness.serving("base:1");
        TextDocument document = Models.document("“Ça va?”  a…b\nc\n½ □");
        document.setStyle("neat");
        document.setSeed(null);
        document.setLayout(Models.layout(48, 150, (double) (1f / 3), Variation.FRESH, true, 3));
        harness.send("doc", document);
        List<RenderLineRequest> asked = client.waiting();
        assertThat(asked).hasSizeGreaterThan(2);
        client.drawAllBackwards();
        harness.tick();

        Version version = Version.of(Models.announcement("base:1", Models.NOW));
        assertThat(harness.lines())
                .extracting(line -> LineRequests.of(line.value, version))
                .containsExactlyElementsOf(asked);
    }

    @Test
    void aShadowsReportGoesToItsTopicUnderTheDocument() {
        harness.serving("base:1").serving("base:2");
        RolloutPolicy policy = Models.policy("r1", "base:1");
        policy.setShadow("base:2");
        harness.book.policy("base", policy, Models.NOW);
        harness.send("doc", "a");
        client.draw(0);
        harness.tick();
        harness.shadowClient.draw(0);
        harness.tick();

        assertThat(harness.lines()).hasSize(1);
        assertThat(harness.shadowReports())
                .extracting(report -> report.key + " " + report.value.getShadow())
                .containsExactly("doc base:2");
    }

    @Test
    void aDocumentWithoutASeedGetsOneFromItsId() {
        harness.serving("base:1");
        TextDocument document = Models.document("a");
        document.setSeed(null);
        harness.send("doc", document);

        assertThat(client.waiting().get(0).getSeed())
                .isEqualTo(DocumentHash.of("doc").seed());
    }

    @Test
    void aSubstitutionThatDrawsNothingIsListedOnALine() {
        harness.serving("base:1");
        harness.send("doc", "\u200b\n\na\u200b\n\u200b");
        client.drawAllBackwards();
        harness.tick();

        assertThat(harness.lines().get(0).value.getSubstitutions())
                .extracting(Substitution::getOffset)
                .containsExactly(0, 4, 6);
    }

    @ParameterizedTest
    @CsvSource({
        "15, 1024, 0.3, 30, 'lineHeightPx is 15, not 16 to 256'",
        "257, 1024, 0.3, 30, 'lineHeightPx is 257, not 16 to 256'",
        "0, 1024, 0.3, 30, 'lineHeightPx is 0, not 16 to 256'",
        "10000, 1024, 0.3, 30, 'lineHeightPx is 10000, not 16 to 256'",
        "64, 127, 0.3, 30, 'lineWidthPx is 127, not 128 to 16384 for lines of 64 pixels'",
        "64, 16385, 0.3, 30, 'lineWidthPx is 16385, not 128 to 16384 for lines of 64 pixels'",
        "16, 4097, 0.3, 30, 'lineWidthPx is 4097, not 32 to 4096 for lines of 16 pixels'",
        "64, -1, 0.3, 30, 'lineWidthPx is -1, not 128 to 16384 for lines of 64 pixels'",
        "64, 1024, 0.34, 30, 'maxOverlap is 0.34, not 0 to 1/3'",
        "64, 1024, -0.1, 30, 'maxOverlap is -0.1, not 0 to 1/3'",
        "64, 1024, NaN, 30, 'maxOverlap is NaN, not 0 to 1/3'",
        "64, 1024, 0.3, 0, 'linesPerPage is 0, not 1 to 200'",
        "64, 1024, 0.3, 201, 'linesPerPage is 201, not 1 to 200'",
    })
    void aLayoutThatCannotBeMetBecomesOneDeadLetter(
            int height, int width, double overlap, int linesPerPage, String message) {
        harness.serving("base:1");
        TextDocument document = Models.document("a");
        document.setLayout(Models.layout(height, width, overlap, Variation.HAND, true, linesPerPage));
        harness.send("doc", document);

        assertDeadLetter("INVALID_LAYOUT", message);
    }

    @Test
    void anUnknownFormatBecomesADeadLetterThatNamesTheKnownOnes() {
        harness.serving("base:1");
        TextDocument document = Models.document("a");
        document.getLayout().setFormat("jpeg");
        harness.send("doc", document);

        assertDeadLetter("UNKNOWN_FORMAT", "format is 'jpeg', not png or png-alpha or svg or svg-plot");
    }

    @Test
    void linesAndPagesHaveTheFormatThatTheDocumentAsksFor() throws Exception {
        harness.serving("base:1");
        TextDocument document = Models.document("a b");
        document.getLayout().setPages(true);
        harness.send("grey", document);
        client.drawAllBackwards();
        document.getLayout().setFormat("png-alpha");
        harness.send("alpha", document);
        assertThat(client.waiting()).extracting(RenderLineRequest::getFormat).containsExactly(ImageFormat.PNG_ALPHA);
        client.drawAllBackwards();
        harness.tick();

        List<KeyValue<String, PageImage>> pages = harness.pages();
        PageImage grey = pages.get(0).value;
        PageImage alpha = pages.get(1).value;
        assertThat(List.of(grey.getMediaType(), alpha.getMediaType())).containsOnly("image/png");
        assertThat(alpha.getPng()).isNotEqualTo(grey.getPng());
        BufferedImage drawn =
                ImageIO.read(new ByteArrayInputStream(alpha.getPng().array()));
        BufferedImage paper =
                ImageIO.read(new ByteArrayInputStream(grey.getPng().array()));
        for (int y = 0; y < paper.getHeight(); y++) {
            for (int x = 0; x < paper.getWidth(); x++) {
                assertThat(drawn.getRGB(x, y))
                        .isEqualTo((255 - paper.getRaster().getSample(x, y, 0)) << 24);
            }
        }
    }

    @Test
    void anIrregularityReachesRequestAndProvenance() {
        harness.serving("base:1");
        TextDocument document = Models.document("a");
        document.getLayout().setIrregularity(0.5);
        harness.send("doc", document);
        assertThat(client.waiting().get(0).getIrregularity()).isEqualTo(0.5);
        client.draw(0);
        harness.tick();

        assertThat(harness.lines().get(0).value.getProvenance().getLayout()).isEqualTo(document.getLayout());
    }

    @Test
    void aThirdMayBeAFloat() {
        harness.serving("base:1");
        TextDocument document = Models.document("a");
        document.getLayout().setMaxOverlap(1f / 3);
        harness.send("doc", document);

        assertThat(client.waiting().get(0).getMaxOverlap()).isEqualTo(1.0 / 3);
    }

    @Test
    void aLineNarrowerThanAGlyphBecomesADeadLetter() {
        var wide = Models.announcement("base:1", Models.NOW);
        wide.getClasses().get('W' - '!').setWidth(9.9);
        harness.serving("base:1");
        harness.book.model("base:1", null);
        harness.book.model("base:1", wide);
        harness.send("doc", "aaa W");

        assertDeadLetter("INVALID_LAYOUT", "lineWidthPx is 200, but the glyph 'W' needs 212");
    }

    @Test
    void aPageOfTooManyPixelsBecomesADeadLetter() {
        harness.serving("base:1");
        TextDocument document = Models.document("a\n".repeat(200));
        document.setLayout(Models.layout(256, 4_096, 0.3, Variation.HAND, true, 200));
        harness.send("doc", document);

        assertDeadLetter("INVALID_LAYOUT", "a page of 200 lines would have");
    }

    @Test
    void aTextWithoutInkBecomesADeadLetter() {
        harness.serving("base:1");
        harness.send("empty", "");
        harness.send("blank", " \n\t\u200b");

        assertThat(harness.deadLetters())
                .extracting(TopologyHarness::reason)
                .containsExactly("EMPTY_TEXT", "EMPTY_TEXT");
    }

    @Test
    void aTextIsMeasuredInBytesOfUtf8() {
        harness.serving("base:1");
        harness.send("fits", "é".repeat(500));
        assertThat(harness.deadLetters()).isEmpty();

        harness.send("long", "é".repeat(500) + "a");
        assertThat(harness.deadLetters())
                .extracting(letter -> TopologyHarness.header(letter, DeadLetterHeaders.MESSAGE))
                .containsExactly("the text has 1001 bytes of UTF-8; the limit is 1000");
    }

    @Test
    void anUnknownStyleBecomesADeadLetterThatNamesTheKnownOnes() {
        harness.serving("base:1");
        TextDocument document = Models.document("a");
        document.setStyle("baroque");
        harness.send("doc", document);

        assertDeadLetter("UNKNOWN_STYLE", "model base:1 has no style 'baroque'; it has [natural, neat]");
    }

    @Test
    void aPinToAModelThatNobodyAnnouncesBecomesADeadLetterAfterTheGrace() {
        harness.serving("base:1");
        TextDocument document = Models.document("a");
        document.setModel("other:1");
        harness.send("doc", document);
        harness.pass(Duration.ofMillis(2_900));
        assertThat(harness.deadLetters()).isEmpty();

        harness.pass(Duration.ofMillis(300));
        assertDeadLetter("UNKNOWN_MODEL", "the document is pinned to other:1, which is not announced or was withdrawn");
    }

    @Test
    void aPinIsServedWhenTheAnnouncementComesALittleLater() {
        harness.serving("base:1");
        TextDocument document = Models.document("a");
        document.setModel("other:1");
        harness.send("doc", document);
        harness.serving("other:1");
        harness.pass(Duration.ofMillis(300));

        assertThat(client.waiting()).extracting(RenderLineRequest::getModel).containsExactly("other:1");
    }

    @Test
    void bytesThatAreNoRecordBecomeADeadLetterAsTheyCame() {
        harness.serving("base:1");
        byte[] garbage = "not avro".getBytes(UTF_8);
        harness.sendBytes("doc".getBytes(UTF_8), garbage);

        TestRecord<byte[], byte[]> letter = harness.deadLetters().get(0);
        assertThat(TopologyHarness.reason(letter)).isEqualTo("UNREADABLE_RECORD");
        assertThat(letter.key()).isEqualTo("doc".getBytes(UTF_8));
        assertThat(letter.value()).isEqualTo(garbage);
        assertThat(TopologyHarness.header(letter, DeadLetterHeaders.STAGE)).isEqualTo("render-documents");
        assertThat(TopologyHarness.header(letter, DeadLetterHeaders.TOPIC)).isEqualTo("t.texts");
        assertThat(TopologyHarness.header(letter, DeadLetterHeaders.PARTITION)).isEqualTo("0");
        assertThat(TopologyHarness.header(letter, DeadLetterHeaders.OFFSET)).isEqualTo("0");
        assertThat(TopologyHarness.header(letter, DeadLetterHeaders.MESSAGE)).contains("Confluent's wire format");
    }

    @Test
    void anUnknownSchemaBecomesADeadLetter() {
        harness.serving("base:1");
        harness.sendBytes("doc".getBytes(UTF_8), new byte[] {0, 0, 0, 99, 99, 1, 2, 3});

        assertDeadLetter("UNKNOWN_SCHEMA", "");
    }

    @Test
    void aRecordWithoutAValueOrAReadableKeyBecomesADeadLetter() {
        harness.serving("base:1");
        harness.sendBytes("doc".getBytes(UTF_8), null);
        harness.sendBytes(null, new byte[] {1});
        harness.sendBytes(new byte[] {(byte) 0xff}, null);

        List<TestRecord<byte[], byte[]>> letters = harness.deadLetters();
        assertThat(letters).extracting(TopologyHarness::reason).containsOnly("UNREADABLE_RECORD");
        assertThat(letters).extracting(TestRecord::getKey).element(1).isNull();
        assertThat(letters).hasSize(3);
    }

    @Test
    void theStreamGoesOnAfterBadInput() {
        harness.serving("base:1");
        harness.sendBytes("bad".getBytes(UTF_8), new byte[] {7});
        harness.send("good", "a");
        client.draw(0);
        harness.tick();

        assertThat(harness.lines()).extracting(line -> line.key).containsExactly("good");
    }

    @Test
    void withNoModelReadyDocumentsWaitAndGoOnByThemselves() {
        harness.send("doc", "a");
        harness.pass(Duration.ofMinutes(10));
        assertThat(client.waiting()).isEmpty();
        assertThat(harness.entries(NodeNames.DOCUMENTS)).isOne();

        harness.serving("base:1");
        harness.pass(Duration.ofMillis(200));
        client.draw(0);
        harness.tick();
        assertThat(harness.lines()).hasSize(1);
        assertThat(harness.entries(NodeNames.DOCUMENTS)).isZero();
    }

    @Test
    void oneDocumentIsDrawnByOneVersionThoughANewerBecomesStableMeanwhile() {
        harness.serving("base:1");
        harness.send("first", "one two three four five");
        client.draw(0);
        harness.tick();
        var newer = Models.announcement("base:2", Models.NOW.plusSeconds(9));
        harness.book.model("base:2", newer);
        harness.book.status("server/base:2", Models.status("server", "base:2", ModelState.READY), Models.NOW);
        harness.send("second", "six");
        harness.drawEverything();

        assertThat(harness.lines())
                .extracting(line -> line.key + " " + line.value.getProvenance().getModel())
                .containsExactly("first base:1", "first base:1", "first base:1", "second base:2");
    }

    @Test
    void provenanceNamesThePolicyThatRouted() {
        harness.serving("base:1");
        harness.book.policy("base", Models.policy("r7", "1"), Models.NOW);
        harness.send("doc", "a");
        client.draw(0);
        harness.tick();

        assertThat(harness.lines().get(0).value.getProvenance().getPolicyRevision())
                .isEqualTo("r7");
    }

    @Test
    void aFailedLineIsAskedForAgainForEver() {
        harness.serving("base:1");
        harness.send("doc", "one two three");
        for (int i = 0; i < 100; i++) {
            while (!client.waiting().isEmpty()) {
                client.fail(0, "down");
            }
            harness.tick();
            assertThat(client.waiting()).isEmpty(); // not before some time has passed
            harness.pass(Duration.ofSeconds(1));
            assertThat(client.waiting())
                    .extracting(RenderLineRequest::getLineIndex)
                    .containsExactly(0, 1);
        }
        harness.drawEverything();

        assertThat(harness.lines()).extracting(line -> line.value.getIndex()).containsExactly(0, 1);
        assertThat(harness.deadLetters()).isEmpty();
    }

    @Test
    void aDocumentThatWaitsForItsModelServerHoldsNoOtherUp() {
        harness.serving("base:1");
        harness.send("slow", "a");
        client.fail(0, "down");
        harness.send("quick", "b");
        harness.tick();
        client.draw(0);
        harness.tick();

        assertThat(harness.lines()).extracting(line -> line.key).containsExactly("quick");
    }

    @Test
    void aLineThatTheModelServerRefusesMakesTheDocumentOneDeadLetter() {
        harness.serving("base:1");
        harness.send("doc", "one two three four five");
        client.refuse(1, "too odd");
        harness.tick();

        assertDeadLetter("RENDER_REJECTED", "line 1: too odd");
        client.drawAllBackwards();
        harness.tick();
        assertThat(harness.lines()).isEmpty();
        assertThat(harness.entries(NodeNames.DOCUMENTS)).isZero();
        assertThat(harness.entries(NodeNames.LINES)).isZero();
    }

    @Test
    void anAnswerOfAnotherVersionOrWithOtherBoxesIsAskedForAgain() {
        harness.serving("base:1");
        harness.send("doc", "ab");
        RenderLineRequest request = client.waiting().get(0);
        client.answerWith(
                0,
                FakeDrawing.response(request).toBuilder()
                        .setModelSha256("other")
                        .build());
        harness.tick();
        harness.pass(Duration.ofSeconds(1));
        client.answerWith(
                0, FakeDrawing.response(request).toBuilder().removeBoxes(0).build());
        harness.tick();
        assertThat(harness.lines()).isEmpty();
        assertThat(harness.troubles.reasons()).containsKey("model-server");

        harness.pass(Duration.ofSeconds(1));
        client.draw(0);
        harness.tick();
        assertThat(harness.lines()).hasSize(1);
    }

    @Test
    void documentsOfTheSameIdNeverMixTheirLines() {
        harness.serving("base:1");
        harness.send("doc", "one two three four five");
        harness.send("doc", "six");
        assertThat(client.waiting()).hasSize(3);
        harness.drawEverything();

        assertThat(harness.lines())
                .extracting(line -> line.value.getText())
                .containsExactly("one two", "three", "four five", "six");
    }

    @Test
    void ofALongDocumentABoundedNumberOfLinesIsDrawnAtATime() {
        harness.serving("base:1");
        harness.send("doc", "a\n".repeat(40));
        assertThat(client.waiting()).hasSize(8);

        client.draw(3);
        harness.tick();
        assertThat(client.waiting()).hasSize(8);
        harness.drawEverything();
        assertThat(harness.lines()).hasSize(40);
    }

    @Test
    void nothingOfADocumentIsOutBeforeItsLastLineIsDrawn() {
        harness.serving("base:1");
        harness.send("short", "a\nb\nc");
        harness.send("long", "a\n".repeat(20));
        while (client.waiting().size() > 2) {
            client.draw(0);
            harness.tick();
        }
        client.draw(0);
        harness.tick();
        assertThat(harness.lines()).extracting(line -> line.key).containsOnly("short");

        client.draw(0);
        harness.tick();
        assertThat(harness.lines()).extracting(line -> line.key).hasSize(20).containsOnly("long");
    }

    @Test
    void largeLinesAreKeptAheadInSmallerNumber() {
        harness.serving("base:1");
        TextDocument document = Models.document("a\n".repeat(9));
        document.setLayout(Models.layout(256, 8_192, 0.3, Variation.HAND, false, 30));
        harness.send("doc", document);

        assertThat(client.waiting()).hasSize(2);
    }

    @Test
    void aShortDocumentIsNotHeldUpByALongOneBeforeIt() {
        harness.serving("base:1");
        client.limitTo(9);
        harness.send("long", "a\n".repeat(40));
        harness.send("short", "b");
        assertThat(client.waiting()).hasSize(9);
        client.draw(8);
        harness.tick();

        assertThat(harness.lines()).extracting(line -> line.key).containsExactly("short");
    }

    @Test
    void nothingIsSentBeyondWhatTheClientTakes() {
        harness.serving("base:1");
        client.limitTo(2);
        harness.send("doc", "a\n".repeat(5));
        assertThat(client.waiting()).hasSize(2);
        harness.drawEverything();

        assertThat(harness.lines()).hasSize(5);
    }

    @Test
    void answersMayComeWhileTheRequestIsSent() {
        harness.serving("base:1");
        client.answerAtOnce();
        harness.send("doc", "a\n".repeat(20));
        for (int i = 0; i < 10; i++) {
            harness.tick();
        }

        assertThat(harness.lines()).hasSize(20);
    }

    @Test
    void whenEnoughDocumentsAreOpenThePartitionIsHeldUntilOneIsDone() {
        TopicPartition texts = new TopicPartition("t.texts", 0);
        harness.serving("base:1");
        harness.send("1", "a");
        harness.send("2", "a");
        harness.send("3", "a");
        assertThat(harness.throttle.isHeld(texts)).isFalse();
        harness.send("4", "a");
        assertThat(harness.throttle.isHeld(texts)).isTrue();

        client.draw(0);
        harness.tick();
        assertThat(harness.throttle.isHeld(texts)).isFalse();
    }

    @Test
    void whenEnoughLinesAreOpenThePartitionIsHeld() {
        harness.serving("base:1");
        harness.send("doc", "a\n".repeat(101));

        assertThat(harness.throttle.isHeld(new TopicPartition("t.texts", 0))).isTrue();
        harness.drawEverything();
        assertThat(harness.throttle.isHeld(new TopicPartition("t.texts", 0))).isFalse();
    }

    @Test
    void withTheRegistryDownDocumentsWaitAndNeitherBecomeDeadLettersNorGetLost() {
        try (TopologyHarness down = new TopologyHarness(
                        TopologyHarness.config(),
                        Map.of(
                                "schema.registry.url",
                                "http://127.0.0.1:1",
                                "max.retries",
                                "0",
                                "http.connect.timeout.ms",
                                "50"))
                .serving("base:1")) {
            down.sendBytes("doc".getBytes(UTF_8), new byte[] {0, 0, 0, 0, 1, 2, 3});
            down.pass(Duration.ofMinutes(1));

            assertThat(down.deadLetters()).isEmpty();
            assertThat(down.troubles.reasons()).containsKey("schema-registry");
            assertThat(down.entries(NodeNames.DOCUMENTS)).isOne();
        }
    }

    @Test
    void aSchemaOfPagesThatTheRegistryLacksHoldsUpDocumentsWithPagesOnlyUntilItIsThere() {
        String url = "mock://" + UUID.randomUUID();
        Topics administrator = new Topics("t.", Map.of("schema.registry.url", url));
        TextDocument plain = Models.document("a");
        TextDocument paged = Models.document("b");
        paged.getLayout().setPages(true);
        byte[] text = administrator.texts().value().serializer().serialize("t.texts", plain);
        byte[] pagedText = administrator.texts().value().serializer().serialize("t.texts", paged);
        LineImage line = drawnLine();
        assertThat(administrator.lines().value().serializer().serialize("t.lines", line))
                .isNotEmpty();
        try (TopologyHarness strict = new TopologyHarness(
                        TopologyHarness.config(), Map.of("schema.registry.url", url, "auto.register.schemas", "false"))
                .serving("base:1")) {
            strict.sendBytes("paged".getBytes(UTF_8), pagedText);
            strict.sendBytes("plain".getBytes(UTF_8), text);
            strict.drawEverything();
            strict.tick();
            assertThat(strict.lines()).extracting(sent -> sent.key).containsExactly("plain");
            assertThat(strict.troubles.reasons().get("schema-registry")).contains("t.pages");

            administrator.registerSchemas();
            strict.pass(Duration.ofSeconds(2));
            assertThat(strict.lines()).extracting(sent -> sent.key).containsExactly("paged");
            assertThat(strict.pages()).hasSize(1);
            assertThat(strict.troubles.reasons()).doesNotContainKey("schema-registry");
        }
    }

    /** A line as the topology writes it. */
    private LineImage drawnLine() {
        harness.serving("base:1");
        harness.send("any", "a");
        client.draw(0);
        harness.tick();
        return harness.lines().get(0).value;
    }

    @Test
    void pagesAreAssembledWhenAskedFor() {
        harness.serving("base:1");
        TextDocument document = Models.document("a\nb\n\n\n\nc\nd");
        document.getLayout().setPages(true);
        document.getLayout().setLinesPerPage(3);
        harness.send("doc", document);
        harness.drawEverything();

        List<KeyValue<String, PageImage>> pages = harness.pages();
        assertThat(pages).extracting(page -> page.key).containsOnly("doc");
        assertThat(pages).extracting(page -> page.value.getIndex()).containsExactly(0, 1, 2);
        assertThat(pages).extracting(page -> page.value.getCount()).containsOnly(3);
        assertThat(pages).extracting(page -> page.value.getFirstLine()).containsExactly(0, 2, 3);
        assertThat(pages).extracting(page -> page.value.getLines()).containsExactly(2, 1, 1);
        assertThat(pages.get(0).value.getProvenance().getModel()).isEqualTo("base:1");
        assertThat(harness.lines()).hasSize(4);
        assertThat(harness.entries(NodeNames.PAGE_LINES)).isZero();
    }

    @Test
    void aPageWithoutALineIsLeftOut() {
        harness.serving("base:1");
        TextDocument document = Models.document("a" + "\n".repeat(50) + "b");
        document.getLayout().setPages(true);
        document.getLayout().setLinesPerPage(10);
        harness.send("doc", document);
        harness.drawEverything();

        assertThat(harness.pages()).extracting(page -> page.value.getIndex()).containsExactly(0, 1);
    }

    @Test
    void aPageThatTheTopicWouldNotTakeComesWithoutItsImageAndSaysWhy() {
        harness.serving("base:1");
        harness.maxRecordBytes = 1_300;
        TextDocument document = Models.document("a\nb");
        document.getLayout().setPages(true);
        document.setLayout(Models.layout(64, 2_000, 0.3, Variation.HAND, true, 30));
        harness.send("doc", document);
        harness.drawEverything();

        PageImage page = harness.pages().get(0).value;
        assertThat(page.getProblem()).contains("more than topic t.pages accepts with its max.message.bytes of 1300");
        assertThat(page.getPng().remaining()).isZero();
        assertThat(page.getLines()).isEqualTo(2);
        assertThat(harness.lines()).hasSize(2);
        assertThat(harness.entries(NodeNames.PAGE_LINES)).isZero();
    }

    @Test
    void aRefusedDocumentLeavesNothingOfItsPages() {
        harness.serving("base:1");
        TextDocument document = Models.document("a\nb\nc");
        document.getLayout().setPages(true);
        harness.send("doc", document);
        client.draw(0);
        harness.tick();
        client.refuse(0, "odd");
        harness.tick();

        assertThat(harness.deadLetters()).hasSize(1);
        assertThat(harness.entries(NodeNames.PAGE_LINES)).isZero();
    }

    private void assertDeadLetter(String reason, String message) {
        List<TestRecord<byte[], byte[]>> letters = harness.deadLetters();
        assertThat(letters).hasSize(1);
        assertThat(TopologyHarness.reason(letters.get(0))).isEqualTo(reason);
        assertThat(TopologyHarness.header(letters.get(0), DeadLetterHeaders.MESSAGE))
                .startsWith(message);
        assertThat(harness.lines()).isEmpty();
        assertThat(harness.entries(NodeNames.DOCUMENTS)).isZero();
    }
}
