package io.inkstream.topology.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.topology.FakeDrawing;
import io.inkstream.topology.Models;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What becomes of documents when versions and policies change while they are under way. */
class RolloutTest {
    private final ProcessorHarness harness =
            new ProcessorHarness().serve("base:1", "base:2").start();

    @Test
    void theFirstDocumentAfterANewVersionIsReadyIsDrawnByIt() {
        harness.serve("base:3");
        harness.process("doc", "one");

        assertThat(models()).containsExactly("base:3");
    }

    @Test
    void aDocumentThatWaitedIsPlannedAtTheNextPunctuationAfterItsVersionIsReady() {
        ProcessorHarness empty = new ProcessorHarness().start();
        empty.process("doc", "one");
        empty.tick();
        empty.serve("base:1");
        empty.tick();

        assertThat(empty.client.waiting()).hasSize(1);
    }

    @Test
    void aVersionThatOnlyServersOutOfReachHaveGetsNoDocuments() {
        harness.client.reach(model -> !model.equals("base:3"));
        harness.serve("base:3");
        harness.process("first", "one");
        harness.process("second", "two");
        harness.serve("base:3");
        harness.tick(); // news do not have it planned anew
        assertThat(models()).containsExactly("base:2", "base:2");
        harness.drawEverything();
        harness.client.reach(model -> true);
        harness.process("third", "three");
        harness.drawEverything();

        assertThat(harness.drawnBy)
                .containsExactlyInAnyOrder(
                        "first 0 base:2 default", "second 0 base:2 default", "third 0 base:3 default");
    }

    @Test
    void aRollbackTakesAllThatIsNotOutFromTheVersionDrawnLinesToo() {
        harness.policy(Models.policy("r1", "base:2"));
        harness.process("out", "zero");
        harness.process("half drawn", "one two three");
        harness.process("waiting", "four");
        harness.client.draw(0);
        harness.client.draw(0);
        harness.tick();
        harness.policy(Models.policy("r2", "base:1"));
        harness.tick();
        harness.drawEverything();

        assertThat(harness.drawnBy)
                .containsExactlyInAnyOrder(
                        "out 0 base:2 r1", "half drawn 0 base:1 r2", "half drawn 1 base:1 r2", "waiting 0 base:1 r2");
        assertThat(harness.isEmpty()).isTrue();
    }

    @Test
    void anAnswerForAPlanThatWasGivenUpReachesNobody() {
        harness.policy(Models.policy("r1", "base:2"));
        harness.process("doc", "one");
        harness.policy(Models.policy("r2", "base:1"));
        harness.tick();
        assertThat(models()).containsExactly("base:2", "base:1");
        harness.client.draw(0);
        harness.tick();
        assertThat(harness.emitted).isEmpty();

        harness.client.draw(0);
        harness.tick();
        assertThat(harness.drawnBy).containsExactly("doc 0 base:1 r2");
    }

    @Test
    void aPlanIsKeptWhereTheNewPolicyGivesTheDocumentToTheSameVersion() {
        harness.policy(Models.policy("r1", "base:1", "base:2", 100));
        harness.process("doc", "one");
        harness.policy(Models.policy("r2", "base:2"));
        harness.tick();
        harness.drawEverything();

        assertThat(harness.drawnBy).containsExactly("doc 0 base:2 r1");
    }

    @Test
    void aDocumentOfWhichACandidateRefusesALineIsDrawnByStable() {
        harness.policy(Models.policy("r1", "base:1", "base:2", 100));
        harness.process("doc", "one two three");
        harness.client.refuse(1, "odd");
        harness.tick();
        assertThat(models()).containsExactly("base:2", "base:1", "base:1");
        harness.drawEverything();

        assertThat(harness.drawnBy).containsExactly("doc 0 base:1 r1", "doc 1 base:1 r1");
        assertThat(harness.deadLetters).isEmpty();
        assertThat(harness.isEmpty()).isTrue();
    }

    @Test
    void aLineThatACandidateRefusesAfterAnotherIsDrawnGivesTheWholeDocumentToStable() {
        harness.policy(Models.policy("r1", "base:1", "base:2", 100));
        harness.process("doc", "one two three");
        harness.client.draw(0);
        harness.tick();
        harness.client.refuse(0, "odd");
        harness.tick();
        harness.drawEverything();

        assertThat(harness.drawnBy).containsExactly("doc 0 base:1 r1", "doc 1 base:1 r1");
        assertThat(harness.deadLetters).isEmpty();
        assertThat(harness.isEmpty()).isTrue();
    }

    @Test
    void aLineThatStableRefusesTooMakesADeadLetter() {
        harness.policy(Models.policy("r1", "base:1", "base:2", 100));
        harness.process("doc", "one");
        harness.client.refuse(0, "odd");
        harness.tick();
        harness.client.refuse(0, "odd too");
        harness.tick();

        assertThat(harness.deadLetters).containsExactly("RENDER_REJECTED: line 0: odd too");
    }

