package io.inkstream.topology.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStep;
import io.inkstream.topology.Models;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CandidateWatchTest {
    private static final Instant NOW = Models.NOW;
    private static final Assignment CANDIDATE = new Assignment("base:2", Models.sha256("base:2"), "r1", "natural");

    private final FleetBook book = new FleetBook(Duration.ofDays(1));
    private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    private Fleet followed;
    private final CandidateWatch watch = new CandidateWatch(() -> followed, meters);
    private long nowMs = NOW.toEpochMilli();

    @BeforeEach
    void aCandidateTakesAllDocuments() {
        for (String model : new String[] {"base:1", "base:2"}) {
            book.model(model, Models.announcement(model, NOW));
            book.status("a/" + model, Models.status("a", model, ModelState.READY), NOW);
        }
        write(Models.policy("r1", "base:1", "base:2", 100));
    }

    @Test
    void aCandidateWithinItsBoundsGoesOn() {
        fail(1);
        draw(300, 10);
        fail(9);
        draw(500, 10);

        assertThat(served()).isEqualTo("base:2");
        assertThat(meters.counter("inkstream.candidate.halts").count()).isZero();
    }

    @Test
    void aCandidateThatFailsTooOftenIsHaltedAtOnceWithTheFigures() {
        draw(189, 10);
        fail(9);
        assertThat(served()).isEqualTo("base:2");
        fail(1);

        assertThat(served()).isEqualTo("base:1");
        assertThat(halt()).isEqualTo("10 of its latest 199 lines failed, and 5.0 % may; this one: INTERNAL: no");
        assertThat(meters.counter("inkstream.candidate.halts").count()).isOne();
    }

    @Test
    void fewLinesAreNoEvidence() {
        fail(CandidateWatch.LEAST_LINES - 1);
        assertThat(served()).isEqualTo("base:2");

        fail(1);
        assertThat(served()).isEqualTo("base:1");
    }

    @Test
    void oneFailureOfTheFirstTwentyIsWithinTheDefaultBound() {
        draw(18, 10);
        fail(1);
        draw(1, 10);
        assertThat(served()).isEqualTo("base:2");

        fail(1);
        assertThat(served()).isEqualTo("base:1");
    }

    @Test
    void failuresAreForgottenWithTheLinesAndWithTime() {
        draw(19, 10);
        fail(1);
        draw(200, 10);
        fail(9);
        assertThat(served()).isEqualTo("base:2");

        nowMs += CandidateWatch.WINDOW.toMillis() + 1;
        draw(20, 10);
        fail(1);
        assertThat(served()).isEqualTo("base:2");
    }

    @Test
    void aSlowCandidateIsHaltedIfThePolicyHasABound() {
        draw(100, 900);
        assertThat(served()).isEqualTo("base:2");

        RolloutPolicy policy = Models.policy("r1", "base:1", "base:2", 100);
        policy.setMaxCandidateLatencyMs(100);
        write(policy);
        draw(100, 100);
        draw(10, 101);
        assertThat(served()).isEqualTo("base:2");
        draw(1, 101);
        assertThat(served()).isEqualTo("base:1");
        assertThat(halt()).isEqualTo("11 of its latest 200 drawn lines took longer than 100 ms, and 5 % may");
    }

    @Test
    void whatStableOrAPinnedVersionDrawsSaysNothingOfTheCandidate() {
        Assignment stable = new Assignment("base:1", Models.sha256("base:1"), "r1", "natural");
        Assignment pinned = new Assignment("base:2", Models.sha256("base:2"), "document-pin", "natural");
        for (int i = 0; i < 100; i++) {
            watch.failed(stable, "INTERNAL: no", nowMs);
            watch.failed(pinned, "INTERNAL: no", nowMs);
        }

        assertThat(served()).isEqualTo("base:2");
    }

    @Test
    void aHaltStandsWhateverIsReadOfTheModelsUntilAnotherRevisionIsWritten() {
        fail(20);
        followed = Models.settled(book, NOW);
        assertThat(served()).isEqualTo("base:1");

        write(Models.policy("r2", "base:1", "base:2", 100));
        assertThat(served()).isEqualTo("base:2");
    }

    @Test
    void lateLinesOfAPolicyBeforeAreNotCountedForTheNewest() {
        fail(19);
        write(Models.policy("r2", "base:1", "base:2", 100));
        fail(1);
        assertThat(served()).isEqualTo("base:2");

        for (int i = 0; i < 20; i++) {
            watch.failed(new Assignment("base:2", Models.sha256("base:2"), "r2", "natural"), "INTERNAL: no", nowMs);
        }
        assertThat(served()).isEqualTo("base:1");
    }

    @Test
    void eachStepIsJudgedByItsOwnLinesAndBounds() {
        RolloutPolicy policy = Models.policy("r1", "base:1", "base:2", 1);
        policy.setSteps(List.of(
                new RolloutStep(100, 60, 0.5, null),
                new RolloutStep(100, 60, 0.0, 50),
                new RolloutStep(100, 60, 1.0, null)));
        write(policy);
        draw(30, 900);
        fail(10);
        assertThat(served()).as("a half may fail").isEqualTo("base:2");

        nowMs += 60_000;
        draw(19, 10);
        assertThat(served()).as("what failed in the step before is not counted").isEqualTo("base:2");
        fail(1);
        assertThat(served()).isEqualTo("base:1");
        assertThat(halt()).startsWith("1 of its latest 20 lines failed, and 0.0 % may");
    }

    @Test
    void aBoundOfLatencyThatEndsWithItsStepHaltsNothingLater() {
        RolloutPolicy policy = Models.policy("r1", "base:1", "base:2", 1);
        policy.setSteps(List.of(new RolloutStep(100, 60, 0.5, 50), new RolloutStep(100, 60, 0.5, null)));
        write(policy);
        draw(19, 900);
        nowMs += 60_000;
        draw(100, 900);

        assertThat(served()).isEqualTo("base:2");
    }

    @Test
    void aBakingVersionIsNamedWithTheFiguresAndServesUntilAnotherPolicyIsWritten() {
        RolloutPolicy policy = Models.policy("r1", "base:2");
        policy.setEarlier(List.of("base:1"));
        policy.setBakeSeconds(60);
        policy.setMaxCandidateLatencyMs(100);
        write(policy);
        draw(18, 10);
        draw(2, 900);

        assertThat(watch.spoiled(followed.policies().get("base").get(0)))
                .contains("2 of its latest 20 drawn lines took longer than 100 ms, and 5 % may");
        assertThat(served()).isEqualTo("base:2");
        assertThat(watch.get().halts()).isEmpty();
        assertThat(meters.counter("inkstream.baking.failures").count()).isOne();
    }

    private void write(RolloutPolicy policy) {
        book.policy("base", policy, NOW);
        followed = Models.settled(book, NOW);
    }

    private void draw(int lines, double tookMs) {
        for (int i = 0; i < lines; i++) {
            watch.drawn(CANDIDATE, tookMs, nowMs);
        }
    }

    private void fail(int lines) {
        for (int i = 0; i < lines; i++) {
            watch.failed(CANDIDATE, "INTERNAL: no", nowMs);
        }
    }

    private String served() {
        return Router.route(watch.get(), NOW, "doc", "natural", Optional.empty())
                .match(to -> to.version().id(), Route.Waits::reason, Route.Nowhere::reason);
    }

    private String halt() {
        Map<PolicyId, String> halts = watch.get().halts();
        assertThat(halts).containsOnlyKeys(new PolicyId("base", "r1"));
        return halts.get(new PolicyId("base", "r1"));
    }
}
