package io.inkstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.trainer.TrainingPlan.Pace;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TrainingPlanTest {
    private static final Pace PACE = new Pace(Duration.ofMillis(20), Duration.ofMillis(60), Duration.ofMillis(120));

    @Test
    void planTakesAboutAsLongAsItMay() {
        TrainingPlan plan = TrainingPlan.within(Duration.ofMinutes(60), PACE, false, 2, 1);

        double seconds = (plan.readerSteps() + 2 * plan.cardSteps()) * 0.02
                + plan.judgeSteps() * 0.06
                + (plan.driftSteps() + plan.adversarialSteps()) * 0.12;
        assertThat(seconds).isCloseTo(3600, within(60.0));
    }

    @Test
    void longTrainingHasBothStagesAndRecognisersOfTheRecipesLength() {
        TrainingPlan plan = TrainingPlan.within(Duration.ofHours(3), PACE, false, 2, 1);

        assertThat(plan.adversarialSteps()).isPositive().isLessThan(plan.driftSteps());
        assertThat(plan.readerSteps())
                .isEqualTo(TrainingConfig.DEFAULTS.reader().steps());
        assertThat(plan.judgeSteps()).isEqualTo(TrainingConfig.DEFAULTS.judge().steps());
    }

    @Test
    void shortTrainingSpendsItsTimeOnTheDrift() {
        TrainingPlan plan = TrainingPlan.within(Duration.ofMinutes(5), PACE, false, 2, 1);

        assertThat(plan.adversarialSteps()).isZero();
        assertThat(plan.driftSteps()).isGreaterThan(1000);
    }

    @Test
    void noBudgetIsTooShortToPlan() {
        TrainingPlan plan = TrainingPlan.within(Duration.ofSeconds(1), PACE, false, 1, 1);

        assertThat(plan.driftSteps()).isPositive();
        assertThat(plan.config(94).gan().steps()).isEqualTo(plan.driftSteps());
    }

    @Test
    void fewCharactersAreFewerThanAStepUsuallyDraws() {
        TrainingConfig config =
                TrainingPlan.within(Duration.ofMinutes(5), PACE, false, 2, 1).config(3);

        assertThat(config.gan().classesPerWorker()).isEqualTo(3);
    }

    @Test
    void judgeHasAnotherSeedThanTheTeacher() {
        TrainingConfig config =
                TrainingPlan.within(Duration.ofMinutes(5), PACE, false, 2, 1).config(94);

        assertThat(config.judge().seed()).isNotEqualTo(config.reader().seed());
    }

    @Test
    void workersThatCannotShareABatchAreRefused() {
        assertThatThrownBy(() -> TrainingPlan.within(Duration.ofMinutes(5), PACE, false, 3, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("got 3");
    }
}
