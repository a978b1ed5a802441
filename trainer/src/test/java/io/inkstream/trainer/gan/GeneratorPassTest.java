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

class GeneratorPassTest {
    private static final GeneratorShape SHAPE = new GeneratorShape(4, 3, 5, 4, 8, 6, 5);
    private static final int BATCH = 12;

    private final Generator generator = Generator.untrained(SHAPE, Streams.named(1, "generator"));
    private final GeneratorPass pass = new GeneratorPass(SHAPE, BATCH);
    private final float[] style = Numbers.normal(BATCH * SHAPE.style(), 2);
    private final float[] noise = Numbers.normal(BATCH * SHAPE.noise(), 3);
    private final int[] classes = IntStream.range(0, BATCH).map(i -> i % 4).toArray();
    private final float[] weightOfInk = Numbers.normal(BATCH * 784, 4);

    static Stream<Slice> slices() {
        return new GeneratorShape.Places(SHAPE).parameters.slices().stream();
    }

    @ParameterizedTest
    @MethodSource("slices")
    void gradientOfEachParameterAgreesWithNumericOnes(Slice slice) {
        // Biases away from 0, where they start, so that nothing cancels by chance.
        float[] start = generator.parameters();
        float[] moved = Numbers.normal(start.length, 5);
        for (int i = 0; i < start.length; i++) {
            start[i] += 0.02f * moved[i];
        }
        float[] gradients = new float[start.length];
        pass.drawTraining(generator, style, noise, classes, new float[generator.statistics().length]);
        pass.backward(weightOfInk, gradients);

        // Along the gradient itself the derivative is largest, and rounding and kinks matter least. The bias before a
        // batch norm has none but rounding: hence the absolute part.
        float[] along = new float[start.length];
        System.arraycopy(gradients, slice.offset(), along, slice.offset(), slice.length());
        double norm = Math.sqrt(Numbers.dot(along, along)) + 1e-9;
        double numeric = Numbers.derivative(this::loss, start, along, 2e-3 / norm);

        assertThat(norm * norm).isCloseTo(numeric, within(0.05 * norm * norm + 0.1 * norm));
    }

    @Test
    void aGlyphInServingDependsOnNothingButItsOwnInputs() {
        float[] first = pass.draw(generator, style, noise, classes).clone();
        float[] otherStyle = style.clone();
        for (int i = SHAPE.style(); i < otherStyle.length; i++) {
            otherStyle[i] = -otherStyle[i];
        }
        float[] second = pass.draw(generator, otherStyle, noise, classes);

        assertThat(java.util.Arrays.copyOf(second, 784)).containsExactly(java.util.Arrays.copyOf(first, 784));
        assertThat(java.util.Arrays.copyOfRange(second, 784, 2 * 784))
                .isNotEqualTo(java.util.Arrays.copyOfRange(first, 784, 2 * 784));
    }

    private double loss(float[] parameters) {
        Generator other = new Generator(SHAPE, parameters, generator.statistics());
        float[] ink = pass.drawTraining(other, style, noise, classes, new float[generator.statistics().length]);
        return Numbers.dot(ink, weightOfInk);
    }
}
