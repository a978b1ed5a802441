package io.inkstream.topology.render;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.ShadowReport;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.topology.FakeDrawing;
import io.inkstream.topology.Models;
import io.inkstream.topology.routing.DocumentHash;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a shadow does beside the documents, and that it does nothing to them. */
class ShadowTest {
    private final ProcessorHarness harness =
            new ProcessorHarness().serve("base:1", "base:2").start();

    @BeforeEach
    void everyDocumentHasAShadow() {
        harness.policy(policy("r1", 100));
    }

    @Test
    void theSameLineIsAskedOfTheShadowOnceItIsOut() {
        harness.process("doc", "one");
        RenderLineRequest asked = harness.client.waiting().get(0);
        assertThat(asked.getReadBack()).isTrue();
        assertThat(harness.shadowClient.waiting()).isEmpty();
        harness.client.draw(0);
        harness.tick();

        assertThat(harness.emitted).containsExactly("doc 0 one");
        assertThat(harness.shadowClient.waiting())
                .containsExactly(asked.toBuilder().setModel("base:2").build());
    }

    @Test
    void aReportTellsHowTheDrawingsDiffer() {
        harness.client.tookMs(20);
        harness.shadowClient.tookMs(30);
        harness.process("doc", "on");
        harness.client.draw(0);
        harness.tick();
        var drawing = FakeDrawing.response(harness.shadowClient.waiting().get(0)).toBuilder();
        harness.shadowClient.answerWith(
                0, drawing.setReadAs(0, "0").setReadAs(1, "u").build());
        harness.tick();

        assertThat(harness.shadowReports)
                .containsExactly(ShadowReport.newBuilder()
                        .setIndex(0)
                        .setModel("base:1")
                        .setShadow("base:2")
                        .setPolicyRevision("r1")
                        .setPixelDifference(0.0)
                        .setReaderAgreement(0.0)
                        .setReadCorrectly(1.0)
                        .setShadowReadCorrectly(0.5)
                        .setLatencyMs(20)
                        .setShadowLatencyMs(30)
                        .setAt(Models.NOW)
                        .build());
        assertThat(outcomes("compared")).isOne();
        assertThat(harness.meters
                        .get("inkstream.shadow.reader.agreement")
                        .summary()
                        .count())
                .isOne();
    }

    @Test
    void aShadowWithItsClassesInAnotherOrderIsAskedForTheSameCharacters() {
        List<String> backwards = new ArrayList<>(Models.ASCII);
        Collections.reverse(backwards);
        harness.withdraw("base:2");
        harness.serve("base:2", backwards);
        harness.process("doc", "on a");
        harness.client.draw(0);
        harness.tick();

        assertThat(harness.shadowClient.waiting().get(0).getGlyphsList())
                .containsExactly('~' - 'o', '~' - 'n', -1, '~' - 'a');
    }

    @Test
    void aShadowThatWouldDrawOtherCharactersIsNotComparable() {
        List<String> more = new ArrayList<>(Models.ASCII);
        more.add("中");
        harness.withdraw("base:2");
        harness.serve("base:2", more);
        harness.process("doc", "中");
        harness.client.draw(0);
        harness.tick();
        harness.tick();

        assertThat(harness.emitted).containsExactly("doc 0 zhōng");
        assertThat(harness.shadowClient.waiting()).isEmpty();
        assertThat(harness.shadowReports)
                .extracting(ShadowReport::getFailure)
                .containsExactly("NOT_COMPARABLE: base:2 draws '中' for '中', not 'zhōng'");
    }

    @Test
    void aShadowThatLacksACharacterIsNotComparable() {
        harness.withdraw("base:2");
        harness.serve("base:2", Models.ASCII.subList(0, 60));
        harness.process("doc", "z");
        harness.client.draw(0);
        harness.tick();
        harness.tick();

        assertThat(harness.shadowReports)
                .extracting(ShadowReport::getFailure)
                .containsExactly("NOT_COMPARABLE: base:2 cannot draw 'z'");
        assertThat(outcomes("not_comparable")).isOne();
    }

