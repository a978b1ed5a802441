package io.inkstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.trainer.checkpoint.Checkpoint;
import io.inkstream.trainer.checkpoint.CheckpointStore;
import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.DatasetImporter;
import io.inkstream.trainer.dataset.ImportOptions;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.evaluation.Evaluation;
import io.inkstream.trainer.gan.GanConfig;
import io.inkstream.trainer.publish.TrainedModel;
import io.inkstream.trainer.recogniser.RecogniserTraining;
import io.inkstream.trainer.report.TrainingListener;
import io.inkstream.trainer.style.Typography;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LessonTest {
    /** The networks are the real ones, so few steps: enough to learn something. */
    private static final TrainingConfig LEARNING = config(60, 4, 70);

    /** As much teaching, by a generator that has hardly begun. */
    private static final TrainingConfig BEGINNING = config(2, 0, 70);

    /** Enough to pass through every stage. */
    private static final TrainingConfig BRIEF = config(6, 4, 4);

    @TempDir
    Path folder;

    private final SampleSet samples = Bars.samples(200, 1);

    /** Too few to judge by, where the generator alone matters. */
    private final SampleSet few = Bars.samples(128, 1);

    @Test
    void aShortTrainingLearnsToDrawHandwritingThatTeachesToReadIt() throws Exception {
        SampleSet handwriting = handwriting("0123456789");
        TrainedModel model = finished(lesson(handwriting, LEARNING, folder.resolve("long")));
        TrainedModel beginner = finished(lesson(handwriting, BEGINNING, folder.resolve("short")));

        assertThat(model.training().characters()).isEqualTo("0123456789");
        assertThat(model.training().sources()).containsExactly("emnist", "unipen");
        assertThat(model.judgeOnnx()).isPresent();
        assertThat(model.judgeOnnx().get()).isNotEqualTo(model.readerOnnx());
        // Ten classes: chance reads .1 of the 256 test glyphs, and .16 once in a thousand times.
        assertThat(figure(beginner, "cas")).isLessThan(.3);
        assertThat(figure(model, "cas")).isGreaterThan(.5).isGreaterThan(figure(beginner, "cas") + .3);
        assertThat(figure(model, "accuracy_generated")).isGreaterThan(.5);
        assertThat(figure(model, "frechet_excess")).isLessThan(figure(beginner, "frechet_excess") / 2);
        assertThat(figure(model, "deviation_ratio")).isGreaterThan(.3);
    }

    @Test
    void aStoppedRunGoesOnInItsFolderAndEndsWithTheSameModel() throws Exception {
        TrainedModel whole = finished(lesson(samples, BRIEF, folder.resolve("whole")));

        Path cut = folder.resolve("cut");
        AtomicBoolean stopping = new AtomicBoolean();
        long[] clock = {0};
        // Every look at the clock lets an hour pass, so every step reports and saves.
        LongSupplier nanos = () -> clock[0] += Duration.ofHours(2).toNanos();
        Optional<TrainedModel> stopped = TrainingRun.train(lesson(
                samples, BRIEF, cut, event -> stopping.compareAndSet(false, isThirdStep(event)), stopping::get, nanos));
        long stoppedAt = new CheckpointStore(cut.resolve("generator"), 2)
                .latest()
                .orElseThrow()
                .step();
        List<Long> steps = new ArrayList<>();
        TrainedModel resumed = finished(lesson(
                samples,
                BRIEF,
                cut,
                event -> {
                    if (event.getCheckpoint() != null) {
                        steps.add(event.getStep());
                    }
                },
                () -> false,
                nanos));

        assertThat(stopped).isEmpty();
        assertThat(stoppedAt).isEqualTo(3);
        assertThat(steps).first().isEqualTo(4L);
        assertThat(resumed.generatorOnnx()).isEqualTo(whole.generatorOnnx());
        assertThat(resumed.readerOnnx()).isEqualTo(whole.readerOnnx());
        assertThat(resumed.card()).isEqualTo(whole.card());
    }

    private static boolean isThirdStep(TrainingEvent event) {
        return event.getStage().equals("drift") && event.getStep() == 3;
    }

    @Test
    void aBrokenLastCheckpointCostsTheStepsSinceTheOneBeforeAndNothingElse() throws Exception {
        TrainedModel whole = finished(lesson(few, BRIEF.savingEvery(2), folder));
        Path generator = folder.resolve("generator");
        Files.write(generator.resolve("step-000000010.ckpt"), new byte[] {1, 2, 3});
        List<Long> saved = new ArrayList<>();

        TrainedModel again = finished(
                lesson(few, BRIEF.savingEvery(1), folder, event -> saved.add(event.getStep()), () -> false, () -> 0));

        assertThat(saved).containsExactly(9L, 10L);
        assertThat(again.generatorOnnx()).isEqualTo(whole.generatorOnnx());
    }

    @Test
    void aDiskThatRefusesACheckpointDoesNotEndTheTraining() throws Exception {
        TrainedModel whole = finished(lesson(few, BRIEF, folder.resolve("whole")));
        Path generator = Files.createDirectories(folder.resolve("full/generator"));
        // A folder with something in it in the temporary file's place stands for a disk that refuses.
        Files.createDirectories(generator.resolve("step-000000004.ckpt.part/x"));
        List<Long> saved = new ArrayList<>();

        TrainedModel model = finished(lesson(
                few,
                BRIEF.savingEvery(2),
                folder.resolve("full"),
                event -> {
                    if (event.getCheckpoint() != null) {
                        saved.add(event.getStep());
                    }
                },
                () -> false,
                () -> 0));

        assertThat(saved).containsExactly(2L, 6L, 8L, 10L);
        assertThat(model.generatorOnnx()).isEqualTo(whole.generatorOnnx());
    }

    @Test
    void aRunThatCannotSaveWhereItIsToldToStopSaysFromWhereTheNextWillGoOn() throws Exception {
        Path generator = Files.createDirectories(folder.resolve("generator"));
        Files.createDirectories(generator.resolve("step-000000003.ckpt.part/x"));
        AtomicBoolean stopping = new AtomicBoolean();
        long[] clock = {0};
        Lesson lesson = lesson(
                few,
                BRIEF.savingEvery(2),
                folder,
                event -> stopping.compareAndSet(false, isThirdStep(event)),
                stopping::get,
                () -> clock[0] += Duration.ofHours(2).toNanos());

        assertThatThrownBy(() -> TrainingRun.train(lesson))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("stopped at step 3")
                .hasMessageContaining("resumes from step 2");
    }

    @Test
    void checkpointsOfAnotherArchitectureAreRefusedByName() throws Exception {
        new CheckpointStore(folder.resolve("generator"), 2)
                .save(new Checkpoint("a network of 1993", 5, Map.of("weights", new float[3])));

        assertThatThrownBy(() -> TrainingRun.train(lesson(few, BRIEF, folder)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("another network: a network of 1993");
    }

    @Test
    void aWeightThatIsNotANumberEndsTheRunWithTheReasonAndLeavesTheCheckpointsAlone() throws Exception {
        CheckpointStore store = spoilt(4, Float.NaN);

        assertThatThrownBy(() -> TrainingRun.train(lesson(few, BRIEF, folder)))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("collapsed at step 4:")
                .hasMessageContaining("gradient is not a number at step 5");
        assertThat(store.latest().orElseThrow().step()).isEqualTo(4);
    }

    @Test
    void aGeneratorThatDrawsTheSameEverywhereIsCalledCollapsedBeforeItIsSaved() throws Exception {
        CheckpointStore store = spoilt(1000, 0);
        TrainingConfig everyStep = config(2000, 0, 4, 1);

        assertThatThrownBy(() -> TrainingRun.train(lesson(samples, everyStep.savingEvery(1), folder)))
                .isInstanceOf(TrainingException.class)
                .hasMessageContaining("collapsed at step 1001:")
                .hasMessageContaining("differ by only 0 %");
        assertThat(store.latest().orElseThrow().step()).isEqualTo(1000);
    }

    /** Leaves a checkpoint in the folder whose generator has the same number everywhere. */
    private CheckpointStore spoilt(long step, float weight) throws Exception {
        finished(lesson(few, config(4, 0, 4, 0), folder.resolve("before")));
        Checkpoint good = new CheckpointStore(folder.resolve("before/generator"), 2)
                .latest()
                .orElseThrow();
        good.arrays().forEach((name, values) -> {
            if (name.endsWith(".parameters")) {
                Arrays.fill(values, weight);
            }
        });
        CheckpointStore store = new CheckpointStore(folder.resolve("generator"), 2);
        store.save(new Checkpoint(good.signature(), step, good.arrays()));
        return store;
    }

    private static Lesson lesson(SampleSet samples, TrainingConfig config, Path in) {
        return lesson(samples, config, in, event -> {}, () -> false, () -> 0);
    }

    private static Lesson lesson(
            SampleSet samples,
            TrainingConfig config,
            Path in,
            TrainingListener listener,
            BooleanSupplier stopping,
            LongSupplier nanos) {
        return Lesson.of(samples, config, Optional.empty(), in, listener, InstantSource.system(), stopping, nanos);
    }

    private static TrainedModel finished(Lesson lesson) throws Exception {
        return TrainingRun.train(lesson).orElseThrow();
    }

    /** Some characters of the samples that the repository comes with. */
    private static SampleSet handwriting(String characters) throws Exception {
        return new DatasetImporter(Typography.standard().classes())
                .open(List.of(Path.of("samples")), ImportOptions.DEFAULTS)
                .collect()
                .samples()
                .over(new CharacterClasses(characters));
    }

    private static double figure(TrainedModel model, String name) {
        return ((Number) model.card().get(name)).doubleValue();
    }

    private static TrainingConfig config(long driftSteps, long adversarialSteps, int lessonSteps) {
        return config(driftSteps, adversarialSteps, lessonSteps, driftSteps + adversarialSteps);
    }

    private static TrainingConfig config(
            long driftSteps, long adversarialSteps, int lessonSteps, long evaluationSteps) {
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
                evaluationSteps);
    }
}
