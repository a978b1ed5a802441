package io.inkstream.trainer;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.Optional;

/**
 * One thing that happened in a training.
 *
 * @param stage what is being done
 * @param step steps of the stage's network that are done
 * @param steps steps that it will take in all
 * @param figures losses, gradient norms, rates and evaluation figures by name
 * @param sampleGridPng draws at fixed latents, so that one after the other they make a film
 * @param checkpoint file name of the checkpoint that was just written
 */
public record TrainingProgress(
        Stage stage,
        long step,
        long steps,
        Map<String, Double> figures,
        Optional<byte[]> sampleGridPng,
        Optional<String> checkpoint) {

    /** What a training does, in this order; the evaluation also in between. */
    public enum Stage {
        RECOGNISER,
        DRIFT,
        ADVERSARIAL,
        EVALUATION;

        /** Returns the name in lower case, as events and logs have it. */
        public String label() {
            return name().toLowerCase(java.util.Locale.ROOT);
        }
    }

    /** Hears of a training; called on the training's thread, so it must not block for long. */
    @FunctionalInterface
    public interface Listener {
        void on(TrainingProgress progress);
    }

    public TrainingProgress {
        requireNonNull(stage, "stage");
        figures = Map.copyOf(figures);
        requireNonNull(sampleGridPng, "sampleGridPng");
        requireNonNull(checkpoint, "checkpoint");
    }

    static TrainingProgress figures(Stage stage, long step, long steps, Map<String, Double> figures) {
        return new TrainingProgress(stage, step, steps, figures, Optional.empty(), Optional.empty());
    }
}
