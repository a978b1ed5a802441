package io.inkstream.trainer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.Conv2DConfig;
import org.nd4j.linalg.api.ops.impl.layers.convolution.config.PaddingMode;
import org.nd4j.linalg.factory.Nd4j;

class Conv2dTest {
    private static final int BATCH = 3;
    private final Layout layout = new Layout();

    /** Every kernel, stride and padding that the networks use, on smaller images. */
    static Stream<Conv2d.Shape> shapes() {
        return Stream.of(
                Conv2d.Shape.same3x3(4, 6, 7),
                Conv2d.Shape.same3x3(3, 1, 8),
                new Conv2d.Shape(1, 5, 12, 5, 2, 2),
                new Conv2d.Shape(4, 3, 7, 3, 2, 1),
                new Conv2d.Shape(1, 4, 8, 4, 2, 1),
                new Conv2d.Shape(5, 4, 6, 4, 2, 1),
                new Conv2d.Shape(6, 9, 5, 1, 1, 0),
                new Conv2d.Shape(2, 3, 8, 12, 3, 2, 1, 1),
                new Conv2d.Shape(2, 4, 4, 10, 3, 2, 2, 1));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void forwardAgreesWithPlainLoops(Conv2d.Shape shape) {
        Slice weights = shape.reserveWeights(layout, "w");
        Slice bias = layout.reserve("b", shape.outputs());
        float[] parameters = Numbers.normal(layout.length(), 1);
        float[] x = Numbers.normal(BATCH * shape.inputs() * shape.height() * shape.width(), 2);
        float[] y = new float[BATCH * shape.outputs() * shape.outHeight() * shape.outWidth()];
        Conv2d conv = new Conv2d(shape, BATCH, weights, bias);
        conv.load(parameters);
        conv.forward(x, y);

        // Sums of at most 54 products of standard normals: float rounding stays far below 1e-4.
        assertThat(y).containsExactly(plain(shape, parameters, weights, bias, x), within(1e-4f));
    }

    @ParameterizedTest
    @MethodSource("shapes")
    void gradientsAgreeWithSameDiff(Conv2d.Shape shape) {
        Slice weights = shape.reserveWeights(layout, "w");
        Slice bias = layout.reserve("b", shape.outputs());
        float[] parameters = Numbers.normal(layout.length(), 1);
        float[] x = Numbers.normal(BATCH * shape.inputs() * shape.height() * shape.width(), 2);
        float[] outGradient = Numbers.normal(BATCH * shape.outputs() * shape.outHeight() * shape.outWidth(), 3);
        Conv2d conv = new Conv2d(shape, BATCH, weights, bias);
        conv.load(parameters);
        conv.forward(x, new float[outGradient.length]);
        float[] inGradient = new float[x.length];
        float[] gradients = new float[layout.length()];
        conv.backward(outGradient, inGradient, gradients);

        SameDiff graph = SameDiff.create();
        SDVariable sx = graph.var("x", tensor(x, 0, BATCH, shape.inputs(), shape.height(), shape.width()));
        // SameDiff keeps weights as [kernel, kernel, in, out]
        SDVariable sw = graph.var(
                "w",
                tensor(parameters, weights.offset(), weights.shape())
                        .permute(2, 3, 1, 0)
                        .dup());
        SDVariable sb = graph.var("b", tensor(parameters, bias.offset(), bias.shape()));
        SDVariable weightOfOut = graph.constant(
                "g", tensor(outGradient, 0, BATCH, shape.outputs(), shape.outHeight(), shape.outWidth()));
        Conv2DConfig config = Conv2DConfig.builder()
                .kH(shape.kernel())
                .kW(shape.kernel())
                .sH(shape.downStride())
                .sW(shape.rightStride())
                .pH(shape.padding())
                .pW(shape.padding())
                .paddingMode(PaddingMode.VALID)
                .build();
        SDVariable loss =
                graph.cnn().conv2d(sx, sw, sb, config).mul(weightOfOut).sum();
        loss.markAsLoss();
        Map<String, INDArray> oracle = graph.calculateGradients(Map.of(), "x", "w", "b");

        assertThat(inGradient).containsExactly(floats(oracle.get("x")), within(1e-3f));
        float[] wGradient = floats(oracle.get("w").permute(3, 2, 0, 1));
        assertThat(slice(gradients, weights)).containsExactly(wGradient, within(1e-3f));
        assertThat(slice(gradients, bias)).containsExactly(floats(oracle.get("b")), within(1e-3f));
    }

    static Stream<Conv2d.Shape> squares() {
        return shapes().filter(shape -> shape.height() == shape.width());
    }

    @ParameterizedTest
    @MethodSource("squares")
    void inputGradientAloneIsTheSameAsWithTheWeights(Conv2d.Shape shape) {
        Slice weights = shape.reserveWeights(layout, "w");
        float[] parameters = Numbers.normal(layout.length(), 1);
        float[] outGradient = Numbers.normal(BATCH * shape.outputs() * shape.outHeight() * shape.outWidth(), 3);
        int inLength = BATCH * shape.inputs() * shape.height() * shape.width();
        Conv2d conv = new Conv2d(shape, BATCH, weights, null);
        conv.load(parameters);
        conv.forward(new float[inLength], new float[outGradient.length]);
        float[] expected = new float[inLength];
        conv.backward(outGradient, expected, null);

        InputGradient alone = new InputGradient(shape, BATCH, weights);
        alone.load(parameters);
        float[] actual = new float[inLength];
        alone.run(outGradient, actual);

        assertThat(actual).containsExactly(expected, within(1e-4f));
    }

    private static float[] plain(Conv2d.Shape s, float[] parameters, Slice weights, Slice bias, float[] x) {
        float[] y = new float[BATCH * s.outputs() * s.outHeight() * s.outWidth()];
        int at = 0;
        for (int n = 0; n < BATCH; n++) {
            for (int o = 0; o < s.outputs(); o++) {
                for (int h = 0; h < s.outHeight(); h++) {
                    for (int w = 0; w < s.outWidth(); w++) {
                        double sum = parameters[bias.offset() + o];
                        for (int i = 0; i < s.inputs(); i++) {
                            for (int kh = 0; kh < s.kernel(); kh++) {
                                for (int kw = 0; kw < s.kernel(); kw++) {
                                    int row = h * s.downStride() + kh - s.padding();
                                    int column = w * s.rightStride() + kw - s.padding();
                                    if (row >= 0 && row < s.height() && column >= 0 && column < s.width()) {
                                        int weight = ((o * s.inputs() + i) * s.kernel() + kh) * s.kernel() + kw;
                                        int pixel = ((n * s.inputs() + i) * s.height() + row) * s.width() + column;
                                        sum += (double) parameters[weights.offset() + weight] * x[pixel];
                                    }
                                }
                            }
                        }
                        y[at++] = (float) sum;
                    }
                }
            }
        }
        return y;
    }

    static INDArray tensor(float[] values, int offset, int... shape) {
        long[] extents = new long[shape.length];
        int length = 1;
        for (int i = 0; i < shape.length; i++) {
            extents[i] = shape[i];
            length *= shape[i];
        }
        return Nd4j.createFromArray(java.util.Arrays.copyOfRange(values, offset, offset + length))
                .reshape('c', extents);
    }

    static float[] floats(INDArray array) {
        return array.dup('c').data().asFloat();
    }

    static float[] slice(float[] values, Slice slice) {
        return java.util.Arrays.copyOfRange(values, slice.offset(), slice.end());
    }
}
