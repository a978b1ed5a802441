package io.inkstream.modelserver.compositing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.hand.HandTraits;
import org.junit.jupiter.api.Test;

class PenGlyphTest {
    private static final ClassSpec RING = spec(.93, .84, 0, 1, 1);
    private static final ClassSpec TAILED = spec(2, 1, -1, 1, 0);

    private final GlyphTracer tracer = new GlyphTracer(Inks.SIDE);

    private static ClassSpec spec(double height, double width, double bottom, int pieces, int holes) {
        return new ClassSpec("x", height, width, bottom, .2, .3, 0, .6, .12, .55, 1, pieces, holes, "x");
    }

    private GlyphTracer.Trace trace(ClassSpec spec, float[]... lines) {
        tracer.load(Inks.of(lines));
        return tracer.trace(.5f, spec);
    }

    @Test
    void aFormHasTheSizeOfItsClassWhateverTheDrawings() {
        float[] small = PenGlyph.fit(trace(RING, Inks.ring(14, 14, 4)), RING, HandTraits.even(0, .13, .2, 1))
                .strokes()
                .bounds();
        float[] large = PenGlyph.fit(trace(RING, Inks.ring(14, 14, 10)), RING, HandTraits.even(0, .13, .2, 1))
                .strokes()
                .bounds();
        for (float[] box : new float[][] {small, large}) {
            assertThat(box[3]).as("stands on the baseline").isCloseTo(0, within(1e-5f));
            assertThat(box[3] - box[1]).isCloseTo(.9f, within(.06f));
        }
    }

    @Test
    void aTailThatIsTooShortLeavesTheXHeightWhereItIs() {
        float[] wide = PenGlyph.fit(
                        trace(TAILED, new float[] {4, 8, 24, 8}, new float[] {14, 8, 14, 22}),
                        TAILED,
                        HandTraits.even(0, .13, .2, 1))
                .strokes()
                .bounds();
        assertThat(wide[1]).isCloseTo(-1, within(1e-5f));
        assertThat(wide[3]).isLessThan(1);
    }

    @Test
    void anUprightDrawingLeansAsTheHandDoes() {
        PenGlyph form =
                PenGlyph.fit(trace(TAILED, new float[] {14, 4, 14, 24}), TAILED, HandTraits.even(.3, .13, .2, 1));
        float[] line = form.strokes().lines().get(0);
        float dx = line[0] - line[line.length - 2];
        float dy = line[line.length - 1] - line[1];
        assertThat(dx / dy).isCloseTo(.3f, within(.03f));
    }
}
