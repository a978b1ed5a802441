package io.inkstream.trainer.gan;

import io.inkstream.trainer.checkpoint.Checkpoint;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.nn.Adam;
import io.inkstream.trainer.nn.MovingAverage;
import io.inkstream.trainer.nn.RunningStatistics;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.recogniser.Recogniser;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;

/**
 * Trains a generator step by step, first by the drift alone, then against a discriminator with the drift kept on; the
 * same seed, samples and worker count give the same weights, bit for bit, however often the training is stopped and
 * resumed on one machine.
 *
 * <p>Every worker computes its own class-structured batch; gradients are summed in the workers' order. For one thread.
 */
public final class GanTraining {
    private final GanConfig config;
    private final Recogniser recogniser;
    private final Workers workers;
    private final BatchSource source;
    private final Generator generator;
    private final Generator average;
    private Stage stage;
    private long step;

    /** What a step tells: the norm of the generator's gradient, and the discriminator's loss, NaN in the first stage. */
    public record StepReport(long step, double gradientNorm, double discriminatorLoss) {}

    /** Starts an untrained generator; otherwise as {@link #GanTraining(GanConfig, Generator, SampleSet, Recogniser, Workers)}. */
    public GanTraining(
            GanConfig config, GeneratorShape shape, SampleSet samples, Recogniser recogniser, Workers workers) {
        this(
                config,
                Generator.untrained(shape, Streams.named(config.seed(), "generator-start")),
                samples,
                recogniser,
                workers);
    }

    /**
     * Starts with a generator.
     *
     * @param start is copied
     * @param samples real glyphs to learn from
     * @param recogniser whose features the drift is computed in; it does not change
     */
    public GanTraining(GanConfig config, Generator start, SampleSet samples, Recogniser recogniser, Workers workers) {
        this(config, start, new SampledBatches(samples, mostClasses(config)), recogniser, workers);
    }

    /**
     * Goes on with a generator until it draws one hand at a place of its style space, and elsewhere as before.
     *
     * @param start is copied
     * @param own glyphs of the hand
     * @param all glyphs of everybody, of the same classes
     * @param latent [style] at which it is to draw the hand
     * @param recogniser as above
     */
    public static GanTraining ofHand(
            GanConfig config,
            Generator start,
            SampleSet own,
            SampleSet all,
            float[] latent,
            Recogniser recogniser,
            Workers workers) {
        return new GanTraining(
                config, start, new HandBatches(own, all, latent, mostClasses(config)), recogniser, workers);
    }

    /**
     * Trains a generator of one class on images as they come: a step takes {@code realPerClass} of them, in their order.
     *
     * @param config of one class a worker
     * @param shape of one class
     * @param images gives the next one, ink [784]; asked by one thread at a time
     * @param recogniser as above
     * @param workers one: else the images would go to whichever is faster
     */
    public static GanTraining ofImages(
            GanConfig config, GeneratorShape shape, Supplier<byte[]> images, Recogniser recogniser, Workers workers) {
        if (shape.classes() != 1 || mostClasses(config) != 1 || workers.count() != 1) {
            throw new IllegalArgumentException("images are of one class and go to one worker, got " + shape.classes()
                    + ", " + mostClasses(config) + " and " + workers.count());
        }
        Generator start = Generator.untrained(shape, Streams.named(config.seed(), "generator-start"));
        return new GanTraining(config, start, new StreamedBatches(images), recogniser, workers);
    }

    private GanTraining(GanConfig config, Generator start, BatchSource source, Recogniser recogniser, Workers workers) {
        this.config = config;
        this.recogniser = recogniser;
        this.workers = workers;
        this.source = source;
        this.generator = start.copy();
        this.average = generator.copy();
        this.stage = stageOf(0);
    }

    private static int mostClasses(GanConfig config) {
        return Math.max(
                config.driftSteps() > 0 ? config.classesPerWorker() : 0,
                config.adversarialSteps() > 0 ? config.adversarialClassesPerWorker() : 0);
    }

    /** Returns how many steps are done. */
    public long step() {
        return step;
    }

    /** Returns whether all steps of the configuration are done. */
    public boolean finished() {
        return step >= config.steps();
    }

