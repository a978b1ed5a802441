package io.inkstream.trainer.nn;

import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;

/**
 * Convolves a batch of images with zero padding, forwards and backwards.
 *
 * <p>Images are [batch, channels, height, width], weights [outputs, inputs, kernel, kernel] (the order of ONNX), the bias
 * [outputs]. An instance owns its buffers: for one thread.
 */
public final class Conv2d {
    private final Slice weights;
    private final Slice bias;
    private final int inLength;
    private final int outLength;
    private final NativeTensor x;
    private final NativeTensor w;
    private final NativeTensor b;
    private final NativeTensor y;
    private final NativeTensor dx;
    private final NativeTensor dw;
    private final NativeTensor db;
    private final DynamicCustomOp forward;
    private final DynamicCustomOp backward;

    /**
     * Describes a convolution.
     *
     * @param height rows of the image
     * @param width columns of it
     * @param kernel side of the kernel
     * @param downStride divides the rows
     * @param rightStride divides the columns
     * @param padding added on every side
     */
    public record Shape(
            int inputs, int outputs, int height, int width, int kernel, int downStride, int rightStride, int padding) {
        /** Describes a convolution of square images. */
        public Shape(int inputs, int outputs, int side, int kernel, int stride, int padding) {
            this(inputs, outputs, side, side, kernel, stride, stride, padding);
        }

        /** Returns a 3x3 convolution that keeps the side. */
        public static Shape same3x3(int inputs, int outputs, int side) {
            return new Shape(inputs, outputs, side, 3, 1, 1);
        }

        /** Returns the rows of the output. */
        public int outHeight() {
            return (height + 2 * padding - kernel) / downStride + 1;
        }

        /** Returns the columns of the output. */
        public int outWidth() {
            return (width + 2 * padding - kernel) / rightStride + 1;
        }

        /** Returns the side of square images. */
        public int side() {
            requireSquare();
            return height;
        }

        /** Returns the stride of a convolution of square images. */
        public int stride() {
            requireSquare();
            return downStride;
        }

        /** Returns the side of the output of square images. */
        public int outSide() {
            requireSquare();
            return outHeight();
        }

        private void requireSquare() {
            if (height != width || downStride != rightStride) {
                throw new IllegalStateException(this + " is not of square images");
            }
        }

        /** Reserves the weights in a layout. */
        public Slice reserveWeights(Layout layout, String name) {
            return layout.reserve(name, outputs, inputs, kernel, kernel);
        }
    }

    /**
     * Creates the layer for one batch size.
     *
     * @param bias where the bias lies, or null for none
     */
    public Conv2d(Shape shape, int batch, Slice weights, Slice bias) {
        this.weights = weights;
        this.bias = bias;
        int height = shape.height();
        int width = shape.width();
        int outHeight = shape.outHeight();
        int outWidth = shape.outWidth();
        this.inLength = batch * shape.inputs() * height * width;
        this.outLength = batch * shape.outputs() * outHeight * outWidth;
        this.x = new NativeTensor(batch, shape.inputs(), height, width);
        this.w = new NativeTensor(shape.outputs(), shape.inputs(), shape.kernel(), shape.kernel());
        this.b = new NativeTensor(shape.outputs());
        this.y = new NativeTensor(batch, shape.outputs(), outHeight, outWidth);
        this.dx = new NativeTensor(batch, shape.inputs(), height, width);
        this.dw = new NativeTensor(shape.outputs(), shape.inputs(), shape.kernel(), shape.kernel());
        this.db = new NativeTensor(shape.outputs());
        // kernel, stride, padding, dilation (height, width each); explicit padding; NCHW; weights [out, in, h, w]
        int[] arguments = {
            shape.kernel(),
            shape.kernel(),
            shape.downStride(),
            shape.rightStride(),
            shape.padding(),
            shape.padding(),
            1,
            1,
            0,
            0,
            1
        };
        this.forward = DynamicCustomOp.builder("conv2d")
                .addInputs(x.array(), w.array(), b.array())
                .addOutputs(y.array())
                .addIntegerArguments(arguments)
                .build();
        this.backward = DynamicCustomOp.builder("conv2d_bp")
                .addInputs(x.array(), w.array(), b.array(), y.array())
                .addOutputs(dx.array(), dw.array(), db.array())
                .addIntegerArguments(arguments)
                .build();
    }

    /** Takes over the weights and the bias from the parameter vector; needed after every change of them. */
    public void load(float[] parameters) {
        w.write(parameters, weights.offset(), weights.length());
        if (bias != null) {
            b.write(parameters, bias.offset(), bias.length());
        }
    }

    /** Writes the convolution of {@code in} to {@code out}. */
    public void forward(float[] in, float[] out) {
        x.write(in, 0, inLength);
        Nd4j.exec(forward);
        y.read(out, 0, outLength);
    }

    /**
     * Goes back through the last {@link #forward}.
     *
     * @param outGradient gradient at the output
     * @param inGradient receives the gradient at the input; null when not wanted
     * @param gradients receives the gradients of weights and bias at their slices, overwriting what was there; null when
     *     they are not wanted
     */
    public void backward(float[] outGradient, float[] inGradient, float[] gradients) {
        y.write(outGradient, 0, outLength);
        Nd4j.exec(backward);
        if (inGradient != null) {
            dx.read(inGradient, 0, inLength);
        }
        if (gradients == null) {
            return;
        }
        dw.read(gradients, weights.offset(), weights.length());
        if (bias != null) {
            db.read(gradients, bias.offset(), bias.length());
        }
    }
}
