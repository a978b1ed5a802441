package io.inkstream.trainer;

import io.inkstream.trainer.evaluation.Evaluation;
import io.inkstream.trainer.gan.GanConfig;
import java.time.Duration;

/**
 * How many steps each part of a training takes; the same plan, samples and machine give the same model.
 *
 * @param readerSteps of the recogniser that guides the generator and ships as the reader
 * @param judgeSteps of the recogniser that judges it
 * @param refines whether the generator goes on from a parent, and so needs no first stage
 * @param driftSteps of the generator by the drift alone
 * @param adversarialSteps of the generator against the discriminator; 0 for none
 * @param cardSteps of each of the recognisers that the evaluation card compares
 * @param workers threads that share a step: 1, 2, 4 or 8
 */
public record TrainingPlan(
        int readerSteps,
        int judgeSteps,
        boolean refines,
        long driftSteps,
        long adversarialSteps,
        int cardSteps,
        int workers,
        long seed) {
    private static final int FEWEST_STEPS = 150;
    private static final double SHARE_OF_A_RECOGNISER = 0.08;
    private static final double DRIFT_SHARE = 0.6;
    /** Of the learning rate, where only the drift refines a parent: at the full rate it would first forget. */
    private static final double REFINING_RATE = 0.3;
    /** Below this the drift alone uses the time better: the discriminator sharpens strokes slowly. */
    private static final Duration LEAST_FOR_ADVERSARIAL = Duration.ofMinutes(20);

    private static final int QUICK_EVALUATIONS = 20;
    private static final long FEWEST_STEPS_BETWEEN_EVALUATIONS = 200;

    public TrainingPlan {
        if (readerSteps < 1
                || judgeSteps < 1
                || driftSteps < 0
                || adversarialSteps < 0
                || driftSteps + adversarialSteps < 1
                || cardSteps < 1) {
            throw new IllegalArgumentException(
                    "every part needs a step, but one stage of the generator may have none, got " + readerSteps + ", "
                            + judgeSteps + ", " + driftSteps + ", " + adversarialSteps + ", " + cardSteps);
        }
        if (workers < 1 || workers > 8 || Integer.bitCount(workers) != 1) {
            throw new IllegalArgumentException("1, 2, 4 or 8 workers, got " + workers);
        }
    }

    /** What one step of each part costs on this machine. */
    public record Pace(Duration reader, Duration judge, Duration drift) {}

    /**
     * Plans a training that takes about as long as it may; a very short one takes longer.
     *
     * @param refines whether it goes on from a parent
     */
    public static TrainingPlan within(Duration budget, Pace pace, boolean refines, int workers, long seed) {
        TrainingConfig recipe = TrainingConfig.DEFAULTS;
        double seconds = budget.toMillis() / 1e3;
        double share = SHARE_OF_A_RECOGNISER * seconds;
        int reader = steps(share, pace.reader(), recipe.reader().steps());
        int judge = steps(share, pace.judge(), recipe.judge().steps());
        int card = steps(share, pace.reader(), recipe.evaluation().transferSteps());
        // The card compares a pupil of the model with one of real glyphs, and with one of the parent.
        double pupils = refines ? 3 : 2;
        double left = seconds - (reader + pupils * card) * secondsOf(pace.reader()) - judge * secondsOf(pace.judge());
        long generator = steps(left, pace.drift(), Integer.MAX_VALUE);
        boolean both = budget.compareTo(LEAST_FOR_ADVERSARIAL) >= 0;
        long drift = both ? Math.round(generator * (refines ? 0 : DRIFT_SHARE)) : generator;
        return new TrainingPlan(reader, judge, refines, drift, generator - drift, card, workers, seed);
    }

    /** Returns the recipe with these steps, for a model of that many characters. */
    TrainingConfig config(int classes) {
        TrainingConfig recipe = TrainingConfig.DEFAULTS;
        GanConfig gan = recipe.gan();
        return new TrainingConfig(
                new GanConfig(
                        Math.min(gan.classesPerWorker(), classes),
                        gan.generatedPerClass(),
                        gan.realPerClass(),
                        driftSteps,
                        gan.driftRate() * (refines ? REFINING_RATE : 1),
                        adversarialSteps,
                        Math.min(gan.adversarialClassesPerWorker(), classes),
                        gan.adversarialGeneratedPerClass(),
                        gan.adversarialRate(),
                        gan.discriminatorRate(),
                        gan.driftWeight(),
                        gan.decayFrom(),
                        gan.decayTo(),
                        gan.averageDecay(),
                        seed),
                // Three seeds: a judge or a pupil that is the teacher's double would be lenient.
                recipe.reader().with(readerSteps, seed),
                recipe.judge().with(judgeSteps, seed + 1),
                new Evaluation.Config(
                        recipe.evaluation().transferSamples(),
                        cardSteps,
                        recipe.evaluation().augmented(),
                        recipe.evaluation().resamples(),
                        seed + 2),
                recipe.minimumSupport(),
                workers,
                recipe.checkpointInterval(),
                recipe.checkpointSteps(),
                recipe.keepCheckpoints(),
                recipe.progressInterval(),
                Math.max(FEWEST_STEPS_BETWEEN_EVALUATIONS, (driftSteps + adversarialSteps) / QUICK_EVALUATIONS));
    }

    private static int steps(double seconds, Duration pace, int most) {
        return (int) Math.max(FEWEST_STEPS, Math.min(most, seconds / secondsOf(pace)));
    }

    private static double secondsOf(Duration duration) {
        return Math.max(1e-6, duration.toNanos() / 1e9);
    }
}
