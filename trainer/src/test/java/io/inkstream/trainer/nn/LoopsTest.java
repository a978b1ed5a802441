package io.inkstream.trainer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class LoopsTest {
    @Test
    void sumsAndProductsOfEveryLengthAreRight() {
        float[] a = Numbers.normal(100, 1);
        float[] b = Numbers.normal(100, 2);
        for (int length = 0; length < 40; length++) {
            double sum = 0;
            double product = 0;
            for (int i = 0; i < length; i++) {
                sum += a[5 + i];
                product += (double) a[5 + i] * b[9 + i];
            }
            assertThat((double) Loops.sum(a, 5, length)).isCloseTo(sum, within(1e-4));
            assertThat((double) Loops.dot(a, 5, b, 9, length)).isCloseTo(product, within(1e-4));
        }
    }

    @Test
    void rectifiedOutputsPassTheirGradientAndZerosStopIt() {
        float[] gradient = {5, -6, 7, -8};
        Loops.reluBackward(new float[] {0, 1e-20f, 3, 0}, gradient, 0, 4);

        assertThat(gradient).containsExactly(0f, -6f, 7f, -0f);
    }

    @Test
    void leakyOutputsPassAFifthWhereNegative() {
        float[] x = {-5, 0, 10};
        Loops.leakyRelu(x, 3);
        float[] gradient = {1, 1, 1};
        Loops.leakyReluBackward(x, gradient, 3);

        assertThat(x).containsExactly(-1, 0, 10);
        assertThat(gradient).containsExactly(0.2f, 0.2f, 1f);
    }
}
