package io.inkstream.trainer;

import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.dataset.SampleSet.Split;
import io.inkstream.trainer.report.TrainingListener;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * What the parts of one training share, and how they tell what they do. For one thread.
 *
 * @param train samples that teach
 * @param test samples that judge
 * @param parent model whose generator is gone on from, and which the card compares with; empty for an untrained one
 * @param folder keeps the checkpoints
 * @param listener told of each event, with the time of the clock
 * @param stopping asked after every step, whether to save a checkpoint and end
 * @param nanos the time that intervals are measured by, such as {@code System::nanoTime}
 */
record Lesson(
        SampleSet train,
        SampleSet test,
        TrainingConfig config,
        Optional<ModelBundle> parent,
        Path folder,
        TrainingListener listener,
        InstantSource clock,
        BooleanSupplier stopping,
        LongSupplier nanos) {
    /** What a training does, in this order; the evaluation also in between. */
    enum Stage {
        RECOGNISER,
        DRIFT,
        ADVERSARIAL,
        EVALUATION
    }

    /** Shares out samples: doubtful ones do not teach. */
    static Lesson of(
            SampleSet samples,
            TrainingConfig config,
            Optional<ModelBundle> parent,
            Path folder,
            TrainingListener listener,
            InstantSource clock,
            BooleanSupplier stopping,
            LongSupplier nanos) {
        return new Lesson(
                samples.where(i -> samples.split(i) == Split.TRAIN && samples.support(i) >= config.minimumSupport()),
                samples.of(Split.TEST),
                config,
                parent,
                folder,
                listener,
                clock,
                stopping,
                nanos);
    }

    /** Keeps a running mean over about fifty steps; what is not a number is left out. */
    static void follow(Map<String, Double> means, String name, double value) {
        if (!Double.isNaN(value)) {
            means.merge(name, value, (mean, now) -> 0.98 * mean + 0.02 * now);
        }
    }

    /** Tells figures: losses, gradient norms, rates. */
    void figures(Stage stage, long step, long steps, Map<String, Double> figures) {
        listener.on(event(stage, step, steps, figures).build());
    }

    /** Tells how well the generator draws, with draws at fixed latents: one after the other they make a film. */
    void evaluated(long step, long steps, Map<String, Double> figures, byte[] sampleGridPng) {
        listener.on(event(Stage.EVALUATION, step, steps, figures)
                .setSampleGridPng(ByteBuffer.wrap(sampleGridPng))
                .build());
    }

    /** Tells the file name of a checkpoint that was just written. */
    void saved(Stage stage, long step, long steps, String checkpoint) {
        listener.on(
                event(stage, step, steps, Map.of()).setCheckpoint(checkpoint).build());
    }

    /** The generator's steps count: they are what a training is resumed by. A recogniser's are a figure. */
    private TrainingEvent.Builder event(Stage stage, long step, long steps, Map<String, Double> figures) {
        Map<String, Double> all = new HashMap<>(figures);
        boolean ofGenerator = stage != Stage.RECOGNISER;
        if (!ofGenerator) {
            all.put("recogniser_step", (double) step);
        }
        all.put("steps_planned", (double) steps);
        return TrainingEvent.newBuilder()
                .setStep(ofGenerator ? step : 0)
                .setStage(stage.name().toLowerCase(Locale.ROOT))
                .setFigures(all)
                .setAt(clock.instant());
    }
}
