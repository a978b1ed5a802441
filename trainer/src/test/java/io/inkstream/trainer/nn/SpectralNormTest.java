package io.inkstream.trainer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.apache.commons.math3.linear.Array2DRowRealMatrix;
import org.apache.commons.math3.linear.SingularValueDecomposition;
import org.junit.jupiter.api.Test;

class SpectralNormTest {
    private final Layout layout = new Layout();
    private final Slice bias = layout.reserve("bias", 4);
    private final Slice matrix = layout.reserve("matrix", 6, 3, 3);
    private final float[] parameters = Numbers.normal(layout.length(), 1);
    private final SpectralNorm norm = new SpectralNorm(Streams.named(1, "norm"), matrix);
    private final float[] normalised = new float[parameters.length];

    @Test
    void theLargestSingularValueBecomesOneAndTheRestStays() {
        converge(parameters);
        double[][] rows = new double[6][9];
        for (int r = 0; r < 6; r++) {
            for (int c = 0; c < 9; c++) {
                rows[r][c] = normalised[matrix.offset() + r * 9 + c];
            }
        }
        SingularValueDecomposition values = new SingularValueDecomposition(new Array2DRowRealMatrix(rows));

        assertThat(values.getNorm()).isCloseTo(1, within(1e-4));
        assertThat(Conv2dTest.slice(normalised, bias)).containsExactly(Conv2dTest.slice(parameters, bias));
    }

    @Test
    void gradientsAgreeWithNumericOnes() {
        float[] weight = Numbers.normal(parameters.length, 2);
        float[] along = Numbers.normal(parameters.length, 3);
        double numeric = Numbers.derivative(
                p -> {
                    converge(p);
                    return Numbers.dot(normalised, weight);
                },
                parameters,
                along,
                1e-3);
        converge(parameters);
        float[] gradients = weight.clone();
        norm.backward(normalised, gradients);

        assertThat(Numbers.dot(gradients, along)).isCloseTo(numeric, within(1e-2));
    }

    private void converge(float[] of) {
        for (int i = 0; i < 200; i++) {
            norm.apply(of, normalised);
        }
    }
}