    @Test
    void aShadowThatFailsIsReportedAndNotAskedAgain() {
        harness.process("one", "a");
        harness.process("two", "a");
        harness.process("three", "a");
        harness.drawEverything();
        harness.shadowClient.fail(0, "NOT_FOUND: base:2 is not READY here");
        harness.shadowClient.refuse(0, "odd");
        harness.shadowClient.answerWith(
                0,
                FakeDrawing.response(harness.shadowClient.waiting().get(0)).toBuilder()
                        .setModelSha256("other")
                        .build());
        harness.tick();
        harness.pass(60_000);

        assertThat(harness.shadowReports)
                .extracting(ShadowReport::getFailure)
                .containsExactly(
                        "NOT_FOUND: base:2 is not READY here",
                        "INVALID_ARGUMENT: odd",
                        "INTERNAL: it was drawn by another version or with other boxes than asked for");
        assertThat(harness.shadowReports)
                .extracting(ShadowReport::getPixelDifference)
                .containsOnlyNulls();
        assertThat(harness.shadowClient.waiting()).isEmpty();
    }

    @Test
    void aDrawingThatIsNoPngIsReported() {
        harness.process("doc", "a");
        harness.drawEverything();
        harness.shadowClient.answerWith(
                0,
                FakeDrawing.response(harness.shadowClient.waiting().get(0)).toBuilder()
                        .setImage(ByteString.copyFromUtf8("no image"))
                        .build());
        harness.tick();

        assertThat(harness.shadowReports)
                .extracting(ShadowReport::getFailure)
                .containsExactly("INTERNAL: the image is not a PNG");
    }

    @Test
    void aShadowWaitsUntilNoDocumentWantsTheModelServers() {
        harness.client.limitTo(1);
        harness.process("done", "a");
        harness.process("waiting", "c\n".repeat(8));
        harness.client.draw(0);
        harness.tick();
        assertThat(harness.emitted).containsExactly("done 0 a");
        assertThat(harness.shadowClient.waiting()).isEmpty();

        harness.client.limitTo(8);
        harness.tick();
        assertThat(harness.shadowClient.waiting()).hasSize(1);
    }

    @Test
    void onlyItsShareOfTheDocumentsHasAShadow() {
        harness.policy(policy("r2", 30));
        List<String> ids = IntStream.range(0, 10).mapToObj(i -> "document " + i).toList();
        ids.forEach(id -> harness.process(id, "a"));

        assertThat(harness.client.waiting())
                .extracting(RenderLineRequest::getReadBack)
                .containsExactlyElementsOf(ids.stream()
                        .map(id -> DocumentHash.of(id).shadowPercentile() < 30)
                        .toList());
    }

    @Test
    void aShadowThatIsNotServedCostsNothing() {
        harness.state("base:2", ModelState.WARMING);
        harness.process("doc", "a");
        assertThat(harness.client.waiting().get(0).getReadBack()).isFalse();
        harness.drawEverything();
        harness.tick();

        assertThat(harness.shadowClient.waiting()).isEmpty();
        assertThat(harness.shadowReports).isEmpty();
    }

    @Test
    void aServerThatDoesNotReadBackLeavesTheReadingsOut() {
        harness.process("doc", "a");
        harness.client.answerWith(
                0,
                FakeDrawing.response(harness.client.waiting().get(0)).toBuilder()
                        .clearReadAs()
                        .build());
        harness.tick();
        harness.shadowClient.draw(0);
        harness.tick();

        assertThat(harness.shadowReports.get(0).getReaderAgreement()).isNull();
        assertThat(harness.shadowReports.get(0).getReadCorrectly()).isNull();
        assertThat(harness.shadowReports.get(0).getShadowReadCorrectly()).isEqualTo(1.0);
        assertThat(harness.shadowReports.get(0).getFailure()).isEmpty();
    }

    private double outcomes(String outcome) {
        return harness.meters
                .counter("inkstream.shadow.lines", "outcome", outcome)
                .count();
    }

    private static RolloutPolicy policy(String revision, int percent) {
        RolloutPolicy policy = Models.policy(revision, "base:1");
        policy.setShadow("base:2");
        policy.setShadowPercent(percent);
        return policy;
    }
}
