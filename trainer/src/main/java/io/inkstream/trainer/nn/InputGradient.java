package io.inkstream.trainer.nn;

/**
 * Takes the gradient at the output of a convolution to its input, when nobody asks for the gradient of the weights.
 *
 * <p>The backward operation of ND4J always computes both. At stride 1 the input's gradient alone is a convolution by
 * the flipped, transposed kernel, which costs as little as the way forward; at stride 2 it is four of them, one for
 * each parity of row and column, computed as one convolution to four times the channels and woven together. For one
 * thread.
 */
public final class InputGradient {
    private final Conv2d.Shape shape;
    private final int batch;
    private final Slice weights;
    private final Layout layout = new Layout();
    private final Slice flipped;
    private final Conv2d conv;
    private final int reach;
    private final float[] phases;

    /**
     * Creates the operation for one batch size.
     *
     * @param weights where the convolution's weights [out, in, kernel, kernel] lie
     */
    public InputGradient(Conv2d.Shape shape, int batch, Slice weights) {
        int stride = shape.stride();
        if (stride > 2) {
            throw new IllegalArgumentException("stride must be 1 or 2, got " + stride);
        }
        this.shape = shape;
        this.batch = batch;
        this.weights = weights;
        int outSide = shape.outSide();
        // Input pixel i = stride * m + phase hears output o through tap k = i + padding - stride * o, 0 <= k < kernel;
        // so o - m runs from ceil((phase + padding - kernel + 1) / stride) to floor((phase + padding) / stride).
        int most = (stride - 1 + shape.padding()) / stride;
        int least = -Math.floorDiv(-(shape.padding() - shape.kernel() + 1), stride);
        this.reach = Math.max(most, -least);
        int taps = 2 * reach + 1;
        int channels = shape.inputs() * stride * stride;
        this.flipped = layout.reserve("flipped", channels, shape.outputs(), taps, taps);
        this.conv =
                new Conv2d(new Conv2d.Shape(shape.outputs(), channels, outSide, taps, 1, reach), batch, flipped, null);
        this.phases = new float[batch * channels * outSide * outSide];
        if (stride * outSide < shape.side()) {
            throw new IllegalArgumentException("the last input rows reach no output: " + shape);
        }
    }

    /** Takes over the convolution's weights from the parameter vector. */
    public void load(float[] parameters) {
        int stride = shape.stride();
        int kernel = shape.kernel();
        int taps = 2 * reach + 1;
        float[] values = new float[layout.length()];
        for (int in = 0; in < shape.inputs(); in++) {
            for (int py = 0; py < stride; py++) {
                for (int px = 0; px < stride; px++) {
                    int channel = (in * stride + py) * stride + px;
                    for (int out = 0; out < shape.outputs(); out++) {
                        for (int dy = -reach; dy <= reach; dy++) {
                            for (int dx = -reach; dx <= reach; dx++) {
                                int ky = py + shape.padding() - stride * dy;
                                int kx = px + shape.padding() - stride * dx;
                                if (ky >= 0 && ky < kernel && kx >= 0 && kx < kernel) {
                                    values[
                                                    ((channel * shape.outputs() + out) * taps + dy + reach) * taps
                                                            + dx
                                                            + reach] =
                                            parameters[
                                                    weights.offset()
                                                            + ((out * shape.inputs() + in) * kernel + ky) * kernel
                                                            + kx];
                                }
                            }
                        }
                    }
                }
            }
        }
        conv.load(values);
    }

    /** Writes the gradient at the input [batch, inputs, side, side]. */
    public void run(float[] outGradient, float[] inGradient) {
        if (shape.stride() == 1) {
            conv.forward(outGradient, inGradient);
            return;
        }
        conv.forward(outGradient, phases);
        int half = shape.outSide();
        int side = shape.side();
        for (int plane = 0; plane < batch * shape.inputs(); plane++) {
            for (int phase = 0; phase < 4; phase++) {
                for (int h = 0; 2 * h + (phase >> 1) < side && h < half; h++) {
                    int from = (plane * 4 + phase) * half * half + h * half;
                    int to = (plane * side + 2 * h + (phase >> 1)) * side + (phase & 1);
                    for (int w = 0; 2 * w + (phase & 1) < side && w < half; w++) {
                        inGradient[to + 2 * w] = phases[from + w];
                    }
                }
            }
        }
    }
}
