package io.inkstream.modelserver.compositing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class CentreLineTracerTest {
    private final CentreLineTracer tracer = new CentreLineTracer(Inks.SIDE);

    private Strokes trace(float level, int pieces, float[]... lines) {
        tracer.load(Inks.of(lines));
        return tracer.trace(level, pieces);
    }

    @Test
    void theTraceOfAStraightStrokeFollowsItsPathInAFewPoints() {
        float[] path = {6, 5, 20, 22};
        Strokes strokes = trace(.5f, 1, path);
        assertThat(strokes.lines()).hasSize(1);
        float[] line = strokes.lines().get(0);
        assertThat(line.length / 2).isLessThanOrEqualTo(12);
        for (int i = 0; i < line.length; i += 2) {
            boolean isEnd = i == 0 || i == line.length - 2;
            // An end stays in the middle of the pixel that thinning left, half of whose diagonal is this.
            assertThat(Inks.distance(line[i], line[i + 1], path)).isLessThan(isEnd ? .36 : .25);
        }
        float[] box = strokes.bounds();
        assertThat(box[1]).isCloseTo(5, within(1.2f)); // thinning takes about half a pen off the ends
        assertThat(box[3]).isCloseTo(22, within(1.2f));
    }

    @Test
    void aRingIsOneClosedStrokeThatKeepsItsRadius() {
        Strokes strokes = trace(.5f, 1, Inks.ring(14, 14, 7));
        assertThat(strokes.lines()).hasSize(1);
        float[] line = strokes.lines().get(0);
        assertThat(line[0]).isEqualTo(line[line.length - 2]);
        assertThat(line[1]).isEqualTo(line[line.length - 1]);
        for (int i = 0; i < line.length; i += 2) {
            assertThat(Math.hypot(line[i] - 14, line[i + 1] - 14)).isCloseTo(7, within(.5));
        }
    }

    @Test
    void aCrossIsFourStrokesFromOneCrossing() {
        Strokes strokes = trace(.5f, 1, new float[] {5, 14, 23, 14.2f}, new float[] {14, 5, 14.3f, 23});
        assertThat(strokes.lines().size()).isBetween(4, 5); // thinning may split a crossing into two near ones
    }

    @Test
    void aDotIsAtLeastOnePointWhereItWas() {
        Strokes strokes = trace(.5f, 1, new float[] {14, 20});
        assertThat(strokes.lines()).hasSize(1);
        float[] box = strokes.bounds();
        assertThat((box[0] + box[2]) / 2).isCloseTo(14, within(.5f));
        assertThat((box[1] + box[3]) / 2).isCloseTo(20, within(.5f));
    }

    @Test
    void blankPaperHasNoStrokes() {
        tracer.load(new float[Inks.SIDE * Inks.SIDE]);
        assertThat(tracer.trace(.5f, 1).isEmpty()).isTrue();
    }

    @Test
    void aFaintGlyphIsTracedAtItsOwnDarkness() {
        float[] ink = Inks.of(new float[] {6, 14, 22, 14});
        for (int i = 0; i < ink.length; i++) {
            ink[i] *= .3f;
        }
        tracer.load(ink);
        assertThat(tracer.trace(.5f, 1).bounds()[2]).isGreaterThan(18);
    }

    @Test
    void specksBeyondTheExpectedPiecesAreDroppedAndRealPiecesStay() {
        float[] stem = {14, 4, 14, 24};
        float[] speck = {22, 12};
        float[] stroke = {21, 6, 23, 22};
        assertThat(trace(.5f, 1, stem, speck).lines()).hasSize(1);
        assertThat(trace(.5f, 2, stem, speck).lines()).hasSize(2);
        assertThat(trace(.5f, -1, stem, speck).lines()).hasSize(2);
        assertThat(trace(.5f, 1, stem, stroke).lines()).hasSize(2);
    }

    @Test
    void aCornerOfFatInkIsNoStroke() {
        float[] ink = new float[Inks.SIDE * Inks.SIDE];
        for (int y = 10; y < 15; y++) {
            for (int x = 4; x < 24; x++) {
                ink[y * Inks.SIDE + x] = 1;
            }
        }
        tracer.load(ink);
        float[] box = tracer.trace(.5f, 1).bounds();
        assertThat(box[3] - box[1]).isLessThan(3.5f);
    }

    @Test
    void aGlyphOfAnotherSizeIsRefused() {
        assertThatThrownBy(() -> tracer.load(new float[27 * 28]))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("784");
    }

    /** Zhang and Suen's thinning, tried first, ate one diagonal stroke in thirty. */
    @Property(tries = 500)
    void noStrokeOfAnyDirectionAndWidthIsEatenByThinning(@ForAll long seed) {
        Random random = new Random(seed);
        double angle = Math.PI * (random.nextBoolean() ? .25 + .02 * random.nextGaussian() : random.nextDouble());
        double half = 2 + 7 * random.nextDouble();
        float dx = (float) (half * Math.cos(angle));
        float dy = (float) (half * Math.sin(angle));
        float x = 14 + random.nextFloat();
        float[] ink = new float[Inks.SIDE * Inks.SIDE];
        double radius = .6 + 1.5 * random.nextDouble();
        for (int p = 0; p < ink.length; p++) {
            int row = p / Inks.SIDE;
            double distance =
                    Inks.distance(p % Inks.SIDE + .5, row + .5, new float[] {x - dx, 14 - dy, x + dx, 14 + dy});
            ink[p] = (float) Math.max(0, Math.min(1, .5 + (radius - distance) / 1.6));
        }
        tracer.load(ink);
        Strokes strokes = tracer.trace(.5f, 1);
        assertThat(strokes.isEmpty()).isFalse();
        float[] box = strokes.bounds();
        // The pen at both ends, and a pixel of those that are traced: of 700,000 strokes the worst lost 2.64.
        assertThat(Math.hypot(box[2] - box[0], box[3] - box[1]))
                .isGreaterThan(2 * half - 2.2 - 1.0 / CentreLineTracer.SCALE);
    }

    @Property(tries = 300)
    void anyInkGivesFinitePointsOnTheGlyphAndTheSameAgain(@ForAll long seed) {
        Random random = new Random(seed);
        float[] ink = new float[Inks.SIDE * Inks.SIDE];
        float density = random.nextFloat();
        for (int i = 0; i < ink.length; i++) {
            ink[i] = random.nextFloat() < density ? random.nextFloat() : 0;
        }
        tracer.load(ink);
        for (float level : new float[] {.05f, .35f, .5f, .8f}) {
            Strokes strokes = tracer.trace(level, random.nextInt(4) - 1);
            for (float[] line : strokes.lines()) {
                assertThat(line.length).isGreaterThanOrEqualTo(2).matches(n -> n % 2 == 0);
                for (float coordinate : line) {
                    assertThat(coordinate).isBetween(-2f, Inks.SIDE + 2f);
                }
            }
        }
        Strokes once = tracer.trace(.5f, -1);
        CentreLineTracer fresh = new CentreLineTracer(Inks.SIDE);
        fresh.load(ink);
        Strokes again = fresh.trace(.5f, -1);
        assertThat(again.lines().size()).isEqualTo(once.lines().size());
        for (int i = 0; i < once.lines().size(); i++) {
            assertThat(again.lines().get(i)).containsExactly(once.lines().get(i));
        }
    }
}
