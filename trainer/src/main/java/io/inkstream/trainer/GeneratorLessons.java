package io.inkstream.trainer;

import static java.util.Objects.requireNonNull;

import io.inkstream.trainer.Lesson.Stage;
import io.inkstream.trainer.checkpoint.CheckpointStore;
import io.inkstream.trainer.dataset.ContactSheet;
import io.inkstream.trainer.evaluation.GlyphFactory;
import io.inkstream.trainer.evaluation.Quality;
import io.inkstream.trainer.export.OnnxImport;
import io.inkstream.trainer.gan.GanTraining;
import io.inkstream.trainer.gan.Generator;
import io.inkstream.trainer.gan.GeneratorShape;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.recogniser.Recogniser;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains the generator of one lesson step by step, in the two stages of {@link GanTraining}: goes on from the folder's
 * last checkpoint, saves, reports and looks for collapse on the way. For one thread.
 */
final class GeneratorLessons {
    private static final Logger LOG = LoggerFactory.getLogger(GeneratorLessons.class);
    /** A generator that draws like this is lost: real handwriting has 1, an ordinary run 0.9 and more. */
    private static final double COLLAPSED_DEVIATION = 0.2;
    /** Before this, an untrained generator is no news. */
    private static final long COLLAPSE_FROM_STEP = 1000;

    private static final int SHEET_PER_CLASS = 8;
    private static final long SHEET_SEED = 1;

    private final Lesson lesson;
    private final TrainingConfig config;
    private final CheckpointStore store;
    private final GanTraining training;
    private final Optional<Quality.Gauge> gauge;
    private long savedStep;
    private long triedStep;
    private long triedAt;

    /**
     * Goes back to the folder's last checkpoint, if there is one.
     *
     * @throws IllegalArgumentException if there are too few samples, or the folder's checkpoints are of other networks
     */
    GeneratorLessons(Lesson lesson, Recogniser reader, Optional<Recogniser> judge, Workers workers) throws IOException {
        this(lesson, new GanTraining(lesson.config().gan(), start(lesson), lesson.train(), reader, workers), judge);
    }

    /** Likewise, of a training that is given. */
    GeneratorLessons(Lesson lesson, GanTraining training, Optional<Recogniser> judge) throws IOException {
        this.lesson = requireNonNull(lesson, "lesson");
        this.config = lesson.config();
        this.store = new CheckpointStore(lesson.folder().resolve("generator"), config.keepCheckpoints());
        this.training = training;
        store.latest().ifPresent(training::resume);
        this.gauge = judge.map(j -> new Quality.Gauge(
                j, lesson.train(), lesson.test(), config.evaluation().seed()));
        this.savedStep = training.step();
        this.triedStep = savedStep;
    }

    /**
     * Trains until all steps are done; returns the generator, or empty when told to stop first.
     *
     * @throws TrainingException if the networks collapse; the checkpoints are from before
     * @throws IOException if the checkpoint to stop with cannot be written; the ones before stay
     */
    Optional<Generator> train() throws IOException, TrainingException {
        LOG.info(
                "Training the generator on {} samples from step {} of {}.",
                lesson.train().size(),
                training.step(),
                config.gan().steps());
        Map<String, Double> means = new HashMap<>();
        long reportedAt = lesson.nanos().getAsLong();
        long reportedStep = training.step();
        triedAt = reportedAt;
        while (!training.finished()) {
            if (lesson.stopping().getAsBoolean()) {
                saveLast();
                return Optional.empty();
            }
            GanTraining.StepReport report;
            try {
                report = training.advance();
            } catch (ArithmeticException e) {
                throw collapsed(e.getMessage(), e);
            }
            long step = training.step();
            Lesson.follow(means, "gradient_norm", report.gradientNorm());
            Lesson.follow(means, "discriminator_loss", report.discriminatorLoss());
            long now = lesson.nanos().getAsLong();
            if (now - reportedAt >= config.progressInterval().toNanos()) {
                Map<String, Double> figures = new HashMap<>(means);
                figures.put("steps_per_second", (step - reportedStep) / ((now - reportedAt) / 1e9));
                lesson.figures(stageOf(step), step, config.gan().steps(), figures);
                reportedAt = now;
                reportedStep = step;
            }
            if (config.evaluationSteps() > 0 && step % config.evaluationSteps() == 0 && gauge.isPresent()) {
                double deviation = evaluate(gauge.get()).deviationRatio();
                if (step >= COLLAPSE_FROM_STEP && deviation < COLLAPSED_DEVIATION) {
                    throw collapsed(
                            "the glyphs of a class differ by only " + Math.round(100 * deviation)
                                    + " % of what real ones do",
                            null);
                }
            }
            // After the evaluation, so that a collapsed generator is not what the next run starts from.
            saveIfDue(now);
        }
        return Optional.of(training.average());
    }

