package io.inkstream.schemas.rollout;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.rollout.RolloutSteps.Step;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.Random;
import org.junit.jupiter.api.Test;

class RolloutStepsTest {
    private static final Instant BEGIN = Instant.parse("2026-01-02T03:04:05Z");

    private final RolloutSteps steps = new RolloutSteps(BEGIN, List.of(step(10, 60), step(25, 120), step(100, 30)));

    @Test
    void eachStepHoldsForItsTime() {
        assertThat(percentAt(0)).isEqualTo(10);
        assertThat(percentAt(59)).isEqualTo(10);
        assertThat(percentAt(60)).isEqualTo(25);
        assertThat(percentAt(179)).isEqualTo(25);
        assertThat(percentAt(180)).isEqualTo(100);
        assertThat(steps.areOver(BEGIN.plusSeconds(209))).isFalse();
        assertThat(steps.areOver(BEGIN.plusSeconds(210))).isTrue();
    }

    @Test
    void theFirstHoldsBeforeTheBeginningAndTheLastAfterTheEnd() {
        assertThat(percentAt(-1_000_000)).isEqualTo(10);
        assertThat(percentAt(1_000_000)).isEqualTo(100);
    }

    @Test
    void withoutStepsThereIsNoneAndNothingIsOver() {
        RolloutSteps none = new RolloutSteps(BEGIN, List.of());

        assertThat(none.at(BEGIN)).isEmpty();
        assertThat(none.areOver(BEGIN.plusSeconds(1))).isFalse();
        assertThat(none.leftAt(BEGIN.plusSeconds(1)).steps()).isEmpty();
    }

    @Test
    void whatIsLeftGoesOnWhereItWasWhateverItWasCutAt() {
        Random random = new Random(5);
        for (int run = 0; run < 2_000; run++) {
            List<Step> any = new ArrayList<>();
            for (int i = 0; i <= random.nextInt(5); i++) {
                any.add(step(1 + random.nextInt(100), 1 + random.nextInt(50)));
            }
            RolloutSteps all = new RolloutSteps(BEGIN, any);
            Instant cut = BEGIN.plusMillis(random.nextInt(150_000));
            RolloutSteps left = all.leftAt(cut);
            Instant later = cut.plusMillis(random.nextInt(150_000));

            assertThat(left.at(later).orElseThrow().percent())
                    .as("%s cut at %s, asked at %s", all, cut, later)
                    .isEqualTo(all.at(later).orElseThrow().percent());
            if (cut.isBefore(all.endsAt())) {
                assertThat(left.endsAt()).isEqualTo(all.endsAt());
            }
        }
    }

    private int percentAt(long seconds) {
        return steps.at(BEGIN.plusSeconds(seconds)).orElseThrow().percent();
    }

    private static Step step(int percent, int seconds) {
        return new Step(percent, Duration.ofSeconds(seconds), 0.05, OptionalInt.empty());
    }
}
