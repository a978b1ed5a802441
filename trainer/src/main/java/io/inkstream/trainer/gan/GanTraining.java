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
import java.util.random.RandomGenerator;

/**
 * Trains a generator step by step; the same seed, samples and worker count give the same weights, bit for bit, however
 * often the training is stopped and resumed on one machine.
 *
 * <p>Every worker computes its own class-structured batch; gradients are summed in the workers' order. For one thread.
 */
public final class GanTraining {
    private final GanConfig config;
    private final SampleSet samples;
    private final Workers workers;
    private final ClassSampler sampler;
    private final Generator generator;
    private final Generator average;
    private final Adam adam;
    private final DriftStep[] shares;
    private long step;

    /**
     * Starts an untrained generator.
     *
     * @param samples real glyphs to learn from
     * @param recogniser whose features the drift is computed in; it does not change
     */
    public GanTraining(
            GanConfig config, GeneratorShape shape, SampleSet samples, Recogniser recogniser, Workers workers) {
        this.config = config;
        this.samples = samples;
        this.workers = workers;
        this.sampler = new ClassSampler(samples, config.classesPerWorker());
        this.generator = Generator.untrained(shape, Streams.named(config.seed(), "generator-start"));
        this.average = generator.copy();
        this.adam = new Adam(generator.parameters().length, 0.5, 0.99, 0);
        this.shares = new DriftStep[workers.count()];
        for (int w = 0; w < shares.length; w++) {
            shares[w] = new DriftStep(generator, recogniser, config.shape());
        }
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
     * Does one step and returns the Euclidean norm of the generator's gradient.
     *
     * @throws ArithmeticException if that norm is not a number; the parameters are then as before the step
     */
    public double advance() {
        workers.run(w -> {
            RandomGenerator random = Streams.named(config.seed(), "drift-step", step, w);
            shares[w].run(generator, samples, sampler, random);
        });
        double rate = config.driftRate() * config.decay(step, config.driftSteps());
        float[] gradients = shares[0].gradients;
        int length = gradients.length;
        int count = workers.count();
        double[] squares = new double[count];
        workers.run(
                w -> squares[w] = combine((int) ((long) length * w / count), (int) ((long) length * (w + 1) / count)));
        double square = 0;
        for (double each : squares) {
            square += each;
        }
        if (!Double.isFinite(square)) {
            throw new ArithmeticException("the generator's gradient is not a number at step " + step);
        }
        step++;
        for (int w = 0; w < count; w++) {
            RunningStatistics.update(generator.statistics(), shares[w].statistics, 1.0 / count, w == 0);
        }
        workers.run(w -> {
            int from = (int) ((long) length * w / count);
            int to = (int) ((long) length * (w + 1) / count);
            adam.update(generator.parameters(), gradients, from, to, rate, step);
            MovingAverage.follow(average.parameters(), generator.parameters(), from, to, step, config.averageDecay());
        });
        int statistics = generator.statistics().length;
        MovingAverage.follow(average.statistics(), generator.statistics(), 0, statistics, step, config.averageDecay());
        return Math.sqrt(square);
    }

    /** Averages the workers' gradients into the first one's, and returns the sum of squares of that range. */
    private double combine(int from, int to) {
        float[] sum = shares[0].gradients;
        float share = 1f / shares.length;
        for (int w = 1; w < shares.length; w++) {
            float[] other = shares[w].gradients;
            for (int i = from; i < to; i++) {
                sum[i] += other[i];
            }
        }
        double square = 0;
        for (int i = from; i < to; i++) {
            sum[i] *= share;
            square += (double) sum[i] * sum[i];
        }
        return square;
    }

    /** Returns the state after the last step; the arrays are copies. */
    public Checkpoint checkpoint() {
        Map<String, float[]> arrays = new HashMap<>();
        arrays.put("generator.parameters", generator.parameters().clone());
        arrays.put("generator.statistics", generator.statistics().clone());
        arrays.put("average.parameters", average.parameters().clone());
        arrays.put("average.statistics", average.statistics().clone());
        arrays.put("adam.first", adam.firstMoment().clone());
        arrays.put("adam.second", adam.secondMoment().clone());
        return new Checkpoint(signature(), step, arrays);
    }

    /**
     * Goes back to a state that {@link #checkpoint} gave.
     *
     * @throws IllegalArgumentException if it is of another architecture
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
        from.restore("adam.first", adam.firstMoment());
        from.restore("adam.second", adam.secondMoment());
        step = from.step();
    }

    private String signature() {
        return generator.shape() + " " + workers.count() + " workers";
    }
}