    /** Returns the moving average of the generator, which is what gets published; it changes with every step. */
    public Generator average() {
        return average;
    }

    /**
     * Does one step.
     *
     * @throws ArithmeticException if a gradient is not a number; the generator is then as before the step
     */
    public StepReport advance() {
        if (step == config.driftSteps() && !(stage instanceof AdversarialStage)) {
            stage = stageOf(step);
        }
        StepReport report = stage.advance();
        step++;
        for (int w = 0; w < workers.count(); w++) {
            RunningStatistics.update(generator.statistics(), stage.statistics(w), 1.0 / workers.count(), w == 0);
        }
        overShares(
                generator.parameters().length,
                (from, to) -> MovingAverage.follow(
                        average.parameters(), generator.parameters(), from, to, step, config.averageDecay()));
        int length = generator.statistics().length;
        MovingAverage.follow(average.statistics(), generator.statistics(), 0, length, step, config.averageDecay());
        return report;
    }

    /** Returns the state after the last step; the arrays are copies. */
    public Checkpoint checkpoint() {
        Map<String, float[]> arrays = new HashMap<>();
        arrays.put("generator.parameters", generator.parameters().clone());
        arrays.put("generator.statistics", generator.statistics().clone());
        arrays.put("average.parameters", average.parameters().clone());
        arrays.put("average.statistics", average.statistics().clone());
        stage.state().forEach((name, array) -> arrays.put(name, array.clone()));
        return new Checkpoint(signature(), step, arrays);
    }

    /**
     * Goes back to a state that {@link #checkpoint} gave.
     *
     * @throws IllegalArgumentException if it is of another architecture, or of a stage that the configuration does not
     *     have at that step
     */
    public void resume(Checkpoint from) {
        if (!from.signature().equals(signature())) {
            throw new IllegalArgumentException(
                    "the checkpoint is of another network: " + from.signature() + ", not " + signature());
        }
        from.restore("generator.parameters", generator.parameters());
        from.restore("generator.statistics", generator.statistics());
        from.restore("average.parameters", average.parameters());
        from.restore("average.statistics", average.statistics());
        step = from.step();
        // The last state of the first stage is saved before the second one begins: it carries the first one's moments.
        boolean switching = step == config.driftSteps() && !from.arrays().containsKey("discriminator.parameters");
        stage = stageOf(step);
        if (!switching) {
            stage.state().forEach(from::restore);
        }
    }

    private String signature() {
        return generator.shape() + " " + workers.count() + " workers";
    }

    private Stage stageOf(long atStep) {
        return atStep < config.driftSteps() || config.adversarialSteps() == 0
                ? new DriftStage()
                : new AdversarialStage();
    }

    /** What differs between the stages. */
    private interface Stage {
        StepReport advance();

        float[] statistics(int worker);

        /** Returns the arrays themselves by the names that a checkpoint knows them by. */
        Map<String, float[]> state();
    }

    private final class DriftStage implements Stage {
        private final Adam adam = new Adam(generator.parameters().length, 0.5, 0.99, 0);
        private final DriftStep[] shares = new DriftStep[workers.count()];
        private final float[][] gradients = new float[shares.length][];

        DriftStage() {
            for (int w = 0; w < shares.length; w++) {
                shares[w] = new DriftStep(generator, recogniser, config.driftShape());
                gradients[w] = shares[w].gradients;
            }
        }

        @Override
        public StepReport advance() {
            workers.run(w -> shares[w].run(generator, source, Streams.named(config.seed(), "drift-step", step, w)));
            double norm = average(gradients, "generator");
            double rate = config.driftRate() * config.decay(step, config.driftSteps());
            overShares(
                    gradients[0].length,
                    (from, to) -> adam.update(generator.parameters(), gradients[0], from, to, rate, step + 1));
            return new StepReport(step + 1, norm, Double.NaN);
        }

        @Override
        public float[] statistics(int worker) {
            return shares[worker].statistics;
        }

        @Override
        public Map<String, float[]> state() {
            return Map.of("adam.first", adam.firstMoment(), "adam.second", adam.secondMoment());
        }
    }

