package io.inkstream.trainer.nn;

import java.util.SplittableRandom;

/** Seeded numbers and numeric derivatives for tests of layers. */
public final class Numbers {
    private Numbers() {}

    /** Returns {@code count} standard normal floats, the same for the same seed. */
    public static float[] normal(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextGaussian();
        }
        return values;
    }

    /** Returns {@code count} floats in 0 .. 1. */
    public static float[] uniform(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] values = new float[count];
        for (int i = 0; i < count; i++) {
            values[i] = (float) random.nextDouble();
        }
        return values;
    }

    public static double dot(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (double) a[i] * b[i];
        }
        return sum;
    }

    /** A scalar function of a vector. */
    @FunctionalInterface
    public interface Scalar {
        double of(float[] x);
    }

    /** Returns the derivative of {@code f} at {@code x} along {@code direction}, by central differences. */
    public static double derivative(Scalar f, float[] x, float[] direction, double step) {
        return (f.of(moved(x, direction, step)) - f.of(moved(x, direction, -step))) / (2 * step);
    }

    private static float[] moved(float[] x, float[] direction, double step) {
        float[] y = x.clone();
        for (int i = 0; i < y.length; i++) {
            y[i] += (float) (step * direction[i]);
        }
        return y;
    }
}
