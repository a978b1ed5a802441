package io.inkstream.trainer.gan;

import io.inkstream.trainer.nn.Loops;
import io.inkstream.trainer.nn.MatrixStack;

/**
 * Tells generated points where to move: towards real points of their class, away from other generated ones of it.
 *
 * <p>In one feature space, for each class block of {@code generated} points x and {@code real} points p: distances,
 * divided by their mean over all blocks, become affinities (row softmax times column softmax, square root) at several
 * temperatures; the drift is the affinity-weighted mean of p minus that of x, each weighted by the other's total, so it
 * vanishes when the two distributions agree. It is normalised to unit mean square per temperature, so the loss is
 * constant and says nothing about progress. No gradient flows through the drift itself: the loss is half the squared
 * way to {@code x + drift}, and its gradient is the drift with the sign turned and some constants. For one thread.
 *
 * @see <a href="https://arxiv.org/abs/2602.04770">Deng et al., Generative Modeling via Drifting</a>
 */
public final class Drift {
    private static final double TINY = 1e-300;

    private final int blocks;
    private final int generated;
    private final int real;
    private final int width;
    private final double[] temperatures;
    private final float[] points;
    private final float[] squares;
    private final float[] distances;
    private final double[] affinity;
    private final double[] columnSums;
    private final float[] weights;
    private final float[] moves;
    private final MatrixStack products;
    private final MatrixStack mixtures;

    /**
     * Creates the operation for blocks of one size.
     *
     * @param width numbers of a point
     */
    public Drift(int blocks, int generated, int real, int width, double... temperatures) {
        if (blocks < 1 || generated < 2 || real < 1 || temperatures.length == 0) {
            throw new IllegalArgumentException(
                    "need a block of two generated and one real points and a temperature, got " + blocks + ", "
                            + generated + ", " + real + ", " + temperatures.length);
        }
        this.blocks = blocks;
        this.generated = generated;
        this.real = real;
        this.width = width;
        this.temperatures = temperatures.clone();
        int all = real + generated;
        int rows = temperatures.length * generated;
        this.points = new float[blocks * all * width];
        this.squares = new float[all];
        this.distances = new float[blocks * generated * all];
        this.affinity = new double[generated * all];
        this.columnSums = new double[all];
        this.weights = new float[blocks * rows * all];
        this.moves = new float[blocks * rows * width];
        this.products = MatrixStack.timesTransposed(blocks, generated, width, all);
        this.mixtures = MatrixStack.times(blocks, rows, all, width);
    }

    /**
     * Computes the gradient of {@code weight} times the loss at every generated point.
     *
     * @param x generated points [blocks, generated, width]
     * @param p real points [blocks, real, width]
     * @param gradient receives [blocks, generated, width]
     */
    public void gradient(float[] x, float[] p, double weight, float[] gradient) {
        int all = real + generated;
        for (int k = 0; k < blocks; k++) {
            System.arraycopy(p, k * real * width, points, k * all * width, real * width);
            System.arraycopy(x, k * generated * width, points, (k * all + real) * width, generated * width);
        }
        products.run(x, points, distances);
        double scale = distancesFromProducts();
        for (int k = 0; k < blocks; k++) {
            for (int t = 0; t < temperatures.length; t++) {
                weigh(k, t, temperatures[t] * scale);
            }
        }
        mixtures.run(weights, points, moves);
        int perBlock = generated * width;
        double count = (double) blocks * generated;
        float[] factors = new float[temperatures.length];
        for (int t = 0; t < temperatures.length; t++) {
            double square = 0;
            for (int k = 0; k < blocks; k++) {
                int at = (k * temperatures.length + t) * perBlock;
                for (int i = 0; i < generated; i++) {
                    square += Loops.dot(moves, at + i * width, moves, at + i * width, width);
                }
            }
            double norm = Math.sqrt(square / count) / scale + 1e-8;
            // moves are in the units of x: one division by scale to normal units, one for d(x / scale) / dx
            factors[t] = (float) (-2 * weight / (temperatures.length * scale * scale * count * norm));
        }
        for (int k = 0; k < blocks; k++) {
            java.util.Arrays.fill(gradient, k * perBlock, (k + 1) * perBlock, 0f);
            for (int t = 0; t < temperatures.length; t++) {
                int at = (k * temperatures.length + t) * perBlock;
                Loops.addScaled(factors[t], moves, at, gradient, k * perBlock, perBlock);
            }
        }
    }

    /** Turns inner products into distances in place, and returns their mean without each point's to itself. */
    private double distancesFromProducts() {
        int all = real + generated;
        double sum = 0;
        for (int k = 0; k < blocks; k++) {
            for (int j = 0; j < all; j++) {
                int at = (k * all + j) * width;
                squares[j] = Loops.dot(points, at, points, at, width);
            }
            for (int i = 0; i < generated; i++) {
                int row = (k * generated + i) * all;
                for (int j = 0; j < all; j++) {
                    float square = squares[real + i] + squares[j] - 2 * distances[row + j];
                    float distance = j == real + i ? 0f : (float) Math.sqrt(Math.max(square, 0f));
                    distances[row + j] = distance;
                    sum += distance;
                }
            }
        }
        double pairs = (double) blocks * generated * (all - 1);
        return Math.max(sum / pairs, 1e-12);
    }

    /** Writes how much each point of block {@code k} weighs in the drift of each generated one. */
    private void weigh(int k, int t, double temperature) {
        int all = real + generated;
        java.util.Arrays.fill(columnSums, TINY);
        float nearest = Float.POSITIVE_INFINITY;
        for (int i = 0; i < generated; i++) {
            int row = (k * generated + i) * all;
            for (int j = 0; j < all; j++) {
                nearest = j == real + i ? nearest : Math.min(nearest, distances[row + j]);
            }
        }
        // One shift for rows and columns alike: doubles hold exp(-700), so nothing is lost and one exp serves both.
        for (int i = 0; i < generated; i++) {
            int row = (k * generated + i) * all;
            double rowSum = TINY;
            for (int j = 0; j < all; j++) {
                double e = j == real + i ? 0 : Math.exp((nearest - distances[row + j]) / temperature);
                affinity[i * all + j] = e;
                rowSum += e;
                columnSums[j] += e;
            }
            double perRow = 1 / Math.sqrt(rowSum);
            for (int j = 0; j < all; j++) {
                affinity[i * all + j] *= perRow;
            }
        }
        for (int j = 0; j < all; j++) {
            columnSums[j] = 1 / Math.sqrt(columnSums[j]);
        }
        for (int i = 0; i < generated; i++) {
            double toReal = 0;
            double toGenerated = 0;
            for (int j = 0; j < all; j++) {
                double a = affinity[i * all + j] * columnSums[j];
                affinity[i * all + j] = a;
                if (j < real) {
                    toReal += a;
                } else {
                    toGenerated += a;
                }
            }
            int row = ((k * temperatures.length + t) * generated + i) * all;
            for (int j = 0; j < all; j++) {
                double a = affinity[i * all + j];
                weights[row + j] = (float) (j < real ? a * toGenerated : -a * toReal);
            }
        }
    }
}