    private final class AdversarialStage implements Stage {
        private final Discriminator discriminator = new Discriminator(
                DiscriminatorShape.standard(generator.shape().classes()),
                Streams.named(config.seed(), "discriminator-start"));
        // Fresh moments: those of the first stage belong to another loss.
        private final Adam adam = new Adam(generator.parameters().length, 0, 0.99, 0);
        private final Adam discriminatorAdam = new Adam(discriminator.parameters().length, 0, 0.99, 0);
        private final AdversarialStep[] shares = new AdversarialStep[workers.count()];
        private final float[][] gradients = new float[shares.length][];
        private final float[][] discriminatorGradients = new float[shares.length][];

        AdversarialStage() {
            for (int w = 0; w < shares.length; w++) {
                shares[w] = new AdversarialStep(
                        generator, discriminator, recogniser, config.adversarialShape(), config.driftWeight());
                gradients[w] = shares[w].gradients;
                discriminatorGradients[w] = shares[w].discriminatorGradients;
            }
        }

        @Override
        public StepReport advance() {
            long own = step - config.driftSteps();
            double decay = config.decay(own, config.adversarialSteps());
            workers.run(w -> shares[w].judge(
                    generator, discriminator, source, Streams.named(config.seed(), "adversarial-step", step, w)));
            average(discriminatorGradients, "discriminator");
            discriminator.backward(discriminatorGradients[0]);
            overShares(
                    discriminatorGradients[0].length,
                    (from, to) -> discriminatorAdam.update(
                            discriminator.parameters(),
                            discriminatorGradients[0],
                            from,
                            to,
                            config.discriminatorRate() * decay,
                            own + 1));
            discriminator.normalise();
            workers.run(w -> shares[w].improve(discriminator));
            double norm = average(gradients, "generator");
            overShares(
                    gradients[0].length,
                    (from, to) -> adam.update(
                            generator.parameters(), gradients[0], from, to, config.adversarialRate() * decay, own + 1));
            double loss = 0;
            for (AdversarialStep each : shares) {
                loss += each.discriminatorLoss / shares.length;
            }
            return new StepReport(step + 1, norm, loss);
        }

        @Override
        public float[] statistics(int worker) {
            return shares[worker].statistics;
        }

        @Override
        public Map<String, float[]> state() {
            return Map.of(
                    "adversarial.adam.first",
                    adam.firstMoment(),
                    "adversarial.adam.second",
                    adam.secondMoment(),
                    "discriminator.parameters",
                    discriminator.parameters(),
                    "discriminator.normalised",
                    discriminator.normalised(),
                    "discriminator.norm",
                    discriminator.normState(),
                    "discriminator.adam.first",
                    discriminatorAdam.firstMoment(),
                    "discriminator.adam.second",
                    discriminatorAdam.secondMoment());
        }
    }

    /** A piece of work on elements {@code from} to {@code to - 1} of a vector. */
    private interface Range {
        void run(int from, int to);
    }

    /** Shares out a vector among the workers; element-wise work gives the same however it is shared. */
    private void overShares(int length, Range work) {
        int count = workers.count();
        workers.run(w -> work.run((int) ((long) length * w / count), (int) ((long) length * (w + 1) / count)));
    }

    /** Averages the workers' gradients into the first one's, and returns the norm of that. */
    private double average(float[][] gradients, String whose) {
        int length = gradients[0].length;
        int count = workers.count();
        double[] squares = new double[count];
        float share = 1f / count;
        workers.run(w -> {
            int from = (int) ((long) length * w / count);
            int to = (int) ((long) length * (w + 1) / count);
            float[] sum = gradients[0];
            for (int other = 1; other < count; other++) {
                float[] more = gradients[other];
                for (int i = from; i < to; i++) {
                    sum[i] += more[i];
                }
            }
            double square = 0;
            for (int i = from; i < to; i++) {
                sum[i] *= share;
                square += (double) sum[i] * sum[i];
            }
            squares[w] = square;
        });
        double square = 0;
        for (double each : squares) {
            square += each;
        }
        if (!Double.isFinite(square)) {
            throw new ArithmeticException("the " + whose + "'s gradient is not a number at step " + (step + 1));
        }
        return Math.sqrt(square);
    }
}
