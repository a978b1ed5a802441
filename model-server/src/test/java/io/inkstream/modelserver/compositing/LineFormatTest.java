package io.inkstream.modelserver.compositing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.hand.HandTraits;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class LineFormatTest {
    @ParameterizedTest
    @CsvSource({
        "0, 1024, 0.3, 16 to 256",
        "15, 1024, 0.3, 16 to 256",
        "10000, 1024, 0.3, 16 to 256",
        "-64, 1024, 0.3, 16 to 256",
        "64, 127, 0.3, 128 to 16384",
        "64, 16385, 0.3, 128 to 16384",
        "64, -1, 0.3, 128 to 16384",
        "16, 16385, 0.3, 32 to 16384",
        "64, 1024, 0.34, 0 to 1/3",
        "64, 1024, -0.01, 0 to 1/3",
        "64, 1024, NaN, 0 to 1/3",
    })
    void aCanvasThatCannotBeDrawnOnIsRefusedWithItsBounds(int height, int width, double overlap, String bounds) {
        assertThatThrownBy(() -> new LineFormat(height, width, overlap))
                .isInstanceOf(UndrawableLineException.class)
                .hasMessageContaining(bounds)
                .hasMessageContaining("got");
    }

    @ParameterizedTest
    @ValueSource(ints = {16, 17, 64, 160, 255, 256})
    void theBaselineIsTwoOfThreePointTwoXHeightsBelowTheTop(int height) {
        LineFormat format = new LineFormat(height, 4 * height, 1.0 / 3);
        assertThat(format.baselinePx() / format.xHeightPx()).isEqualTo(2.0);
    }

    @ParameterizedTest
    @ValueSource(doubles = {-2, Double.NaN, Double.POSITIVE_INFINITY})
    void aHandWithImpossibleTraitsIsRefused(double value) {
        assertThatThrownBy(() -> HandTraits.even(value, .13, .2, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HandTraits.even(0, value, .2, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HandTraits.even(0, .13, value, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> HandTraits.even(0, .13, .2, value)).isInstanceOf(IllegalArgumentException.class);
    }
}
