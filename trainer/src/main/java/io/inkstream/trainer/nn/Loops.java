package io.inkstream.trainer.nn;

/**
 * Element-wise loops over float arrays, written so that the JIT turns them into vector instructions.
 *
 * <p>Sums keep eight partial sums: one running sum would wait for every addition, and the JIT may not reorder floats.
 */
public final class Loops {
    /** Turns any positive number that matters into one above 1. */
    static final float STEEP = 1e30f;

    private Loops() {}

    /** Adds {@code length} floats of {@code from} to those of {@code to}. */
    public static void add(float[] from, int fromOffset, float[] to, int toOffset, int length) {
        for (int i = 0; i < length; i++) {
            to[toOffset + i] += from[fromOffset + i];
        }
    }

    /** Adds {@code factor} times {@code from} to {@code to}. */
    public static void addScaled(float factor, float[] from, int fromOffset, float[] to, int toOffset, int length) {
        for (int i = 0; i < length; i++) {
            to[toOffset + i] += factor * from[fromOffset + i];
        }
    }

    /** Returns the sum of {@code length} floats. */
    public static float sum(float[] of, int offset, int length) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        int i = offset;
        int end = offset + length;
        for (; i + 7 < end; i += 8) {
            s0 += of[i];
            s1 += of[i + 1];
            s2 += of[i + 2];
            s3 += of[i + 3];
            s4 += of[i + 4];
            s5 += of[i + 5];
            s6 += of[i + 6];
            s7 += of[i + 7];
        }
        float rest = 0;
        for (; i < end; i++) {
            rest += of[i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)) + rest;
    }

    /** Returns the sum of products of {@code length} floats each. */
    public static float dot(float[] a, int aOffset, float[] b, int bOffset, int length) {
        float s0 = 0;
        float s1 = 0;
        float s2 = 0;
        float s3 = 0;
        float s4 = 0;
        float s5 = 0;
        float s6 = 0;
        float s7 = 0;
        int i = 0;
        for (; i + 7 < length; i += 8) {
            s0 += a[aOffset + i] * b[bOffset + i];
            s1 += a[aOffset + i + 1] * b[bOffset + i + 1];
            s2 += a[aOffset + i + 2] * b[bOffset + i + 2];
            s3 += a[aOffset + i + 3] * b[bOffset + i + 3];
            s4 += a[aOffset + i + 4] * b[bOffset + i + 4];
            s5 += a[aOffset + i + 5] * b[bOffset + i + 5];
            s6 += a[aOffset + i + 6] * b[bOffset + i + 6];
            s7 += a[aOffset + i + 7] * b[bOffset + i + 7];
        }
        float rest = 0;
        for (; i < length; i++) {
            rest += a[aOffset + i] * b[bOffset + i];
        }
        return ((s0 + s1) + (s2 + s3)) + ((s4 + s5) + (s6 + s7)) + rest;
    }

    /** Sets every negative float to 0. */
    public static void relu(float[] x, int length) {
        for (int i = 0; i < length; i++) {
            x[i] = Math.max(x[i], 0f);
        }
    }

    /**
     * Sets {@code gradient} to 0 wherever the rectified {@code output} is 0.
     *
     * <p>Multiplies by {@code min(output * 1e30, 1)}, which is 0 or 1 for every output but some below 1e-30: a comparison
     * would be a branch that nobody can predict, ten times slower.
     */
    public static void reluBackward(float[] output, float[] gradient, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            gradient[i] *= Math.min(output[i] * STEEP, 1f);
        }
    }

    /** Multiplies every negative float by 0.2. */
    public static void leakyRelu(float[] x, int length) {
        for (int i = 0; i < length; i++) {
            x[i] = Math.max(x[i], 0.2f * x[i]);
        }
    }

    /** Multiplies {@code gradient} by 0.2 wherever the {@code output} of {@link #leakyRelu} is negative. */
    public static void leakyReluBackward(float[] output, float[] gradient, int length) {
        for (int i = 0; i < length; i++) {
            gradient[i] *= 0.2f + 0.8f * Math.min(Math.max(output[i], 0f) * STEEP, 1f);
        }
    }

    /** Replaces every float by 1 / (1 + exp(-x)). */
    public static void sigmoid(float[] x, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            x[i] = 1f / (1f + exp(-x[i]));
        }
    }

    /** Replaces every float by its hyperbolic tangent. */
    public static void tanh(float[] x, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            x[i] = tanh(x[i]);
        }
    }

    static float tanh(float x) {
        return 2f / (1f + exp(-2f * x)) - 1f;
    }

    /**
     * e to the power of x with a relative error below 3e-7, the same on every machine; x beyond 87 either way counts as 87.
     * Ten times as fast as {@link Math#exp}: 2 to the whole part is an exponent, 2 to the rest a polynomial.
     */
    static float exp(float x) {
        float power = Math.max(-87f, Math.min(87f, x)) * 1.442695041f;
        int whole = (int) (power + 127.5f) - 127;
        float rest = (power - whole) * 0.6931471806f;
        float value = 1f / 720f;
        value = value * rest + 1f / 120f;
        value = value * rest + 1f / 24f;
        value = value * rest + 1f / 6f;
        value = value * rest + 0.5f;
        value = value * rest + 1f;
        value = value * rest + 1f;
        return value * Float.intBitsToFloat((whole + 127) << 23);
    }
}
