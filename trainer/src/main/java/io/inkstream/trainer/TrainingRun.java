package io.inkstream.trainer;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.TrainingProgress.Stage;
import io.inkstream.trainer.checkpoint.Checkpoint;
import io.inkstream.trainer.checkpoint.CheckpointStore;
import io.inkstream.trainer.dataset.ContactSheet;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.dataset.SampleSet.Split;
import io.inkstream.trainer.evaluation.Evaluation;
import io.inkstream.trainer.evaluation.EvaluationCard;
import io.inkstream.trainer.evaluation.GlyphFactory;
import io.inkstream.trainer.evaluation.LatentScale;
import io.inkstream.trainer.evaluation.Quality;
import io.inkstream.trainer.evaluation.ServingCost;
import io.inkstream.trainer.export.OnnxExport;
import io.inkstream.trainer.export.OnnxImport;
import io.inkstream.trainer.gan.GanTraining;
import io.inkstream.trainer.gan.Generator;
import io.inkstream.trainer.gan.GeneratorShape;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.publish.TrainedModel;
import io.inkstream.trainer.recogniser.Recogniser;
import io.inkstream.trainer.recogniser.RecogniserShape;
import io.inkstream.trainer.recogniser.RecogniserTraining;
import io.inkstream.trainer.style.OnnxNetworks;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a model from samples to card in one folder, and goes on where an earlier run in that folder ended, however it
 * ended.
 *
 * <p>First the reader is taught, whose features guide the generator; then a second recogniser, the judge; then the
 * generator, in the two stages of {@link GanTraining}. Only the generator's training is resumed within itself; a
 * recogniser that was not finished is taught anew, which takes a minute or two. Only samples of {@link Split#TRAIN} teach;
 * those of {@link Split#TEST} judge. {@link #run} is for one thread; {@link #stop} may come from any.
 */
public final class TrainingRun {
    private static final Logger LOG = LoggerFactory.getLogger(TrainingRun.class);
    /** A generator that draws like this is lost: real handwriting has 1, an ordinary run 0.9 and more. */
    private static final double COLLAPSED_DEVIATION = 0.2;
    /** Before this, an untrained generator is no news. */
    private static final long COLLAPSE_FROM_STEP = 1000;

    private static final int FEWEST_TEST_SAMPLES = 300;
    private static final int SHEET_PER_CLASS = 8;
    private static final long SHEET_SEED = 1;

    private final TrainingConfig config;
    private final Optional<ModelBundle> parent;
    private final SampleSet train;
    private final SampleSet test;
    private final Path folder;
    private final TrainingProgress.Listener listener;
    private final LongSupplier nanos;
    private volatile boolean stopping;

    /**
     * Prepares a run.
     *
     * @param samples training and test samples
     * @param parent model whose generator is gone on from, and which the card compares with; empty for an untrained one
     * @param folder keeps the checkpoints; created if it is missing
     * @param nanos the time that intervals are measured by, such as {@code System::nanoTime}
     */
    public TrainingRun(
            SampleSet samples,
            TrainingConfig config,
            Optional<ModelBundle> parent,
            Path folder,
            TrainingProgress.Listener listener,
            LongSupplier nanos) {
        this.config = requireNonNull(config, "config");
        this.parent = requireNonNull(parent, "parent");
        this.train =
                samples.where(i -> samples.split(i) == Split.TRAIN && samples.support(i) >= config.minimumSupport());
        this.test = samples.of(Split.TEST);
        this.folder = requireNonNull(folder, "folder");
        this.listener = requireNonNull(listener, "listener");
        this.nanos = requireNonNull(nanos, "nanos");
    }

    /** Asks the run to save a checkpoint and end after the step at hand. */
    public void stop() {
        stopping = true;
    }

    /**
     * Trains until all steps are done, the networks collapse, or {@link #stop} is called.
     *
     * @throws IllegalArgumentException if there are too few samples, or the folder's checkpoints are of other networks
     * @throws IOException if a recogniser or the checkpoint to stop with cannot be written; the ones before stay
     */
    public TrainingOutcome run() throws IOException {
        try (Workers workers = new Workers(config.workers())) {
            int classes = train.classes().size();
            Optional<Recogniser> reader =
                    recogniser("reader", RecogniserShape.reader(classes), config.reader(), workers);
            if (reader.isEmpty()) {
                return new TrainingOutcome.Stopped(0);
            }
            Optional<Recogniser> judge = Optional.empty();
            if (test.size() >= FEWEST_TEST_SAMPLES) {
                judge = recogniser("judge", RecogniserShape.judge(classes), config.judge(), workers);
                if (judge.isEmpty()) {
                    return new TrainingOutcome.Stopped(0);
                }
            } else {
                LOG.warn(
                        "Only {} test samples, fewer than {}: the model will have no evaluation card.",
                        test.size(),
                        FEWEST_TEST_SAMPLES);
            }
            return trainGenerator(reader.get(), judge, workers);
        }
    }

    private TrainingOutcome trainGenerator(Recogniser reader, Optional<Recogniser> judge, Workers workers)
            throws IOException {
        CheckpointStore store = new CheckpointStore(folder.resolve("generator"), config.keepCheckpoints());
        GanTraining training = new GanTraining(config.gan(), start(), train, reader, workers);
        Optional<Checkpoint> last = store.latest();
        last.ifPresent(training::resume);
        LOG.info(
                "Training the generator on {} samples from step {} of {}.",
                train.size(),
                training.step(),
                config.gan().steps());
        Optional<Quality.Gauge> gauge = judge.map(
                j -> new Quality.Gauge(j, train, test, config.evaluation().seed()));
        Map<String, Double> means = new HashMap<>();
        long reportedAt = nanos.getAsLong();
        long reportedStep = training.step();
        Saving saving = new Saving(store, training, reportedAt);
        while (!training.finished()) {
            if (stopping) {
                saving.last();
                return new TrainingOutcome.Stopped(training.step());
            }
            GanTraining.StepReport report;
            try {
                report = training.advance();
            } catch (ArithmeticException e) {
                return collapsed(training.step(), e.getMessage());
            }
            long step = training.step();
            follow(means, "gradient_norm", report.gradientNorm());
            follow(means, "discriminator_loss", report.discriminatorLoss());
            long now = nanos.getAsLong();
            if (now - reportedAt >= config.progressInterval().toNanos()) {
                Map<String, Double> figures = new HashMap<>(means);
                figures.put("steps_per_second", (step - reportedStep) / ((now - reportedAt) / 1e9));
                listener.on(TrainingProgress.figures(
                        stageOf(step), step, config.gan().steps(), figures));
                reportedAt = now;
                reportedStep = step;
            }
            if (config.evaluationSteps() > 0 && step % config.evaluationSteps() == 0 && gauge.isPresent()) {
                Quality quality = evaluate(gauge.get(), training);
                if (step >= COLLAPSE_FROM_STEP && quality.deviationRatio() < COLLAPSED_DEVIATION) {
                    return collapsed(
                            step,
                            "the glyphs of a class differ by only " + Math.round(100 * quality.deviationRatio())
                                    + " % of what real ones do");
                }
            }
            // After the evaluation, so that a collapsed generator is not what the next run starts from.
            saving.ifDue(now);
        }
        return new TrainingOutcome.Finished(finish(training.average(), reader, judge, workers));
    }

    private Generator start() {
        GeneratorShape shape = GeneratorShape.standard(train.classes().size());
        RandomGenerator random = Streams.named(config.gan().seed(), "generator-start");
        return parent.map(bundle ->
                        OnnxImport.generator(bundle.generatorOnnx(), shape).unfolded(shape, random))
                .orElseGet(() -> Generator.untrained(shape, random));
    }

    private TrainingOutcome.Collapsed collapsed(long step, String reason) {
        LOG.error("Training stops at step {}: {}. The checkpoints are from before.", step, reason);
        return new TrainingOutcome.Collapsed(step, reason);
    }

    /** When checkpoints are due, and what becomes of the training where one cannot be written. */
    private final class Saving {
        private final CheckpointStore store;
        private final GanTraining training;
        private long savedStep;
        private long triedStep;
        private long triedAt;

        Saving(CheckpointStore store, GanTraining training, long now) {
            this.store = store;
            this.training = training;
            this.savedStep = training.step();
            this.triedStep = savedStep;
            this.triedAt = now;
        }

        void ifDue(long now) {
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

        void last() throws IOException {
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
            listener.on(new TrainingProgress(
                    stageOf(savedStep),
                    savedStep,
                    config.gan().steps(),
                    Map.of(),
                    Optional.empty(),
                    Optional.of(file.getFileName().toString())));
        }
    }

    private Quality evaluate(Quality.Gauge gauge, GanTraining training) {
        GlyphFactory factory = GlyphFactory.of(train.classes(), training.average());
        Quality quality = gauge.measure(factory, config.evaluation().seed());
        int[] labels = new int[train.classes().size() * SHEET_PER_CLASS];
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
        listener.on(new TrainingProgress(
                Stage.EVALUATION,
                training.step(),
                config.gan().steps(),
                figures,
                Optional.of(sheet),
                Optional.empty()));
        return quality;
    }

    private TrainedModel finish(Generator trained, Recogniser reader, Optional<Recogniser> judge, Workers workers) {
        double latentScale =
                LatentScale.find(trained, train, config.evaluation().seed());
        LOG.info(
                "Latents are drawn {} times as wide as in training, so that glyphs differ as real ones do.",
                latentScale);
        Generator generator = trained.widened(latentScale);
        byte[] generatorOnnx = OnnxExport.generator(generator);
        byte[] readerOnnx = OnnxExport.reader(reader);
        Map<String, Object> card = Map.of();
        if (judge.isPresent()) {
            Evaluation evaluation = new Evaluation(
                    config.evaluation(), judge.get(), train, test, (lesson, how) -> new RecogniserTraining(how, workers)
                            .teach(
                                    RecogniserShape.reader(lesson.classes().size()),
                                    lesson,
                                    (step, loss) -> !Thread.currentThread().isInterrupted()));
            EvaluationCard own = card(evaluation, generatorOnnx, readerOnnx, generator.shape());
            card = parent.map(
                            bundle -> card(evaluation, bundle.generatorOnnx(), bundle.readerOnnx(), generator.shape()))
                    .map(own::besideParent)
                    .orElse(own)
                    .figures();
        }
        Map<String, String> provenance = new TreeMap<>();
        provenance.put("steps", Long.toString(config.gan().steps()));
        provenance.put("seed", Long.toString(config.gan().seed()));
        provenance.put("latentScale", String.format(Locale.ROOT, "%.3f", latentScale));
        provenance.put("workers", Integer.toString(config.workers()));
        provenance.put("trainingSamples", Integer.toString(train.size()));
        provenance.put("minimumSupport", Integer.toString(config.minimumSupport()));
        provenance.put("dataSha256", train.digest());
        provenance.put("recipe", config.gan().toString());
        provenance.put("java", System.getProperty("java.vm.version"));
        provenance.put("machine", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
        TrainedModel.Training training = new TrainedModel.Training(
                train.classes().characters(),
                generator.shape().style(),
                generator.shape().noise(),
                sources(train),
                provenance);
        return new TrainedModel(generatorOnnx, readerOnnx, judge.map(OnnxExport::reader), card, training);
    }

    /** By name; the most used, where a topic names more than a bundle can. */
    private static List<String> sources(SampleSet samples) {
        Map<String, Integer> uses = new HashMap<>();
        for (int i = 0; i < samples.size(); i++) {
            uses.merge(samples.source(i), 1, Integer::sum);
        }
        return uses.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue()
                        .reversed()
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(Limits.NAMED_SOURCES)
                .map(Map.Entry::getKey)
                .sorted()
                .toList();
    }

    private static EvaluationCard card(
            Evaluation evaluation, byte[] generatorOnnx, byte[] readerOnnx, GeneratorShape shape) {
        try (OnnxNetworks networks = new OnnxNetworks(generatorOnnx, readerOnnx, SampleSet.SIDE_PX)) {
            ServingCost cost = ServingCost.counted(generatorOnnx, shape.style(), shape.noise());
            return evaluation.card(networks, shape.style(), shape.noise(), cost);
        }
    }

    /** Returns the taught recogniser, from the folder if it is there; empty if the run is to stop first. */
    private Optional<Recogniser> recogniser(
            String name, RecogniserShape shape, RecogniserTraining.Config how, Workers workers) throws IOException {
        CheckpointStore store = new CheckpointStore(folder.resolve(name), 1);
        Optional<Checkpoint> kept = store.latest();
        if (kept.isPresent() && kept.get().signature().equals(shape.toString())) {
            return Optional.of(new Recogniser(
                    shape,
                    kept.get().arrays().get("parameters"),
                    kept.get().arrays().get("statistics")));
        }
        LOG.info("Training the {} on {} samples, {} steps.", name, train.size(), how.steps());
        Map<String, Double> means = new HashMap<>();
        long[] reportedAt = {nanos.getAsLong()};
        Recogniser taught = new RecogniserTraining(how, workers).teach(shape, train, (step, loss) -> {
            follow(means, name + "_loss", loss);
            long now = nanos.getAsLong();
            if (now - reportedAt[0] >= config.progressInterval().toNanos() || step == how.steps()) {
                reportedAt[0] = now;
                listener.on(TrainingProgress.figures(Stage.RECOGNISER, step, how.steps(), means));
            }
            return !stopping;
        });
        if (stopping) {
            return Optional.empty();
        }
        store.save(new Checkpoint(
                shape.toString(),
                how.steps(),
                Map.of("parameters", taught.parameters(), "statistics", taught.statistics())));
        return Optional.of(taught);
    }

    private Stage stageOf(long step) {
        return step <= config.gan().driftSteps() ? Stage.DRIFT : Stage.ADVERSARIAL;
    }

    /** Keeps a running mean over about fifty steps; what is not a number is left out. */
    private static void follow(Map<String, Double> means, String name, double value) {
        if (!Double.isNaN(value)) {
            means.merge(name, value, (mean, now) -> 0.98 * mean + 0.02 * now);
        }
    }
}
