package io.inkstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.trainer.TrainingProgress.Stage;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.evaluation.Evaluation;
import io.inkstream.trainer.gan.GanConfig;
import io.inkstream.trainer.publish.TrainedModel;
import io.inkstream.trainer.recogniser.RecogniserTraining;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TrainingRunTest {
    /** 4 classes; the networks are the real ones, so few steps: enough to learn something. */
    private static final TrainingConfig LEARNING = config(60, 4, 30);

    /** Enough to pass through every stage. */
    private static final TrainingConfig BRIEF = config(6, 4, 4);

    @TempDir
    Path folder;

    private final SampleSet samples = Bars.samples(200, 1);

    @Test
    void aShortTrainingDrawsGlyphsThatTeachToReadRealOnes() throws IOException {
        TrainedModel model = new TrainingRun(samples, LEARNING, Optional.empty(), folder, progress -> {}, () -> 0)
                .run()
                .match(TrainingOutcome.Finished::model, stopped -> null, collapsed -> null);

        assertThat(model).isNotNull();
        assertThat(model.training().characters()).isEqualTo("abcd");
        assertThat(model.training().sources()).containsExactly("bars");
        assertThat(model.judgeOnnx()).isPresent();
        assertThat(model.judgeOnnx().get()).isNotEqualTo(model.readerOnnx());
        // Four classes: chance reads 0.25.
        assertThat((double) model.card().get("cas")).isGreaterThan(0.6);
        assertThat((double) model.card().get("accuracy_generated")).isGreaterThan(0.6);
        assertThat((double) model.card().get("deviation_ratio")).isGreaterThan(0.3);
    }

    @Test
    void aStoppedRunGoesOnInItsFolderAndEndsWithTheSameModel() throws IOException {
        TrainedModel whole = new TrainingRun(
                        samples, BRIEF, Optional.empty(), folder.resolve("whole"), progress -> {}, () -> 0)
                .run()
                .match(TrainingOutcome.Finished::model, stopped -> null, collapsed -> null);

        Path cut = folder.resolve("cut");
        AtomicReference<TrainingRun> run = new AtomicReference<>();
        long[] clock = {0};
        run.set(new TrainingRun(
                samples,
                BRIEF,
                Optional.empty(),
                cut,
                progress -> {
                    if (progress.stage() == Stage.DRIFT && progress.step() == 3) {
                        run.get().stop();
                    }
                },
                // Every look at the clock lets an hour pass, so every step reports and saves.
                () -> clock[0] += Duration.ofHours(2).toNanos()));
        Long stoppedAt = run.get().run().match(finished -> null, TrainingOutcome.Stopped::step, collapsed -> null);
        List<Long> steps = new ArrayList<>();
        TrainedModel resumed = new TrainingRun(
                        samples,
                        BRIEF,
                        Optional.empty(),
                        cut,
                        progress -> {
                            if (progress.checkpoint().isPresent()) {
                                steps.add(progress.step());
                            }
                        },
                        () -> clock[0] += Duration.ofHours(2).toNanos())
                .run()
                .match(TrainingOutcome.Finished::model, stopped -> null, collapsed -> null);

        assertThat(stoppedAt).isEqualTo(3);
        assertThat(steps).first().isEqualTo(4L);
        assertThat(resumed.generatorOnnx()).isEqualTo(whole.generatorOnnx());
        assertThat(resumed.readerOnnx()).isEqualTo(whole.readerOnnx());
        assertThat(resumed.card()).isEqualTo(whole.card());
    }

    private static TrainingConfig config(long driftSteps, long adversarialSteps, int lessonSteps) {
        RecogniserTraining.Config lesson = new RecogniserTraining.Config(lessonSteps, 32, 4e-3, 1e-3, 0.1, 0.05, 1, 7);
        return new TrainingConfig(
                new GanConfig(4, 8, 8, driftSteps, 2e-3, adversarialSteps, 2, 4, 5e-4, 6e-4, 10, 0.4, 0.1, 0.9, 1),
                lesson,
                lesson.with(lessonSteps, 1),
                new Evaluation.Config(256, lessonSteps, false, 4, 1),
                26,
                2,
                Duration.ofHours(1),
                50,
                2,
                Duration.ofHours(1),
                driftSteps + adversarialSteps);
    }
}
