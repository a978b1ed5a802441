package io.inkstream.trainer.images;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.checkpoint.Checkpoint;
import io.inkstream.trainer.checkpoint.CheckpointStore;
import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.PictureScale;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.evaluation.GlyphFactory;
import io.inkstream.trainer.gan.GanConfig;
import io.inkstream.trainer.gan.GanTraining;
import io.inkstream.trainer.gan.GeneratorShape;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.recogniser.Recogniser;
import io.inkstream.trainer.recogniser.RecogniserShape;
import io.inkstream.trainer.report.TrainingListener;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Trains a generator of one class, without conditions, on whatever images a folder has, 28 x 28 and grey: first by the drift,
 * then against a discriminator too, in the features of a network of random weights, since these images have no classes that
 * one could be trained on. The same images, settings and machine give the same pictures, however often the training is stopped
 * and goes on. For one thread.
 */
public final class ImageTraining {
    /** Pictures on a side of a sheet's half. */
    public static final int SHEET_SIDE = 10;

    /** What the checkpoints are called in the folder of a training. */
    public static final String CHECKPOINTS_FOLDER = "generator";

    private static final int CHECKPOINTS = 2;
    private static final Duration SAVE_EVERY = Duration.ofMinutes(2);
    private static final Duration TELL_EVERY = Duration.ofSeconds(5);
    private static final double DRIFT_SHARE = .6;
    private static final int SHEETS = 10;
    /** The class that all images are of needs some name. */
    private static final CharacterClasses ONE = new CharacterClasses("x");

    private final Path folder;
    private final TrainingListener listener;
    private final BooleanSupplier stopping;
    private final InstantSource clock;
    private final LongSupplier nanos;

    /**
     * Prepares a training.
     *
     * @param folder of this training alone; made where it does not exist
     * @param listener told of figures and sheets of samples; not closed
     * @param stopping asked after every step; once it says so, the training saves a checkpoint and ends
     * @param nanos such as {@code System::nanoTime}
     */
    public ImageTraining(
            Path folder, TrainingListener listener, BooleanSupplier stopping, InstantSource clock, LongSupplier nanos) {
        this.folder = requireNonNull(folder, "folder");
        this.listener = requireNonNull(listener, "listener");
        this.stopping = requireNonNull(stopping, "stopping");
        this.clock = requireNonNull(clock, "clock");
        this.nanos = requireNonNull(nanos, "nanos");
    }

    /**
     * What a step learns from.
     *
     * @param steps of both stages
     * @param generated pictures that a step draws
     * @param real images that a step looks at
     */
    public record Plan(long steps, int generated, int real, long seed) {
        public static final Plan DEFAULTS = new Plan(4_000, 48, 64, 1);

        public Plan {
            if (steps < 2 || generated < 2 || real < generated) {
                throw new IllegalArgumentException(
                        "need steps >= 2 and 2 <= generated <= real, got " + steps + ", " + generated + " and " + real);
            }
        }

        GanConfig config() {
            GanConfig usual = GanConfig.DEFAULTS;
            long drift = Math.max(1, Math.round(DRIFT_SHARE * steps));
            return new GanConfig(
                    1,
                    generated,
                    real,
                    drift,
                    usual.driftRate(),
                    steps - drift,
                    1,
                    generated,
                    usual.adversarialRate(),
                    usual.discriminatorRate(),
                    usual.driftWeight(),
                    usual.decayFrom(),
                    usual.decayTo(),
                    usual.averageDecay(),
                    seed);
        }
    }