    /** The generator that a lesson begins with: the parent's, or an untrained one. */
    static Generator start(Lesson lesson) {
        GeneratorShape shape = GeneratorShape.standard(lesson.train().classes().size());
        RandomGenerator random = Streams.named(lesson.config().gan().seed(), "generator-start");
        return lesson.parent()
                .map(bundle ->
                        OnnxImport.generator(bundle.generatorOnnx(), shape).unfolded(shape, random))
                .orElseGet(() -> Generator.untrained(shape, random));
    }

    private TrainingException collapsed(String reason, ArithmeticException cause) {
        return new TrainingException(
                "the training collapsed at step " + training.step() + ": " + reason
                        + "; the checkpoints before it are in " + lesson.folder(),
                cause);
    }

    private void saveIfDue(long now) {
        long step = training.step();
        if (step - triedStep < config.checkpointSteps()
                && now - triedAt < config.checkpointInterval().toNanos()
                && !training.finished()) {
            return;
        }
        triedStep = step;
        triedAt = now;
        try {
            save();
        } catch (IOException e) {
            // Hours of work are worth more than a clean end: somebody may make room before the next try.
            LOG.error(
                    "The checkpoint of step {} cannot be written ({}). The training continues and retries; if it"
                            + " ended before that, it would resume from step {}.",
                    step,
                    e.toString(),
                    savedStep);
        }
    }

    private void saveLast() throws IOException {
        try {
            save();
        } catch (IOException e) {
            throw new IOException(
                    "stopped at step " + training.step() + ", but its checkpoint cannot be written (" + e
                            + "): the next run resumes from step " + savedStep,
                    e);
        }
    }

    private void save() throws IOException {
        Path file = store.save(training.checkpoint());
        savedStep = training.step();
        lesson.saved(
                stageOf(savedStep),
                savedStep,
                config.gan().steps(),
                file.getFileName().toString());
    }

    private Quality evaluate(Quality.Gauge with) {
        GlyphFactory factory = GlyphFactory.of(lesson.train().classes(), training.average());
        Quality quality = with.measure(factory, config.evaluation().seed());
        int[] labels = new int[lesson.train().classes().size() * SHEET_PER_CLASS];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = i / SHEET_PER_CLASS;
        }
        byte[] sheet = ContactSheet.png(factory.draw(labels, SHEET_SEED), SHEET_PER_CLASS, SHEET_SEED);
        Map<String, Double> figures = Map.of(
                "accuracy_generated", quality.accuracy(),
                "accuracy_real", quality.accuracyReal(),
                "frechet", quality.frechet(),
                "frechet_excess", quality.frechetExcess(),
                "deviation_ratio", quality.deviationRatio());
        lesson.evaluated(training.step(), config.gan().steps(), figures, sheet);
        return quality;
    }

    private Stage stageOf(long step) {
        return step <= config.gan().driftSteps() ? Stage.DRIFT : Stage.ADVERSARIAL;
    }
}
