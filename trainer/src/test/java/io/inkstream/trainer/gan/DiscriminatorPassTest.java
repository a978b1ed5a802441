package io.inkstream.trainer.gan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.trainer.nn.Numbers;
import io.inkstream.trainer.nn.Slice;
import io.inkstream.trainer.nn.Streams;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class DiscriminatorPassTest {
    private static final DiscriminatorShape SHAPE = new DiscriminatorShape(4, 4, 6, 8, 10);
    private static final int BATCH = 8;

    private final Discriminator discriminator = new Discriminator(SHAPE, Streams.named(1, "discriminator"));
    private final DiscriminatorPass pass = new DiscriminatorPass(SHAPE, BATCH);
    private final float[] ink = Numbers.uniform(BATCH * 784, 2);
    private final int[] labels = IntStream.range(0, BATCH).map(i -> i % 4).toArray();
    private final float[] weightOfLogit = Numbers.normal(BATCH, 3);

    static Stream<Slice> slices() {
        return new DiscriminatorShape.Places(SHAPE).parameters.slices().stream();
    }

    @ParameterizedTest
    @MethodSource("slices")
    void gradientOfEachWeightAgreesWithNumericOnes(Slice slice) {
        float[] weights = discriminator.normalised().clone();
        float[] gradients = new float[weights.length];
        pass.judge(weights, ink, labels);
        pass.backwardToWeights(weightOfLogit, labels, gradients);
        // Along the gradient itself the derivative is largest, and rounding and kinks matter least.
        float[] along = new float[weights.length];
        System.arraycopy(gradients, slice.offset(), along, slice.offset(), slice.length());
        double norm = Math.sqrt(Numbers.dot(along, along));
        double numeric = Numbers.derivative(
                w -> Numbers.dot(pass.judge(w, ink, labels), weightOfLogit), weights, along, 2e-3 / norm);

        assertThat(norm * norm).isCloseTo(numeric, within(0.05 * norm * norm));
    }

    @Test
    void gradientOfTheInkAgreesWithNumericOnes() {
        float[] weights = discriminator.normalised();
        pass.judge(weights, ink, labels);
        float[] gradient = new float[ink.length];
        pass.backwardToInk(weightOfLogit, labels, gradient);
        double norm = Math.sqrt(Numbers.dot(gradient, gradient));
        double numeric = Numbers.derivative(
                x -> Numbers.dot(pass.judge(weights, x, labels), weightOfLogit), ink, gradient, 1e-2 / norm);

        assertThat(norm * norm).isCloseTo(numeric, within(0.05 * norm * norm));
    }
}
