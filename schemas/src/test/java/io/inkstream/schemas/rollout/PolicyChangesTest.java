package io.inkstream.schemas.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStep;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class PolicyChangesTest {
    private static final Instant WRITTEN = Instant.parse("2026-01-02T03:04:05Z");

    private final RolloutPolicy policy = RolloutPolicy.newBuilder()
            .setRevision("r1")
            .setStable("1")
            .setCandidate("2")
            .setShadow("base:2")
            .setShadowPercent(30)
            .setSteps(List.of(new RolloutStep(10, 60, 0.01, 700), new RolloutStep(50, 60, 0.02, null)))
            .setEarlier(List.of("0", "base:2"))
            .setStylePins(Map.of("neat", "1"))
            .setBakeSeconds(90)
            .build();

    @Test
    void aPromotedCandidateServesAndNothingOfTheRolloutIsLeft() {
        RolloutPolicy next = PolicyChanges.promoted("base", policy, Optional.of("base:1"));

        assertThat(next.getStable()).isEqualTo("base:2");
        assertThat(next.getEarlier()).containsExactly("base:1", "base:0");
        assertThat(next.getCandidate()).isNull();
        assertThat(next.getSteps()).isEmpty();
        assertThat(next.getCandidatePercent()).isZero();
        assertThat(next.getMaxCandidateLatencyMs()).isNull();
        assertThat(next.getShadow()).isNull();
        assertThat(next.getBakeSeconds()).isZero();
        assertThat(next.getStylePins()).containsEntry("neat", "1");
        assertThat(policy.getStable()).as("what was given").isEqualTo("1");
    }

    @Test
    void aVersionOfBeforeServesAgainAndWhatCameAfterItIsForgotten() {
        policy.setEarlier(List.of("3", "2", "0"));
        RolloutPolicy next = PolicyChanges.backTo("base", policy, "base:2");

        assertThat(next.getStable()).isEqualTo("base:2");
        assertThat(next.getEarlier()).containsExactly("base:0");
        assertThat(next.getCandidate()).isNull();
        assertThat(next.getShadow()).isNull();
        assertThat(next.getBakeSeconds()).isZero();
    }

    @Test
    void stepsAndBakingGoOnWhereAChangeIsAboutSomethingElse() {
        RolloutPolicy next = PolicyChanges.continued(policy, WRITTEN, WRITTEN.plusSeconds(70));

        assertThat(next.getSteps()).containsExactly(new RolloutStep(50, 50, 0.02, null));
        assertThat(next.getCandidatePercent()).isEqualTo(50);
        assertThat(next.getMaxCandidateErrorRate()).isEqualTo(0.02);
        assertThat(next.getBakeSeconds()).isEqualTo(20);
        assertThat(PolicyChanges.continued(policy, WRITTEN, WRITTEN.plusSeconds(90))
                        .getBakeSeconds())
                .isZero();
        assertThat(PolicyChanges.continued(policy, WRITTEN, WRITTEN.minusSeconds(5))
                        .getBakeSeconds())
                .isEqualTo(90);
    }

    @Test
    void aLongCommentIsCut() {
        assertThat(PolicyChanges.signed(policy, "r2", "x".repeat(1_000_000)).getComment())
                .hasSizeLessThan(2_000);
    }
}
