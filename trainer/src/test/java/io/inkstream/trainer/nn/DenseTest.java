package io.inkstream.trainer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

class DenseTest {
    private static final int BATCH = 5;
    private static final int INPUTS = 7;
    private static final int OUTPUTS = 11;

    private final Layout layout = new Layout();
    private final Slice before = layout.reserve("something else", 3);
    private final Slice weights = layout.reserve("w", INPUTS, OUTPUTS);
    private final Slice bias = layout.reserve("b", OUTPUTS);

    @Test
    void outputsAndGradientsAgreeWithSameDiff() {
        float[] parameters = Numbers.normal(layout.length(), 1);
        float[] x = Numbers.normal(BATCH * INPUTS, 2);
        float[] outGradient = Numbers.normal(BATCH * OUTPUTS, 3);
        Dense dense = new Dense(BATCH, weights, bias);
        dense.load(parameters);
        float[] y = new float[BATCH * OUTPUTS];
        dense.forward(x, y);
        float[] inGradient = new float[x.length];
        float[] gradients = new float[layout.length()];
        dense.backward(outGradient, inGradient, gradients);

        SameDiff graph = SameDiff.create();
        SDVariable sx = graph.var("x", Conv2dTest.tensor(x, 0, BATCH, INPUTS));
        SDVariable sw = graph.var("w", Conv2dTest.tensor(parameters, weights.offset(), INPUTS, OUTPUTS));
        SDVariable sb = graph.var("b", Conv2dTest.tensor(parameters, bias.offset(), OUTPUTS));
        SDVariable sy = sx.mmul(sw).add("y", sb);
        sy.mul(graph.constant(Conv2dTest.tensor(outGradient, 0, BATCH, OUTPUTS)))
                .sum()
                .markAsLoss();
        Map<String, INDArray> oracle = graph.calculateGradients(Map.of(), "x", "w", "b");

        assertThat(y).containsExactly(Conv2dTest.floats(sy.eval()), within(1e-5f));
        assertThat(inGradient).containsExactly(Conv2dTest.floats(oracle.get("x")), within(1e-4f));
        assertThat(Conv2dTest.slice(gradients, weights))
                .containsExactly(Conv2dTest.floats(oracle.get("w")), within(1e-4f));
        assertThat(Conv2dTest.slice(gradients, bias))
                .containsExactly(Conv2dTest.floats(oracle.get("b")), within(1e-4f));
    }

    @Test
    void gradientsGoNowhereButToTheirOwnSlices() {
        Dense dense = new Dense(BATCH, weights, bias);
        dense.load(new float[layout.length()]);
        dense.forward(Numbers.normal(BATCH * INPUTS, 2), new float[BATCH * OUTPUTS]);
        float[] gradients = new float[layout.length()];
        java.util.Arrays.fill(gradients, 7f);
        dense.backward(Numbers.normal(BATCH * OUTPUTS, 3), null, gradients);

        assertThat(Conv2dTest.slice(gradients, before)).containsOnly(7f);
        assertThat(Conv2dTest.slice(gradients, bias)).doesNotContain(7f);
    }
}
