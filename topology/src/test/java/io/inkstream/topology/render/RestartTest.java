package io.inkstream.topology.render;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.topology.FakeRenderClient;
import io.inkstream.topology.Models;
import io.inkstream.topology.state.PlannedLine;
import io.inkstream.topology.store.StoreFormat;
import java.util.ArrayList;
import java.util.List;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.junit.jupiter.api.Test;

/** One processor ends without a word and another begins with what the stores hold. */
class RestartTest {
    private final ProcessorHarness harness = new ProcessorHarness();

    @Test
    void theLinesOfAShortDocumentAreSentAgain() {
        harness.serve("base:1");
        harness.start();
        harness.process("doc", "one two three four five six");
        harness.client.draw(2);
        harness.client.draw(0);
        harness.tick();
        assertThat(harness.emitted).isEmpty();

        harness.start();
        harness.tick();
        assertThat(harness.client.waiting())
                .extracting(RenderLineRequest::getLineIndex)
                .containsExactly(0, 1, 2, 3);
        harness.client.drawAllBackwards();
        harness.tick();
        assertThat(harness.emitted).containsExactly("doc 0 one two", "doc 1 three", "doc 2 four five", "doc 3 six");
        assertThat(harness.isEmpty()).isTrue();
    }

    @Test
    void theDrawnLinesOfALongDocumentAreNotSentAgain() {
        harness.serve("base:1");
        harness.start();
        harness.process("doc", "a\n".repeat(10));
        harness.client.draw(2);
        harness.client.draw(0);
        harness.tick();
        assertThat(harness.emitted).isEmpty();

        harness.start();
        harness.tick();
        assertThat(harness.client.waiting())
                .extracting(RenderLineRequest::getLineIndex)
                .containsExactly(1, 3, 4, 5, 6, 7, 8, 9);
        harness.drawEverything();
        assertThat(harness.emitted).hasSize(10);
        assertThat(harness.isEmpty()).isTrue();
    }

    @Test
    void ofALineTheStoreKeepsTheRequestOrTheAnswerAndNeverBoth() {
        harness.serve("base:1");
        harness.start();
        harness.process("doc", "a\n".repeat(10));
        assertThat(storedLines()).hasSize(10).allMatch(line -> line.getRequest().hasRemaining());

        harness.client.draw(2);
        harness.client.draw(0);
        harness.tick();
        assertThat(storedLines())
                .hasSize(10)
                .allMatch(line -> line.getRequest().hasRemaining() == (line.getAnswer() == null))
                .filteredOn(line -> line.getAnswer() != null)
                .hasSize(2);
    }

    private List<PlannedLine> storedLines() {
        List<PlannedLine> stored = new ArrayList<>();
        try (KeyValueIterator<Bytes, byte[]> all = harness.lines.all()) {
            all.forEachRemaining(entry -> stored.add(StoreFormat.line(entry.value)));
        }
        return stored;
    }

    @Test
    void theVersionIsThatOfThePlanThoughAnotherServesByNow() {
        harness.serve("base:1");
        harness.start();
        harness.process("doc", "one");
        harness.serve("base:2");

        harness.start();
        harness.tick();
        assertThat(harness.client.waiting())
                .extracting(RenderLineRequest::getModel)
                .containsExactly("base:1");
    }

    @Test
    void aDocumentThatWaitedGoesOnWaitingAndIsPlannedInTheEnd() {
        harness.start();
        harness.process("doc", "one");

        harness.start();
        harness.tick();
        assertThat(harness.client.waiting()).isEmpty();
        harness.serve("base:1");
        harness.pass(200);
        harness.client.draw(0);
        harness.tick();
        assertThat(harness.emitted).containsExactly("doc 0 one");
    }

    @Test
    void theGraceOfAPinBeginsAgain() {
        harness.serve("base:1");
        harness.start();
        var document = Models.document("one");
        document.setModel("other:1");
        harness.process("doc", document);
        harness.pass(2_900);
        harness.start();
        harness.pass(2_900);
        assertThat(harness.deadLetters).isEmpty();
        harness.pass(300);
        assertThat(harness.deadLetters).hasSize(1);
    }