    @Test
    void aDocumentThatIsPinnedToTheCandidateIsNotGivenToStable() {
        RolloutPolicy policy = Models.policy("r1", "base:1", "base:2", 100);
        policy.setDocumentPins(Map.of("by policy", "base:2"));
        harness.policy(policy);
        harness.process("by policy", "one");
        TextDocument pinned = Models.document("one");
        pinned.setModel("base:2");
        harness.process("by itself", pinned);
        harness.client.refuse(0, "odd");
        harness.client.refuse(0, "odd");
        harness.tick();

        assertThat(harness.deadLetters).containsExactly("RENDER_REJECTED: line 0: odd", "RENDER_REJECTED: line 0: odd");
    }

    @Test
    void aCandidateWhoseLinesFailIsHaltedAndItsDocumentsGoToStableHalfDrawnOnesToo() {
        harness.policy(Models.policy("r1", "base:1", "base:2", 100));
        harness.process("half drawn", "a\n".repeat(30));
        harness.client.draw(0);
        harness.tick();
        for (int i = 0; i < 8; i++) {
            harness.process("doc-" + i, "a\nb\nc");
        }
        assertThat(models()).containsOnly("base:2");
        for (int i = 0; i < 21; i++) {
            harness.client.breakDown(harness.client.waiting().size() - 1, "INTERNAL: no");
        }
        harness.tick();
        harness.pass(2_000);
        harness.drawEverything();

        assertThat(harness.watch.get().halts()).hasSize(1);
        assertThat(harness.drawnBy.stream().filter(line -> line.startsWith("half drawn")))
                .hasSize(30)
                .allMatch(line -> line.endsWith("base:1 r1"));
        assertThat(harness.drawnBy.stream().filter(line -> line.startsWith("doc")))
                .hasSize(24)
                .allMatch(line -> line.endsWith("base:1 r1"));
        harness.process("later", "a");
        assertThat(models()).containsExactly("base:1");
    }

    @Test
    void aLineThatFailsTimeAndAgainCountsOnceAgainstTheCandidate() {
        harness.policy(Models.policy("r1", "base:1", "base:2", 100));
        harness.process("doc", "a");
        for (int i = 0; i < 50; i++) {
            while (!harness.client.waiting().isEmpty()) {
                harness.client.breakDown(0, "INTERNAL: no");
            }
            harness.tick();
            harness.pass(1_000);
        }

        assertThat(harness.watch.get().halts()).isEmpty();
        assertThat(models()).containsOnly("base:2");
    }

    @Test
    void anAnswerOfAnotherVersionOrAModelServerThatIsAwayCountsAsTheyDeserve() {
        harness.policy(Models.policy("r1", "base:1", "base:2", 100));
        for (int i = 0; i < 9; i++) {
            harness.process("doc-" + i, "a\nb\nc");
        }
        while (!harness.client.waiting().isEmpty()) {
            harness.client.fail(0, "UNAVAILABLE");
        }
        harness.tick();
        assertThat(harness.watch.get().halts()).isEmpty();

        harness.pass(1_000);
        while (!harness.client.waiting().isEmpty()) {
            RenderLineRequest request = harness.client.waiting().get(0);
            harness.client.answerWith(
                    0,
                    FakeDrawing.response(request).toBuilder()
                            .setModelSha256("other")
                            .build());
        }
        harness.tick();
        assertThat(harness.watch.get().halts()).hasSize(1);
    }

    @Test
    void aWithdrawnVersionLosesWhatHasNotBegun() {
        harness.process("doc", "one");
        assertThat(models()).containsExactly("base:2");
        harness.withdraw("base:2");
        harness.tick();
        harness.client.fail(0, "NOT_FOUND: model base:2 is UNLOADED");
        harness.tick();
        harness.drawEverything();

        assertThat(harness.drawnBy).containsExactly("doc 0 base:1 default");
    }

    @Test
    void aHalfDrawnDocumentOfAWithdrawnVersionIsDrawnByAnother() {
        harness.process("doc", "one two three");
        harness.client.draw(0);
        harness.tick();
        harness.withdraw("base:2");
        harness.tick();
        harness.drawEverything();

        assertThat(harness.drawnBy).containsExactly("doc 0 base:1 default", "doc 1 base:1 default");
    }

    @Test
    void aLineThatFailsTimeAndAgainWhileItsVersionDrawsOthersMakesADeadLetter() {
        harness.process("bad", "a");
        harness.process("good", "b");
        harness.client.breakDown(0, "INTERNAL: no");
        harness.client.draw(0);
        harness.tick();
        for (int i = 1; i < 5; i++) {
            assertThat(harness.deadLetters).isEmpty();
            harness.pass(1_000);
            harness.client.breakDown(0, "INTERNAL: no");
            harness.tick();
        }

        assertThat(harness.deadLetters)
                .containsExactly("RENDER_FAILED: line 0: base:2 failed to draw it repeatedly, but drew others:"
                        + " INTERNAL: no");
        assertThat(harness.emitted).containsExactly("good 0 b");
        assertThat(harness.isEmpty()).isTrue();
    }

