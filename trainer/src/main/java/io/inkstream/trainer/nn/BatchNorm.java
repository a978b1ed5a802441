package io.inkstream.trainer.nn;

import java.util.Arrays;

/**
 * Normalises every channel of a batch, then scales, shifts and, unless it is told not to, rectifies it.
 *
 * <p>{@code y = max(0, (x - mean) / sqrt(variance + 1e-5) * scale + shift)} over [batch, channels, area]. Scale and
 * shift are one number per channel, or, for a conditional batch norm, one per image and channel. In training, mean and
 * variance are those of the batch, and they are reported in {@link #statistics} for the running averages; in serving
 * they come from the running averages. An instance owns its buffers: for one thread.
 */
public final class BatchNorm {
    /** Keeps the square root away from zero. */
    public static final float EPSILON = 1e-5f;

    private final int batch;
    private final int channels;
    private final int area;
    private final Slice statistics;
    private final boolean rectifies;
    private final float[] mean;
    private final float[] inverse;
    private final float[] positionSum;
    private final float[] positionSquare;
    private final float[] dShift;
    private final float[] dScale;

    /**
     * Creates the layer, which rectifies, for one batch size.
     *
     * @param statistics slice [2, channels] of a statistics vector: means, then variances (unbiased)
     */
    public BatchNorm(int batch, int channels, int area, Slice statistics) {
        this(batch, channels, area, statistics, true);
    }

    /** Likewise; without {@code rectifies}, as at the end of a residual branch, what is negative stays so. */
    public BatchNorm(int batch, int channels, int area, Slice statistics, boolean rectifies) {
        this.batch = batch;
        this.channels = channels;
        this.area = area;
        this.statistics = statistics;
        this.rectifies = rectifies;
        this.mean = new float[channels];
        this.inverse = new float[channels];
        this.positionSum = new float[channels * area];
        this.positionSquare = new float[channels * area];
        this.dShift = new float[batch * channels];
        this.dScale = new float[batch * channels];
    }

    /** Where a scale or shift lies: {@code values[offset + image * stride + channel]}; stride 0 shares it. */
    public record Affine(float[] values, int offset, int stride) {}

    /** Normalises by the batch and reports its mean and variance into {@code batchStatistics}. */
    public void forwardTraining(float[] x, Affine scale, Affine shift, float[] y, float[] batchStatistics) {
        measure(x);
        int count = batch * area;
        for (int c = 0; c < channels; c++) {
            double m = mean[c];
            double variance = positionSquare[c];
            batchStatistics[statistics.offset() + c] = (float) m;
            batchStatistics[statistics.offset() + channels + c] = (float) (variance * count / Math.max(1, count - 1));
            inverse[c] = (float) (1 / Math.sqrt(variance + EPSILON));
        }
        apply(x, scale, shift, y);
    }

    /**
     * Folds a norm that serves into the convolution before it.
     *
     * @param weights [outputs, ...], scaled as the norm does
     * @param scale of each output, as are the others
     * @return what the norm then adds to each output
     */
    public static float[] fold(float[] weights, float[] scale, float[] shift, float[] mean, float[] variance) {
        float[] bias = new float[scale.length];
        int perOutput = weights.length / scale.length;
        for (int o = 0; o < scale.length; o++) {
            float factor = (float) (scale[o] / Math.sqrt(variance[o] + EPSILON));
            for (int k = o * perOutput; k < (o + 1) * perOutput; k++) {
                weights[k] *= factor;
            }
            bias[o] = shift[o] - mean[o] * factor;
        }
        return bias;
    }

    /** Normalises by running averages. */
    public void forwardServing(float[] x, Affine scale, Affine shift, float[] y, float[] runningStatistics) {
        for (int c = 0; c < channels; c++) {
            mean[c] = runningStatistics[statistics.offset() + c];
            float variance = runningStatistics[statistics.offset() + channels + c];
            inverse[c] = (float) (1 / Math.sqrt(variance + EPSILON));
        }
        apply(x, scale, shift, y);
    }

