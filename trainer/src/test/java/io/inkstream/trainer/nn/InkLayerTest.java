package io.inkstream.trainer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class InkLayerTest {
    private static final int BATCH = 3;
    private static final int CHANNELS = 5;
    private static final int SIDE = 9;

    private final Layout layout = new Layout();
    private final Conv2d.Shape shape = Conv2d.Shape.same3x3(CHANNELS, 1, SIDE);
    private final Slice weights = shape.reserveWeights(layout, "w");
    private final Slice bias = layout.reserve("b", 1);
    private final float[] parameters = Numbers.normal(layout.length(), 1);
    private final float[] x = Numbers.normal(BATCH * CHANNELS * SIDE * SIDE, 2);
    private final InkLayer layer = new InkLayer(CHANNELS, BATCH, SIDE, weights, bias);

    @Test
    void inkIsTheSquashedConvolution() {
        Conv2d conv = new Conv2d(shape, BATCH, weights, bias);
        conv.load(parameters);
        float[] expected = new float[BATCH * SIDE * SIDE];
        conv.forward(x, expected);
        for (int i = 0; i < expected.length; i++) {
            expected[i] = (float) ((Math.tanh(expected[i]) + 1) / 2);
        }
        float[] ink = new float[expected.length];
        layer.load(parameters);
        layer.forward(x, ink);

        assertThat(ink).containsExactly(expected, within(1e-5f));
    }

    @Test
    void gradientsAgreeWithNumericOnes() {
        float[] weightOfInk = Numbers.normal(BATCH * SIDE * SIDE, 3);
        float[] ink = new float[weightOfInk.length];
        layer.load(parameters);
        layer.forward(x, ink);
        float[] inGradient = new float[x.length];
        float[] gradients = new float[layout.length()];
        layer.backward(weightOfInk.clone(), inGradient, gradients);

        float[] along = Numbers.normal(x.length, 4);
        double ofInput = Numbers.derivative(v -> loss(parameters, v, weightOfInk), x, along, 1e-3);
        assertThat(Numbers.dot(along, inGradient)).isCloseTo(ofInput, within(1e-2 * Math.max(1, Math.abs(ofInput))));
        float[] alongParameters = Numbers.normal(parameters.length, 5);
        double ofParameters = Numbers.derivative(v -> loss(v, x, weightOfInk), parameters, alongParameters, 1e-3);
        assertThat(Numbers.dot(alongParameters, gradients))
                .isCloseTo(ofParameters, within(1e-2 * Math.max(1, Math.abs(ofParameters))));
    }

    private double loss(float[] withParameters, float[] of, float[] weightOfInk) {
        float[] ink = new float[weightOfInk.length];
        layer.load(withParameters);
        layer.forward(of, ink);
        return Numbers.dot(ink, weightOfInk);
    }
}