    @Test
    void documentsKeepTheirOrderAndNewOnesComeAfterThem() {
        harness.serve("base:1");
        harness.start();
        harness.process("doc", "one");
        harness.process("doc", "two");

        harness.start();
        harness.process("doc", "three");
        for (int i = 0; i < 3; i++) {
            harness.tick();
            harness.client.draw(0);
        }
        harness.tick();
        assertThat(harness.emitted).containsExactly("doc 0 one", "doc 0 two", "doc 0 three");
    }

    @Test
    void anAnswerForTheOneThatEndedReachesNobody() {
        harness.serve("base:1");
        harness.start();
        harness.process("doc", "one");
        FakeRenderClient before = harness.client;

        harness.start();
        harness.tick();
        before.draw(0);
        harness.tick();
        assertThat(harness.emitted).isEmpty();
        harness.client.draw(0);
        harness.tick();
        assertThat(harness.emitted).containsExactly("doc 0 one");
    }

    @Test
    void aDocumentThatIsNotOutFollowsThePolicyOfTheMeantime() {
        harness.serve("base:1");
        harness.start();
        harness.process("half drawn", "one two three");
        harness.client.draw(0);
        harness.tick();
        harness.serve("base:2");
        harness.policy(Models.policy("r2", "base:2"));

        harness.start();
        harness.tick();
        harness.drawEverything();
        assertThat(harness.drawnBy).containsExactly("half drawn 0 base:2 r2", "half drawn 1 base:2 r2");
        assertThat(harness.isEmpty()).isTrue();
    }

    @Test
    void aDocumentThatWasRefusedByACandidateAndWaitsForStableOutlivesACrash() {
        harness.serve("base:2");
        harness.policy(Models.policy("r1", null, "base:2", 100));
        harness.start();
        harness.serve("base:1");
        harness.process("doc", "one");
        harness.client.refuse(0, "odd");
        harness.tick();
        assertThat(harness.client.waiting())
                .extracting(RenderLineRequest::getModel)
                .containsExactly("base:1");

        harness.start();
        harness.tick();
        harness.drawEverything();
        assertThat(harness.drawnBy).containsExactly("doc 0 base:1 r1");
    }

    @Test
    void aCrashLosesShadowsReportsAndNoLineWhoseAnswerComesLateForOneThatEnded() {
        RolloutPolicy policy = Models.policy("r1", "base:1");
        policy.setShadow("base:2");
        harness.serve("base:1", "base:2");
        harness.policy(policy);
        harness.start();
        harness.process("before", "zero");
        harness.client.draw(0);
        harness.tick();
        FakeRenderClient shadowsBefore = harness.shadowClient;
        assertThat(shadowsBefore.waiting()).hasSize(1);
        harness.process("doc", "one");

        harness.start();
        shadowsBefore.draw(0);
        harness.tick();
        harness.drawEverything();
        assertThat(harness.emitted).containsExactly("before 0 zero", "doc 0 one");
        assertThat(harness.shadowReports).isEmpty();
        harness.shadowClient.draw(0);
        harness.tick();
        assertThat(harness.shadowReports).hasSize(1);
    }

    @Test
    void aProcessorThatComesBackForgetsWhatAnotherHasDoneMeanwhile() {
        harness.start();
        harness.process("waiting", "one"); // no version serves: it waits in memory, decoded
        harness.tick();

        harness.comeBackAfter(() -> {
            harness.serve("base:1");
            harness.pass(200);
            harness.drawEverything();
            harness.process("drawn", "two");
            harness.drawEverything();
        });
        harness.pass(200);
        harness.process("next", "three");
        harness.tick();
        harness.drawEverything();
        assertThat(harness.emitted).containsExactly("waiting 0 one", "drawn 0 two", "next 0 three");
        assertThat(harness.isEmpty()).isTrue();
    }

    @Test
    void answersForBeforeATaskWasFoundCorruptedCountForNothing() {
        harness.serve("base:1");
        harness.start();
        harness.process("doc", "one");
        harness.client.draw(0); // on its way while the task goes back to before it knew the document

        harness.revive();
        harness.tick();
        harness.drawEverything();
        assertThat(harness.emitted).containsExactly("doc 0 one");
        assertThat(harness.isEmpty()).isTrue();
    }
}