    /** Leaves the means in {@code mean} and the biased variances in the first floats of {@code positionSquare}. */
    private void measure(float[] x) {
        int plane = channels * area;
        // Sums over images per position first: that loop has no carried sum, so it becomes vector code.
        Arrays.fill(positionSum, 0f);
        for (int n = 0; n < batch; n++) {
            Loops.add(x, n * plane, positionSum, 0, plane);
        }
        double count = (double) batch * area;
        for (int c = 0; c < channels; c++) {
            mean[c] = (float) (Loops.sum(positionSum, c * area, area) / count);
        }
        Arrays.fill(positionSquare, 0f);
        for (int n = 0; n < batch; n++) {
            for (int c = 0; c < channels; c++) {
                addSquares(x, n * plane + c * area, mean[c], positionSquare, c * area, area);
            }
        }
        for (int c = 0; c < channels; c++) {
            positionSquare[c] = (float) (Loops.sum(positionSquare, c * area, area) / count);
        }
    }

    private static void addSquares(float[] x, int from, float mean, float[] to, int at, int length) {
        for (int i = 0; i < length; i++) {
            float d = x[from + i] - mean;
            to[at + i] += d * d;
        }
    }

    private void apply(float[] x, Affine scale, Affine shift, float[] y) {
        for (int n = 0; n < batch; n++) {
            for (int c = 0; c < channels; c++) {
                float a = inverse[c] * scale.values[scale.offset + n * scale.stride + c];
                float b = shift.values[shift.offset + n * shift.stride + c] - mean[c] * a;
                scaleShift(x, y, (n * channels + c) * area, area, a, b, rectifies ? 0f : Float.NEGATIVE_INFINITY);
            }
        }
    }

    private static void scaleShift(float[] x, float[] y, int at, int length, float a, float b, float least) {
        for (int i = at; i < at + length; i++) {
            y[i] = Math.max(x[i] * a + b, least);
        }
    }

    /**
     * Goes back through the last {@link #forwardTraining}.
     *
     * @param x what went in
     * @param y what came out
     * @param gradient gradient at the output on entry, at the input on return
     * @param scale the scale of the forward pass
     * @param scaleGradient receives the gradient of the scale; with stride 0 it is summed over the images
     * @param shiftGradient receives the gradient of the shift likewise
     */
    public void backward(
            float[] x, float[] y, float[] gradient, Affine scale, Affine scaleGradient, Affine shiftGradient) {
        for (int n = 0; n < batch; n++) {
            for (int c = 0; c < channels; c++) {
                int at = (n * channels + c) * area;
                if (rectifies) {
                    Loops.reluBackward(y, gradient, at, area);
                }
                float sum = Loops.sum(gradient, at, area);
                float product = Loops.dot(gradient, at, x, at, area);
                dShift[n * channels + c] = sum;
                dScale[n * channels + c] = (product - mean[c] * sum) * inverse[c];
            }
        }
        double count = (double) batch * area;
        for (int c = 0; c < channels; c++) {
            double gradientMean = 0;
            double gradientTimesNormal = 0;
            for (int n = 0; n < batch; n++) {
                float s = scale.values[scale.offset + n * scale.stride + c];
                gradientMean += (double) s * dShift[n * channels + c];
                gradientTimesNormal += (double) s * dScale[n * channels + c];
            }
            gradientMean /= count;
            gradientTimesNormal /= count;
            // dx = inverse * (s * g - gradientMean - (x - mean) * inverse * gradientTimesNormal)
            float slope = (float) (-inverse[c] * inverse[c] * gradientTimesNormal);
            float constant = (float) (-inverse[c] * gradientMean) - slope * mean[c];
            for (int n = 0; n < batch; n++) {
                float s = scale.values[scale.offset + n * scale.stride + c];
                combine(x, gradient, (n * channels + c) * area, area, s * inverse[c], slope, constant);
            }
        }
        accumulate(dScale, scaleGradient);
        accumulate(dShift, shiftGradient);
    }

    private static void combine(float[] x, float[] g, int at, int length, float a, float slope, float constant) {
        for (int i = at; i < at + length; i++) {
            g[i] = a * g[i] + slope * x[i] + constant;
        }
    }

    private void accumulate(float[] perImage, Affine to) {
        if (to.stride == 0) {
            Arrays.fill(to.values, to.offset, to.offset + channels, 0f);
        }
        for (int n = 0; n < batch; n++) {
            for (int c = 0; c < channels; c++) {
                int at = to.offset + n * to.stride + c;
                to.values[at] =
                        to.stride == 0 ? to.values[at] + perImage[n * channels + c] : perImage[n * channels + c];
            }
        }
    }
}