    /**
     * Trains until all steps are done.
     *
     * @return a PNG, images of the folder on the left and drawn ones on the right; empty when told to stop: the next call
     *     with the same images goes on
     * @throws TrainingException if the training collapses, or the folder holds one of other images
     * @throws IOException if the folder cannot be written
     */
    public Optional<byte[]> train(ImageFolder images, PictureScale scale, Plan plan)
            throws IOException, TrainingException {
        GanConfig config = plan.config();
        CheckpointStore store = new CheckpointStore(folder.resolve(CHECKPOINTS_FOLDER), CHECKPOINTS);
        String signature = plan + " " + scale + " " + images.digest();
        Optional<Checkpoint> last = store.latest();
        long step = last.map(Checkpoint::step).orElse(0L);
        if (last.isPresent() && !last.get().signature().startsWith(signature + "|")) {
            throw new TrainingException(folder + " holds a training of other images, or by another plan: "
                    + last.get().signature().replaceAll("\\|.*", "") + ", not " + signature
                    + "; choose another folder, or empty it");
        }
        byte[][] shown = shown(images, scale, plan.seed());
        try (Workers workers = new Workers(1);
                ImageStream stream = new ImageStream(images.files(), scale, plan.seed(), step * plan.real())) {
            GanTraining training = GanTraining.ofImages(
                    config,
                    GeneratorShape.standard(1),
                    stream,
                    Recogniser.untrained(RecogniserShape.reader(1), Streams.named(plan.seed(), "image-features")),
                    workers);
            last.ifPresent(saved -> training.resume(
                    new Checkpoint(saved.signature().substring(signature.length() + 1), saved.step(), saved.arrays())));
            return advance(training, config, plan, store, signature, shown);
        }
    }

    private Optional<byte[]> advance(
            GanTraining training, GanConfig config, Plan plan, CheckpointStore store, String signature, byte[][] shown)
            throws IOException, TrainingException {
        long saved = nanos.getAsLong();
        long told = saved;
        while (!training.finished()) {
            if (stopping.getAsBoolean()) {
                save(store, signature, training);
                return Optional.empty();
            }
            GanTraining.StepReport report;
            try {
                report = training.advance();
            } catch (ArithmeticException | IllegalStateException e) {
                String why =
                        e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
                throw new TrainingException("the training ended at step " + training.step() + ": " + why, e);
            }
            long now = nanos.getAsLong();
            boolean isSheet = report.step() % Math.max(1, plan.steps() / SHEETS) == 0 || training.finished();
            if (isSheet || now - told >= TELL_EVERY.toNanos()) {
                tell(report, config, isSheet ? sheet(training, shown) : null);
                told = now;
            }
            if (now - saved >= SAVE_EVERY.toNanos() || training.finished()) {
                save(store, signature, training);
                saved = now;
            }
        }
        return Optional.of(sheet(training, shown));
    }

    private void tell(GanTraining.StepReport report, GanConfig config, byte[] sheet) {
        Map<String, Double> figures = new HashMap<>();
        figures.put("gradient_norm", report.gradientNorm());
        figures.put("steps_planned", (double) config.steps());
        if (!Double.isNaN(report.discriminatorLoss())) {
            figures.put("discriminator_loss", report.discriminatorLoss());
        }
        listener.on(TrainingEvent.newBuilder()
                .setStep(report.step())
                .setStage(report.step() <= config.driftSteps() ? "drift" : "adversarial")
                .setFigures(figures)
                .setSampleGridPng(sheet == null ? null : ByteBuffer.wrap(sheet))
                .setAt(clock.instant())
                .build());
    }

    private static void save(CheckpointStore store, String signature, GanTraining training) throws IOException {
        Checkpoint state = training.checkpoint();
        store.save(new Checkpoint(signature + "|" + state.signature(), state.step(), state.arrays()));
    }

    private static byte[][] shown(ImageFolder images, PictureScale scale, long seed) {
        byte[][] shown =
                new byte[Math.min(SHEET_SIDE * SHEET_SIDE, images.files().size())][];
        try (ImageStream some = new ImageStream(images.files(), scale, seed, 0)) {
            for (int i = 0; i < shown.length; i++) {
                shown[i] = some.get();
            }
        }
        return shown;
    }

    private static byte[] sheet(GanTraining training, byte[][] shown) {
        SampleSet drawn = GlyphFactory.of(ONE, training.average()).draw(new int[SHEET_SIDE * SHEET_SIDE], 1);
        byte[][] pictures = new byte[drawn.size()][];
        for (int i = 0; i < pictures.length; i++) {
            pictures[i] = drawn.image(i);
        }
        return SampleSheet.png(shown, pictures, SHEET_SIDE);
    }
}
