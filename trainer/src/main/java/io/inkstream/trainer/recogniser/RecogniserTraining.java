package io.inkstream.trainer.recogniser;

import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.nn.Adam;
import io.inkstream.trainer.nn.Loops;
import io.inkstream.trainer.nn.RunningStatistics;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.nn.Workers;
import java.util.random.RandomGenerator;

/**
 * Teaches a recogniser by AdamW under a one-cycle learning rate; the same seed and worker count give the same weights.
 *
 * <p>Every step draws from its own random stream, named by seed and step. Glyphs are shown in a fresh random order each
 * epoch, moved by up to {@code shiftPx} pixels.
 */
public final class RecogniserTraining {
    /**
     * How to teach.
     *
     * @param batch glyphs of a step, over all workers
     * @param shiftPx largest random movement of a glyph, in pixels along each axis
     */
    public record Config(
            int steps,
            int batch,
            double learningRate,
            double weightDecay,
            double dropout,
            double labelSmoothing,
            int shiftPx,
            long seed) {
        /** The recipe's values for the reader. */
        public static final Config DEFAULTS = new Config(2600, 128, 2e-3, 1e-3, 0.25, 0.05, 1, 7);

        public Config {
            if (steps < 1 || batch < 2) {
                throw new IllegalArgumentException("need steps >= 1 and batch >= 2, got " + steps + ", " + batch);
            }
            if (!(learningRate > 0) || !(weightDecay >= 0)) {
                throw new IllegalArgumentException(
                        "need learningRate > 0 and weightDecay >= 0, got " + learningRate + ", " + weightDecay);
            }
            if (!(dropout >= 0 && dropout < 1) || !(labelSmoothing >= 0 && labelSmoothing < 1)) {
                throw new IllegalArgumentException(
                        "dropout and labelSmoothing must be in [0, 1), got " + dropout + ", " + labelSmoothing);
            }
            if (shiftPx < 0 || shiftPx > 4) {
                throw new IllegalArgumentException("shiftPx must be in 0 .. 4, got " + shiftPx);
            }
        }

        /** Returns the same with other steps and seed. */
        public Config with(int otherSteps, long otherSeed) {
            return new Config(
                    otherSteps, batch, learningRate, weightDecay, dropout, labelSmoothing, shiftPx, otherSeed);
        }
    }

    /** Hears how the training goes; called on the caller's thread. */
    @FunctionalInterface
    public interface Listener {
        /** Called after every step with the mean loss of its batch; returns false to stop early. */
        boolean afterStep(int step, double loss);
    }

    private static final double WARM_UP_SHARE = 0.15;

    private final Config config;
    private final Workers workers;

    public RecogniserTraining(Config config, Workers workers) {
        if (config.batch() % workers.count() != 0) {
            throw new IllegalArgumentException(
                    "batch " + config.batch() + " cannot be shared evenly by " + workers.count() + " workers");
        }
        this.config = config;
        this.workers = workers;
    }

    /**
     * Returns a recogniser taught on {@code samples}.
     *
     * @throws IllegalArgumentException if there are fewer samples than a batch
     */
    public Recogniser teach(RecogniserShape shape, SampleSet samples, Listener listener) {
        if (samples.size() < config.batch()) {
            throw new IllegalArgumentException(
                    "need at least one batch of " + config.batch() + " samples, got " + samples.size());
        }
        Recogniser model = Recogniser.untrained(shape, Streams.named(config.seed(), "recogniser-start"));
        int share = config.batch() / workers.count();
        Share[] shares = new Share[workers.count()];
        for (int w = 0; w < shares.length; w++) {
            shares[w] = new Share(model, share);
        }
        Adam adam = new Adam(model.parameters().length, 0.9, 0.999, config.weightDecay());
        int perEpoch = samples.size() / config.batch();
        int[] order = new int[samples.size()];
        for (int step = 0; step < config.steps(); step++) {
            int epoch = step / perEpoch;
            int inEpoch = step % perEpoch;
            if (inEpoch == 0) {
                shuffle(order, Streams.named(config.seed(), "recogniser-epoch", epoch));
            }
            int now = step;
            int first = inEpoch * config.batch();
            workers.run(w -> shares[w].run(
                    samples, order, first + w * share, Streams.named(config.seed(), "recogniser-step", now, w)));
            double loss = 0;
            for (Share each : shares) {
                loss += each.loss / shares.length;
            }
            float[] gradients = shares[0].gradients;
            for (int w = 1; w < shares.length; w++) {
                Loops.add(shares[w].gradients, 0, gradients, 0, gradients.length);
            }
            for (int i = 0; i < gradients.length; i++) {
                gradients[i] /= shares.length;
            }
            adam.update(model.parameters(), gradients, 0, gradients.length, learningRate(step), step + 1L);
            for (int w = 0; w < shares.length; w++) {
                RunningStatistics.update(model.statistics(), shares[w].statistics, 1.0 / shares.length, w == 0);
            }
            if (!Double.isFinite(loss)) {
                throw new ArithmeticException("the recogniser's loss is " + loss + " at step " + step);
            }
            if (!listener.afterStep(step + 1, loss)) {
                break;
            }
        }
        return model;
    }

    private double learningRate(int step) {
        double position = (step + 0.5) / config.steps();
        if (position < WARM_UP_SHARE) {
            double low = config.learningRate() / 25;
            return low + (config.learningRate() - low) * (1 - Math.cos(Math.PI * position / WARM_UP_SHARE)) / 2;
        }
        return config.learningRate() * (1 + Math.cos(Math.PI * (position - WARM_UP_SHARE) / (1 - WARM_UP_SHARE))) / 2;
    }

    private static void shuffle(int[] order, RandomGenerator random) {
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
    }

    private final class Share {
        private final Recogniser model;
        private final RecogniserPass pass;
        private final float[] ink;
        private final float[] upright = new float[SampleSet.PIXELS];
        private final int[] labels;
        private final float[] gradients;
        private final float[] statistics;
        private double loss;

        Share(Recogniser model, int size) {
            this.model = model;
            this.pass = new RecogniserPass(model.shape(), size);
            this.ink = new float[size * SampleSet.PIXELS];
            this.labels = new int[size];
            this.gradients = new float[model.parameters().length];
            this.statistics = new float[model.statistics().length];
        }

        void run(SampleSet samples, int[] order, int first, RandomGenerator random) {
            int range = 2 * config.shiftPx() + 1;
            for (int k = 0; k < labels.length; k++) {
                int sample = order[first + k];
                labels[k] = samples.label(sample);
                samples.copyImage(sample, upright, 0);
                int down = random.nextInt(range) - config.shiftPx();
                int right = random.nextInt(range) - config.shiftPx();
                shift(upright, down, right, ink, k * SampleSet.PIXELS);
            }
            loss = pass.lossAndGradients(
                    model, ink, labels, config.dropout(), config.labelSmoothing(), random, gradients, statistics);
        }
    }

    private static void shift(float[] from, int down, int right, float[] to, int offset) {
        int side = SampleSet.SIDE_PX;
        for (int r = 0; r < side; r++) {
            for (int c = 0; c < side; c++) {
                int y = r - down;
                int x = c - right;
                boolean inside = y >= 0 && y < side && x >= 0 && x < side;
                to[offset + r * side + c] = inside ? from[y * side + x] : 0f;
            }
        }
    }
}
