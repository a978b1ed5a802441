package io.inkstream.trainer.style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;

class GlyphShapeTest {
    private final PaintedHands painter = new PaintedHands();

    private GlyphShape shape(float lean, float thickness, float width, float roundness) {
        float[] ink = painter.draw(new float[] {lean, thickness, width, roundness, 0}, new float[1], new int[] {0});
        return GlyphShape.of(ink, 0);
    }

    @Test
    void anUprightRingDoesNotLean() {
        assertThat(shape(0, 0, 0, 0).slant()).isCloseTo(0, within(.01));
    }

    @Test
    void slantIsTheShear() {
        assertThat(shape(2, 0, 0, 0).slant()).isCloseTo(.3, within(.05));
        assertThat(shape(-2, 0, 0, 0).slant()).isCloseTo(-.3, within(.05));
    }

    @Test
    void thickerStrokesAreThicker() {
        assertThat(shape(0, 2, 0, 0).thickness())
                .isGreaterThan(shape(0, 0, 0, 0).thickness() + .1);
    }

    @Test
    void widthDoesNotDependOnSlant() {
        assertThat(shape(0, 0, 2, 0).width()).isGreaterThan(shape(0, 0, 0, 0).width() + .1);
        assertThat(shape(2, 0, 0, 0).width()).isCloseTo(shape(0, 0, 0, 0).width(), within(.03));
    }

    @Test
    void aRingIsRounderThanABox() {
        assertThat(shape(0, 0, 0, 0).roundness())
                .isGreaterThan(shape(0, 0, 0, -2).roundness() + .05);
    }

    @Test
    void aBlankImageHasNoShape() {
        assertThat(GlyphShape.of(new float[784], 0)).isEqualTo(new GlyphShape(0, 0, 0, 0));
    }
}
