package io.inkstream.trainer.nn;

import java.util.random.RandomGenerator;

/** Fills slices of a parameter vector with starting values from the caller's random numbers. */
public final class Init {
    private Init() {}

    /** Draws every value from a normal distribution around 0. */
    public static void normal(float[] parameters, Slice slice, double deviation, RandomGenerator random) {
        for (int i = slice.offset(); i < slice.end(); i++) {
            parameters[i] = (float) (random.nextGaussian() * deviation);
        }
    }

    /** Draws every value evenly from {@code -bound .. bound}. */
    public static void uniform(float[] parameters, Slice slice, double bound, RandomGenerator random) {
        for (int i = slice.offset(); i < slice.end(); i++) {
            parameters[i] = (float) ((random.nextDouble() * 2 - 1) * bound);
        }
    }

    /** Sets every value. */
    public static void constant(float[] parameters, Slice slice, float value) {
        java.util.Arrays.fill(parameters, slice.offset(), slice.end(), value);
    }

    /**
     * Makes the slice, seen as a matrix of {@code rows} rows, orthogonal: orthonormal rows, or columns if there are
     * more rows than columns.
     *
     * @see <a href="https://arxiv.org/abs/1312.6120">Saxe et al., exact solutions to deep linear networks</a>
     */
    public static void orthogonal(float[] parameters, Slice slice, int rows, RandomGenerator random) {
        int columns = slice.length() / rows;
        int vectors = Math.min(rows, columns);
        int length = Math.max(rows, columns);
        double[][] basis = new double[vectors][length];
        for (int i = 0; i < vectors; i++) {
            for (int k = 0; k < length; k++) {
                basis[i][k] = random.nextGaussian();
            }
            // Twice is enough against cancellation (Kahan).
            for (int pass = 0; pass < 2; pass++) {
                for (int j = 0; j < i; j++) {
                    double along = dot(basis[i], basis[j]);
                    for (int k = 0; k < length; k++) {
                        basis[i][k] -= along * basis[j][k];
                    }
                }
            }
            double norm = Math.sqrt(dot(basis[i], basis[i]));
            for (int k = 0; k < length; k++) {
                basis[i][k] /= norm;
            }
        }
        for (int r = 0; r < rows; r++) {
            for (int c = 0; c < columns; c++) {
                parameters[slice.offset() + r * columns + c] = (float) (rows <= columns ? basis[r][c] : basis[c][r]);
            }
        }
    }

    private static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int k = 0; k < a.length; k++) {
            sum += a[k] * b[k];
        }
        return sum;
    }
}
