package io.inkstream.trainer.nn;

import java.util.Arrays;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Convolves many channels by 3x3 to a single one and takes {@code (tanh + 1) / 2} of it: ink in 0 .. 1.
 *
 * <p>The native convolution pads one output channel to sixteen, for each of the nine taps. Here a 1x1 convolution makes
 * one channel of each tap, and the nine are added at shifted places. For one thread.
 */
public final class InkLayer {
    private static final int TAPS = 9;

    private final Slice weights;
    private final Slice bias;
    private final int channels;
    private final int batch;
    private final int side;
    private final int area;
    private final Slice tapWeights;
    private final float[] tapValues;
    private final float[] tapGradients;
    private final Conv2d toTaps;
    private final float[] taps;
    private final NativeTensor before;
    private final NativeTensor after;
    private final DynamicCustomOp tanh;
    private float b;
    private float[] ink;

    /**
     * Creates the layer for one batch size.
     *
     * @param weights slice [1, channels, 3, 3]
     * @param bias slice [1]
     */
    public InkLayer(int channels, int batch, int side, Slice weights, Slice bias) {
        this.weights = weights;
        this.bias = bias;
        this.channels = channels;
        this.batch = batch;
        this.side = side;
        this.area = side * side;
        this.tapWeights = new Slice("taps", 0, TAPS, channels, 1, 1);
        this.tapValues = new float[tapWeights.length()];
        this.tapGradients = new float[tapWeights.length()];
        this.toTaps = new Conv2d(new Conv2d.Shape(channels, TAPS, side, 1, 1, 0), batch, tapWeights, null);
        this.taps = new float[batch * TAPS * area];
        this.before = new NativeTensor(batch, area);
        this.after = new NativeTensor(batch, area);
        this.tanh = DynamicCustomOp.builder("tanh")
                .addInputs(before.array())
                .addOutputs(after.array())
                .build();
    }

    /** Takes over the weights and the bias from the parameter vector; needed after every change of them. */
    public void load(float[] parameters) {
        for (int c = 0; c < channels; c++) {
            for (int t = 0; t < TAPS; t++) {
                tapValues[t * channels + c] = parameters[weights.offset() + c * TAPS + t];
            }
        }
        toTaps.load(tapValues);
        b = parameters[bias.offset()];
    }

    /** Writes the ink [batch, side, side] of {@code in} [batch, channels, side, side]; it is needed on the way back. */
    public void forward(float[] in, float[] out) {
        ink = out;
        toTaps.forward(in, taps);
        Arrays.fill(out, 0, batch * area, b);
        for (int n = 0; n < batch; n++) {
            for (int t = 0; t < TAPS; t++) {
                int dy = t / 3 - 1;
                int dx = t % 3 - 1;
                int first = Math.max(0, -dx);
                int length = side - Math.abs(dx);
                for (int y = Math.max(0, -dy); y < Math.min(side, side - dy); y++) {
                    int from = (n * TAPS + t) * area + (y + dy) * side + first + dx;
                    Loops.add(taps, from, out, n * area + y * side + first, length);
                }
            }
        }
        before.write(out, 0, batch * area);
        Nd4j.exec(tanh);
        after.read(out, 0, batch * area);
        for (int i = 0; i < batch * area; i++) {
            out[i] = out[i] * 0.5f + 0.5f;
        }
    }

    /**
     * Goes back through the last {@link #forward}.
     *
     * @param outGradient gradient at the ink; used as scratch
     * @param inGradient receives the gradient at the input
     * @param gradients receives the gradients of weights and bias at their slices
     */
    public void backward(float[] outGradient, float[] inGradient, float[] gradients) {
        // ink = (t + 1) / 2, so d ink / d before = (1 - t * t) / 2 = 2 ink (1 - ink)
        for (int i = 0; i < batch * area; i++) {
            outGradient[i] *= 2 * ink[i] * (1 - ink[i]);
        }
        gradients[bias.offset()] = Loops.sum(outGradient, 0, batch * area);
        Arrays.fill(taps, 0f);
        for (int n = 0; n < batch; n++) {
            for (int t = 0; t < TAPS; t++) {
                int dy = t / 3 - 1;
                int dx = t % 3 - 1;
                int first = Math.max(0, -dx);
                int length = side - Math.abs(dx);
                for (int y = Math.max(0, -dy); y < Math.min(side, side - dy); y++) {
                    int to = (n * TAPS + t) * area + (y + dy) * side + first + dx;
                    System.arraycopy(outGradient, n * area + y * side + first, taps, to, length);
                }
            }
        }
        toTaps.backward(taps, inGradient, tapGradients);
        for (int c = 0; c < channels; c++) {
            for (int t = 0; t < TAPS; t++) {
                gradients[weights.offset() + c * TAPS + t] = tapGradients[t * channels + c];
            }
        }
    }
}
