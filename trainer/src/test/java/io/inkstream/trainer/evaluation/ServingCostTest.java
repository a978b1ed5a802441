package io.inkstream.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.trainer.export.OnnxExport;
import io.inkstream.trainer.gan.Generator;
import io.inkstream.trainer.gan.GeneratorShape;
import io.inkstream.trainer.nn.Streams;
import java.util.OptionalDouble;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ServingCostTest {
    private static final GeneratorShape SHAPE = GeneratorShape.standard(94);

    private final byte[] onnx = OnnxExport.generator(Generator.untrained(SHAPE, Streams.named(1, "generator")));

    @Test
    void weightsAndArithmeticAreThoseOfTheShape() {
        ServingCost cost = ServingCost.counted(onnx, SHAPE.style(), SHAPE.noise());

        assertThat(cost.parameters()).isBetween(820_000L, 840_000L);
        // Multiply-adds by hand: dense 144 x 4704, modulation 80 x 328, convolutions, the last over cells of four
        // pixels.
        double multiplications =
                144 * 4704 + 80 * 328 + 49 * 9 * 96 * 112 + 196 * 9 * 28 * 28 + 196 * 9 * 28 * 48 + 196 * 9 * 48 * 4;
        assertThat(cost.mflop()).isCloseTo(2 * multiplications / 1e6, within(1e-6));
        assertThat(cost.glyphsPerSecond()).isEmpty();
    }

    @Test
    void speedIsGlyphsByProcessorTime() {
        AtomicLong nanos = new AtomicLong();

        ServingCost cost = ServingCost.measured(onnx, SHAPE.style(), SHAPE.noise(), () -> nanos.addAndGet(100_000_000));

        // Twelve batches of 16 between two looks at a clock that goes a tenth of a second at each.
        assertThat(cost.glyphsPerSecond()).isEqualTo(OptionalDouble.of(1920));
    }

    @Test
    void whatIsNoNetworkOrAnotherIsRefused() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServingCost.counted(new byte[] {1, 2, 3}, 32, 64))
                .withMessageContaining("generator");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> ServingCost.counted(onnx, SHAPE.style() + 1, SHAPE.noise()))
                .withMessageContaining("does not draw");
    }
}
