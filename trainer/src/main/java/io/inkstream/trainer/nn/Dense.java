package io.inkstream.trainer.nn;

/**
 * Multiplies rows by a matrix and adds a bias, forwards and backwards.
 *
 * <p>Rows are [batch, inputs], the weights [inputs, outputs], the bias [outputs]. An instance owns its buffers: for one
 * thread.
 */
public final class Dense {
    private final Slice weights;
    private final Slice bias;
    private final int batch;
    private final int inputs;
    private final int outputs;
    private final NativeTensor x;
    private final NativeTensor w;
    private final NativeTensor y;
    private final NativeTensor dx;
    private final NativeTensor dw;
    private final Matmul forward;
    private final Matmul inputBackward;
    private final Matmul weightBackward;
    private final float[] b;

    /**
     * Creates the layer for one batch size.
     *
     * @param weights two-dimensional slice [inputs, outputs]
     * @param bias slice [outputs], or null for none
     */
    public Dense(int batch, Slice weights, Slice bias) {
        this.weights = weights;
        this.bias = bias;
        this.batch = batch;
        this.inputs = weights.shape()[0];
        this.outputs = weights.shape()[1];
        this.x = new NativeTensor(batch, inputs);
        this.w = new NativeTensor(inputs, outputs);
        this.y = new NativeTensor(batch, outputs);
        this.dx = new NativeTensor(batch, inputs);
        this.dw = new NativeTensor(inputs, outputs);
        this.forward = new Matmul(x, false, w, false, y);
        this.inputBackward = new Matmul(y, false, w, true, dx);
        this.weightBackward = new Matmul(x, true, y, false, dw);
        this.b = new float[outputs];
    }

    /** Takes over the weights and the bias from the parameter vector; needed after every change of them. */
    public void load(float[] parameters) {
        w.write(parameters, weights.offset(), weights.length());
        if (bias != null) {
            System.arraycopy(parameters, bias.offset(), b, 0, outputs);
        }
    }

    /** Writes {@code in} x weights + bias to {@code out}. */
    public void forward(float[] in, float[] out) {
        x.write(in, 0, batch * inputs);
        forward.run();
        y.read(out, 0, batch * outputs);
        if (bias != null) {
            for (int n = 0; n < batch; n++) {
                Loops.add(b, 0, out, n * outputs, outputs);
            }
        }
    }

    /**
     * Goes back through the last {@link #forward}.
     *
     * @param outGradient gradient at the output
     * @param inGradient receives the gradient at the input; null when not wanted
     * @param gradients receives the gradients of weights and bias at their slices; null when they are not wanted
     */
    public void backward(float[] outGradient, float[] inGradient, float[] gradients) {
        y.write(outGradient, 0, batch * outputs);
        if (inGradient != null) {
            inputBackward.run();
            dx.read(inGradient, 0, batch * inputs);
        }
        if (gradients != null) {
            weightBackward.run();
            dw.read(gradients, weights.offset(), weights.length());
            if (bias != null) {
                java.util.Arrays.fill(gradients, bias.offset(), bias.end(), 0f);
                for (int n = 0; n < batch; n++) {
                    Loops.add(outGradient, n * outputs, gradients, bias.offset(), outputs);
                }
            }
        }
    }
}