    @Test
    void aLineThatFailsTimeAndAgainWithNothingElseToDrawIsToldFromAVersionThatFailsByADrawingUnlikeIt() {
        harness.process("bad", "a b");
        for (int i = 0; i < 5; i++) {
            harness.client.breakDown(0, "INTERNAL: no");
            harness.tick();
            harness.pass(1_000);
        }
        RenderLineRequest probe = probe();
        assertThat(probe.getModel()).isEqualTo("base:2");
        assertThat(probe.getStyle()).isEqualTo("neat");
        assertThat(probe.getGlyphsList()).doesNotContain('a' - '!', 'b' - '!').hasSize(1);

        // Nothing is drawn at all: that is waited out, however long.
        for (int i = 0; i < 30; i++) {
            while (!harness.client.waiting().isEmpty()) {
                harness.client.breakDown(0, "INTERNAL: no");
            }
            harness.tick();
            harness.pass(1_000);
        }
        assertThat(harness.deadLetters).isEmpty();

        harness.client.draw(harness.client.waiting().indexOf(probe()));
        harness.tick();
        assertThat(harness.deadLetters).hasSize(1);
        assertThat(harness.isEmpty()).isTrue();
    }

    @Test
    void aLineThatACandidateFailsToDrawTimeAndAgainIsDrawnByStable() {
        harness.policy(Models.policy("r1", "base:1", "base:2", 100));
        harness.process("bad", "a");
        harness.process("good", "b");
        harness.client.breakDown(0, "INTERNAL: no");
        harness.client.draw(0);
        harness.tick();
        for (int i = 1; i < 5; i++) {
            harness.pass(1_000);
            harness.client.breakDown(0, "INTERNAL: no");
            harness.tick();
        }
        harness.drawEverything();

        assertThat(harness.drawnBy).containsExactly("good 0 base:2 r1", "bad 0 base:1 r1");
        assertThat(harness.deadLetters).isEmpty();
    }

    @Test
    void aServerThatRestartsIsWaitedOutHoweverLongItTakes() {
        harness.policy(Models.policy("r1", "base:2"));
        harness.process("half drawn", "one two three");
        harness.process("waiting", "four");
        harness.client.draw(0);
        harness.tick();
        harness.state("base:1", ModelState.UNLOADED);
        harness.state("base:2", ModelState.UNLOADED);
        for (int i = 0; i < 20; i++) {
            failAndWait("NOT_FOUND: model base:2 is not known here", 60_000);
        }
        assertThat(harness.meters.get("inkstream.documents.long.wait").gauge().value())
                .isEqualTo(2);
        harness.serve("base:1", "base:2");
        harness.drawEverything();
        harness.pass(1_000);

        assertThat(harness.drawnBy)
                .containsExactlyInAnyOrder("half drawn 0 base:2 r1", "half drawn 1 base:2 r1", "waiting 0 base:2 r1");
        assertThat(harness.deadLetters).isEmpty();
        assertThat(harness.meters.get("inkstream.documents.long.wait").gauge().value())
                .isZero();
    }

    @Test
    void aDocumentOfItsOwnPinWhoseVersionIsWithdrawnBecomesADeadLetterThatSaysSo() {
        TextDocument document = Models.document("one");
        document.setModel("base:2");
        harness.process("doc", document);
        harness.withdraw("base:2");
        harness.pass(3_000);
        harness.pass(300);

        assertThat(harness.deadLetters)
                .containsExactly(
                        "UNKNOWN_MODEL: the document is pinned to base:2, which is not announced or was withdrawn");
        assertThat(harness.isEmpty()).isTrue();
    }

    @Test
    void documentsAreCountedForTheVersionThatTheyAreGivenTo() {
        harness.policy(Models.policy("r1", "base:1", "base:2", 30));
        for (int i = 0; i < 9; i++) {
            harness.process("doc-" + i, "a");
        }

        Map<String, Long> routed = harness.routed.lastMinute(harness.nowMs());
        assertThat(routed.values().stream().mapToLong(Long::longValue).sum()).isEqualTo(9);
        assertThat(routed).containsOnlyKeys("base:1", "base:2");
        assertThat(routed.get("base:2"))
                .isEqualTo(models().stream().filter("base:2"::equals).count());
    }

    /** Fails what is asked, and lets so much time pass that it is asked again. */
    private void failAndWait(String reason, long millis) {
        assertThat(harness.client.waiting()).isNotEmpty();
        while (!harness.client.waiting().isEmpty()) {
            harness.client.fail(0, reason);
        }
        harness.tick();
        harness.pass(millis);
    }

    private RenderLineRequest probe() {
        return harness.client.waiting().stream()
                .filter(request -> request.getStyle().equals("neat"))
                .findFirst()
                .orElseThrow();
    }

    private List<String> models() {
        return harness.client.waiting().stream()
                .map(RenderLineRequest::getModel)
                .toList();
    }
}
