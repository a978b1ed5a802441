package io.inkstream.trainer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PoolingTest {
    @Test
    void maxPoolTakesTheLargestOfEachWindow() {
        float[] x = {1, 2, 0, 0, 3, 0, 0, 5, 9, 0, 1, 1, 0, 0, 1, 0};
        float[] y = new float[4];
        MaxPool2.forward(x, y, 1, 4);

        assertThat(y).containsExactly(3, 5, 9, 1);
    }

    @Test
    void maxPoolSendsTheGradientToTheLargest() {
        float[] x = {1, 2, 0.5f, 0.25f, 3, 0, 0.125f, 5, 9, 0, 4, 1, 0, 0, 1, 0};
        float[] y = new float[4];
        MaxPool2.forward(x, y, 1, 4);
        float[] gradient = new float[16];
        MaxPool2.backward(x, y, new float[] {10, 20, 30, 40}, gradient, 1, 4);

        assertThat(gradient).containsExactly(0, 0, 0, 0, 10, 0, 0, 20, 30, 0, 40, 0, 0, 0, 0, 0);
    }

    @Test
    void averagePoolOfAnOddSideAveragesWhatIsThere() {
        float[] x = {1, 3, 10, 5, 7, 20, 2, 4, 8};
        float[] y = new float[4];
        AveragePool2.forward(x, 0, y, 0, 1, 3);

        assertThat(y).containsExactly(4, 15, 3, 8);
    }

    @ParameterizedTest
    @ValueSource(ints = {6, 7})
    void averagePoolBackwardIsTheAdjointOfForward(int side) {
        int half = AveragePool2.pooledSide(side);
        float[] x = Numbers.normal(3 * side * side, 1);
        float[] g = Numbers.normal(3 * half * half, 2);
        float[] y = new float[g.length];
        AveragePool2.forward(x, 0, y, 0, 3, side);
        float[] back = new float[x.length];
        AveragePool2.backward(g, 0, back, 0, 3, side);

        assertThat(Numbers.dot(x, back)).isCloseTo(Numbers.dot(y, g), within(1e-4));
    }

    @Test
    void pixelShuffleWeavesFourChannelsInReadingOrder() {
        float[] x = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
        float[] y = new float[16];
        PixelShuffle.forward(x, y, 1, 2);

        assertThat(y).containsExactly(1, 5, 2, 6, 9, 13, 10, 14, 3, 7, 4, 8, 11, 15, 12, 16);
    }

    @Test
    void pixelShuffleBackwardUndoesForward() {
        float[] x = Numbers.normal(3 * 4 * 5 * 5, 1);
        float[] y = new float[x.length];
        float[] back = new float[x.length];
        PixelShuffle.forward(x, y, 3, 5);
        PixelShuffle.backward(y, back, 3, 5);

        assertThat(back).containsExactly(x);
    }
}
