package io.inkstream.trainer.gan;

/**
 * How a generator is trained; the defaults are the recipe's.
 *
 * @param classesPerWorker classes of one worker's share of a step, drawn without replacement
 * @param generatedPerClass glyphs drawn of each
 * @param realPerClass real glyphs of each
 * @param driftSteps steps of the first stage, the drift alone
 * @param driftRate learning rate of the first stage until {@code decayFrom} of it, then falling linearly
 * @param adversarialSteps steps of the second stage, discriminator and drift; 0 for none
 * @param adversarialClassesPerWorker as {@code classesPerWorker}, in the second stage
 * @param adversarialGeneratedPerClass as {@code generatedPerClass}, in the second stage; the discriminator sees as many
 *     real ones
 * @param adversarialRate learning rate of the generator in the second stage, falling likewise
 * @param discriminatorRate learning rate of the discriminator, falling likewise
 * @param driftWeight weight of the drift beside the discriminator in the second stage
 * @param decayFrom share of a stage after which its learning rate falls
 * @param decayTo share of the learning rate that is left at the end of a stage
 * @param averageDecay largest decay of the moving average of weights
 */
public record GanConfig(
        int classesPerWorker,
        int generatedPerClass,
        int realPerClass,
        long driftSteps,
        double driftRate,
        long adversarialSteps,
        int adversarialClassesPerWorker,
        int adversarialGeneratedPerClass,
        double adversarialRate,
        double discriminatorRate,
        double driftWeight,
        double decayFrom,
        double decayTo,
        double averageDecay,
        long seed) {
    public static final GanConfig DEFAULTS =
            new GanConfig(12, 16, 32, 12_000, 1e-3, 8_000, 10, 10, 5e-4, 6e-4, 10, 0.4, 0.1, 0.999, 1);

    public GanConfig {
        if (classesPerWorker < 1 || generatedPerClass < 2 || realPerClass < 1) {
            throw new IllegalArgumentException(
                    "need classesPerWorker >= 1, generatedPerClass >= 2, realPerClass >= 1, got " + classesPerWorker
                            + ", " + generatedPerClass + ", " + realPerClass);
        }
        if (adversarialClassesPerWorker < 1
                || adversarialGeneratedPerClass < 2
                || adversarialGeneratedPerClass > realPerClass) {
            throw new IllegalArgumentException(
                    "need adversarialClassesPerWorker >= 1 and 2 <= adversarialGeneratedPerClass <= realPerClass, got "
                            + adversarialClassesPerWorker + ", " + adversarialGeneratedPerClass + ", " + realPerClass);
        }
        if (driftSteps < 0 || adversarialSteps < 0 || driftSteps + adversarialSteps == 0) {
            throw new IllegalArgumentException(
                    "need at least one step, got " + driftSteps + " and " + adversarialSteps);
        }
        if (!(driftRate > 0) || !(adversarialRate > 0) || !(discriminatorRate > 0) || !(driftWeight >= 0)) {
            throw new IllegalArgumentException("learning rates must be positive and driftWeight not negative, got "
                    + driftRate + ", " + adversarialRate + ", " + discriminatorRate + ", " + driftWeight);
        }
        if (!(decayFrom >= 0 && decayFrom <= 1) || !(decayTo >= 0 && decayTo <= 1)) {
            throw new IllegalArgumentException(
                    "decayFrom and decayTo must be in 0 .. 1, got " + decayFrom + ", " + decayTo);
        }
        if (!(averageDecay >= 0 && averageDecay < 1)) {
            throw new IllegalArgumentException("averageDecay must be in [0, 1), got " + averageDecay);
        }
    }

    /** Returns the steps of both stages together. */
    public long steps() {
        return driftSteps + adversarialSteps;
    }

    /** Returns what is left of the learning rate at {@code step} of a stage of {@code steps}. */
    double decay(long step, long steps) {
        double position = (double) step / steps;
        if (position <= decayFrom) {
            return 1;
        }
        return 1 - (1 - decayTo) * (position - decayFrom) / (1 - decayFrom);
    }

    StructuredBatch.Shape driftShape() {
        return new StructuredBatch.Shape(classesPerWorker, generatedPerClass, realPerClass);
    }

    StructuredBatch.Shape adversarialShape() {
        return new StructuredBatch.Shape(adversarialClassesPerWorker, adversarialGeneratedPerClass, realPerClass);
    }
}
