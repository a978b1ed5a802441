package io.inkstream.trainer;

import static java.util.Objects.requireNonNull;

import io.inkstream.trainer.evaluation.Evaluation;
import io.inkstream.trainer.gan.GanConfig;
import io.inkstream.trainer.recogniser.RecogniserTraining;
import java.time.Duration;

/**
 * How a model is trained, from samples to evaluation card.
 *
 * @param gan how the generator is trained
 * @param reader how the recogniser is taught that guides the generator and ships with it
 * @param judge how the recogniser is taught that judges the generator and never guides it
 * @param evaluation how much work the final card may cost
 * @param minimumSupport training samples whose label another classifier supports less than this (0 .. 255) are left out
 * @param workers threads, each with a share of every step; another number gives another, equally good, model
 * @param checkpointInterval longest time between checkpoints
 * @param checkpointSteps most steps between checkpoints
 * @param keepCheckpoints how many stay on the disk
 * @param progressInterval time between progress reports
 * @param evaluationSteps steps between quick evaluations; 0 for none but the card at the end
 */
public record TrainingConfig(
        GanConfig gan,
        RecogniserTraining.Config reader,
        RecogniserTraining.Config judge,
        Evaluation.Config evaluation,
        int minimumSupport,
        int workers,
        Duration checkpointInterval,
        long checkpointSteps,
        int keepCheckpoints,
        Duration progressInterval,
        long evaluationSteps) {
    public static final TrainingConfig DEFAULTS = new TrainingConfig(
            GanConfig.DEFAULTS,
            RecogniserTraining.Config.DEFAULTS.with(3200, 7),
            RecogniserTraining.Config.DEFAULTS.with(2400, 1),
            new Evaluation.Config(40_000, 1500, false, 100, 21),
            4,
            2,
            Duration.ofMinutes(2),
            2000,
            3,
            Duration.ofSeconds(30),
            1000);

    public TrainingConfig {
        requireNonNull(gan, "gan");
        requireNonNull(reader, "reader");
        requireNonNull(judge, "judge");
        requireNonNull(evaluation, "evaluation");
        if (minimumSupport < 0 || minimumSupport > 255) {
            throw new IllegalArgumentException("minimumSupport must be in 0 .. 255, got " + minimumSupport);
        }
        if (workers < 1 || workers > 64) {
            throw new IllegalArgumentException("workers must be in 1 .. 64, got " + workers);
        }
        if (checkpointInterval.isNegative() || checkpointInterval.isZero() || checkpointSteps < 1) {
            throw new IllegalArgumentException("checkpointInterval and checkpointSteps must be positive, got "
                    + checkpointInterval + ", " + checkpointSteps);
        }
        if (keepCheckpoints < 2) {
            throw new IllegalArgumentException(
                    "keepCheckpoints must be at least 2, one to fall back to, got " + keepCheckpoints);
        }
        if (progressInterval.isNegative() || progressInterval.isZero() || evaluationSteps < 0) {
            throw new IllegalArgumentException(
                    "progressInterval must be positive and evaluationSteps not negative, got " + progressInterval + ", "
                            + evaluationSteps);
        }
    }

    /** Returns the same with a checkpoint after at most so many steps. */
    public TrainingConfig savingEvery(long steps) {
        return new TrainingConfig(
                gan,
                reader,
                judge,
                evaluation,
                minimumSupport,
                workers,
                checkpointInterval,
                steps,
                keepCheckpoints,
                progressInterval,
                evaluationSteps);
    }
}
