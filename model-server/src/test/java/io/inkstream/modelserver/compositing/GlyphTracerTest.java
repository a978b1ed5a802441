package io.inkstream.modelserver.compositing;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.bundle.ClassSpec;
import org.junit.jupiter.api.Test;

class GlyphTracerTest {
    private static final float[] STEM = {14, 12, 14, 24};
    private static final float[] DOT_ABOVE = {14, 5};
    private static final float[] DOT_BELOW = {14, 23};
    private static final float[] DOT_BESIDE = {6, 20};

    private static int faults(String character, float[]... lines) {
        ClassSpec spec = new ClassSpec(character, 1, .3, 0, .2, .3, 0, 1, .12, .55, 1, 2, 0, character);
        GlyphTracer tracer = new GlyphTracer(Inks.SIDE);
        tracer.load(Inks.of(lines));
        return tracer.trace(.5f, spec).faults(spec);
    }

    @Test
    void aDotOutOfItsPlaceIsWorseThanNone() {
        assertThat(faults("i", STEM, DOT_ABOVE)).isZero();
        assertThat(faults("i", STEM, DOT_BESIDE)).isEqualTo(2);
        assertThat(faults("i", STEM)).isEqualTo(1);
        assertThat(faults("i", new float[] {14, 4, 14, 16}, DOT_BELOW)).isEqualTo(2);
        assertThat(faults("!", new float[] {14, 4, 14, 16}, DOT_BELOW)).isZero();
        assertThat(faults("!", STEM, DOT_ABOVE)).isEqualTo(2);
        assertThat(faults(":", DOT_ABOVE, DOT_BELOW)).isZero();
        assertThat(faults(":", DOT_BESIDE, new float[] {20, 20})).isEqualTo(2);
    }

    @Test
    void countsThatAreWrongAreFaults() {
        assertThat(faults("x", STEM, DOT_ABOVE)).isZero();
        assertThat(faults("x", STEM)).isEqualTo(1);
        assertThat(faults("x", Inks.ring(14, 14, 8))).isEqualTo(2);
    }
}
