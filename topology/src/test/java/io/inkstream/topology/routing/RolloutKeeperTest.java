package io.inkstream.topology.routing;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.schemas.avro.RolloutStep;
import io.inkstream.schemas.rollout.PolicyWriter.Change;
import io.inkstream.schemas.rollout.PolicyWriter.Current;
import io.inkstream.schemas.rollout.PolicyWriter.Outcome;
import io.inkstream.schemas.rollout.Revisions;
import io.inkstream.topology.Models;
import io.inkstream.topology.TopologyHarness;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Writes go straight to the book, as if the topic were followed at once. */
class RolloutKeeperTest {
    private static final Instant NOW = Models.NOW;

    private final FleetBook book = new FleetBook(Duration.ofDays(1));
    private final List<RolloutPolicy> written = new ArrayList<>();
    private Instant now = NOW;
    private Fleet fleet = Fleet.unknown();
    private Optional<Current> current = Optional.empty();
    private Optional<Outcome> trouble = Optional.empty();
    private final CandidateWatch watch = new CandidateWatch(() -> fleet, new SimpleMeterRegistry());
    private final RolloutKeeper keeper = keeper();

    @BeforeEach
    void twoVersionsAreReady() {
        for (String model : new String[] {"base:1", "base:2"}) {
            book.model(model, Models.announcement(model, NOW));
            book.status("a/" + model, Models.status("a", model, ModelState.READY), NOW);
        }
    }

    @Test
    void aCandidateIsPromotedOnceWhenItsLastStepIsOver() {
        policy(steps());
        lookAt(0);
        lookAt(119);
        lookAt(121);
        assertThat(written).isEmpty();

        lookAt(122);
        lookAt(130);
        assertThat(written).singleElement().satisfies(next -> {
            assertThat(next.getStable()).isEqualTo("base:2");
            assertThat(next.getEarlier()).containsExactly("base:1");
            assertThat(next.getCandidate()).isNull();
            assertThat(next.getSteps()).isEmpty();
            assertThat(next.getRevision()).contains("-promote-");
            assertThat(next.getComment())
                    .isEqualTo("by topology host: all 2 steps of r1 are over, and base:2 has kept to their bounds");
        });
    }

    @Test
    void aHaltEndsTheRollout() {
        policy(steps());
        lookAt(0);
        book.rollout(RolloutStatus.newBuilder()
                .setInstance("other")
                .setModel("base")
                .setPolicyRevision("r1")
                .setInForce("r1")
                .setHaltedRevision("r1")
                .setHaltReason("it failed")
                .setReportedAt(NOW)
                .build());
        read();
        lookAt(1_000);

        assertThat(written).isEmpty();
    }

    @Test
    void aPolicyThatSomebodyWroteMeanwhileIsLeftAsItIs() {
        policy(steps());
        lookAt(0);
        current = Optional.of(new Current(Models.policy("r2", "base:1"), NOW));
        lookAt(122);
        lookAt(123);

        assertThat(written).isEmpty();
    }

    @Test
    void timeThatNobodyWatchedProvesNothing() {
        policy(steps());
        lookAt(10_000);
        lookAt(10_061);
        assertThat(written).as("the last step lasts a minute").isEmpty();

        lookAt(10_062);
        assertThat(written).hasSize(1);
    }

    @Test
    void aCandidateThatIsNotReadyIsNotPromoted() {
        policy(steps());
        lookAt(0);
        book.status("a/base:2", Models.status("a", "base:2", ModelState.FAILED), NOW);
        read();
        lookAt(1_000);

        assertThat(written).isEmpty();
    }

    @Test
    void aWriteThatFailsIsTriedAgain() {
        policy(steps());
        lookAt(0);
        trouble = Optional.of(new Outcome.Failed("no broker"));
        now = NOW.plusSeconds(200);
        assertThat(keeper.look()).contains("no broker");
        trouble = Optional.empty();
        assertThat(keeper.look()).isEmpty();

        assertThat(written).hasSize(1);
    }

    @Test
    void aStableVersionThatFailsWithinItsBakingTimeGivesWayToTheOneBefore() {
        policy(baking());
        lookAt(0);
        fail(19);
        lookAt(1);
        assertThat(written).isEmpty();

        fail(1);
        lookAt(2);
        lookAt(3);
        assertThat(written).singleElement().satisfies(next -> {
            assertThat(next.getStable()).isEqualTo("base:1");
            assertThat(next.getEarlier()).isEmpty();
            assertThat(next.getBakeSeconds()).isZero();
            assertThat(next.getRevision()).contains("-rollback-");
            assertThat(next.getComment())
                    .isEqualTo("by topology host: back from base:2 to base:1, as within the baking time of r1 20 of its"
                            + " latest 20 lines failed, and 5.0 % may; this one: INTERNAL: no");
        });
    }

    @Test
    void afterItsBakingTimeNothingIsWatched() {
        policy(baking());
        now = NOW.plusSeconds(60);
        fail(100);
        keeper.look();

        assertThat(written).isEmpty();
    }

    @Test
    void whatWasPassedOverInBetweenIsPassedOverHere() {
        RolloutPolicy policy = baking();
        policy.setEarlier(List.of("base:9", "base:1"));
        policy(policy);
        fail(20);
        keeper.look();

        assertThat(written).singleElement().satisfies(next -> assertThat(next.getStable())
                .isEqualTo("base:1"));
    }

    @Test
    void withNothingToGoBackToTheVersionStays() {
        RolloutPolicy policy = baking();
        policy.setEarlier(List.of());
        policy(policy);
        fail(20);

        assertThat(keeper.look()).isEmpty();
        assertThat(written).isEmpty();
    }

    private static RolloutPolicy steps() {
        RolloutPolicy policy = Models.policy("r1", "base:1", "base:2", 10);
        policy.setSteps(List.of(new RolloutStep(10, 60, 0.05, null), new RolloutStep(100, 60, 0.05, null)));
        return policy;
    }

    private static RolloutPolicy baking() {
        RolloutPolicy policy = Models.policy("r1", "base:2");
        policy.setEarlier(List.of("base:1"));
        policy.setBakeSeconds(60);
        return policy;
    }

    private void policy(RolloutPolicy policy) {
        current = Optional.of(new Current(policy, NOW));
        book.policy("base", policy, NOW);
        read();
    }

    private void read() {
        fleet = Models.settled(book, NOW);
    }

    private void lookAt(long seconds) {
        now = NOW.plusSeconds(seconds);
        assertThat(keeper.look()).isEmpty();
    }

    private void fail(int lines) {
        Assignment assignment = new Assignment("base:2", Models.sha256("base:2"), "r1", "natural");
        for (int i = 0; i < lines; i++) {
            watch.failed(assignment, "INTERNAL: no", now.toEpochMilli());
        }
    }

    private Outcome write(String name, Change<RuntimeException> change) {
        assertThat(name).isEqualTo("base");
        if (trouble.isPresent()) {
            return trouble.get();
        }
        Optional<RolloutPolicy> next = change.of(current);
        if (next.isEmpty()) {
            return new Outcome.Unchanged(current);
        }
        written.add(next.get());
        book.policy(name, next.get(), now);
        fleet = Models.settled(book, NOW);
        return new Outcome.Written(new Current(next.get(), now), List.of());
    }

    private RolloutKeeper keeper() {
        return new RolloutKeeper(
                watch,
                this::write,
                new Revisions(() -> now, new Random(1)),
                "host",
                TopologyHarness.steady(),
                () -> now,
                () -> 0);
    }
}
