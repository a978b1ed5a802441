package io.inkstream.modelserver.compositing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.FloatRange;
import org.junit.jupiter.api.Test;

class NibTest {
    private static final int WIDTH = 60;
    private static final int HEIGHT = 40;

    /** Looks at every segment from every pixel in double precision; a float's distance to 60 pixels errs by 1e-5. */
    @Property(tries = 200)
    void theFastPenDrawsWhatTheSlowOneDraws(@ForAll long seed, @ForAll @FloatRange(min = .3f, max = 9) float radius) {
        Strokes strokes = randomStrokes(new Random(seed));
        Nib nib = new Nib();
        nib.trace(strokes, 1, 0, 0, radius + .5f, WIDTH, HEIGHT);
        float[][] lines = strokes.lines().toArray(float[][]::new);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                double expected = Math.max(0, Math.min(1, .5 + radius - Inks.distance(x + .5, y + .5, lines)));
                int row = y - nib.top();
                int column = x - nib.left();
                boolean covered = row >= 0 && column >= 0 && row < nib.height() && column < nib.width();
                float actual = covered ? nib.coverage(row, column, radius, 1) : 0;
                assertThat((double) actual).isCloseTo(expected, within(2e-4));
            }
        }
    }

    @Test
    void aBlankGlyphCoversNothing() {
        Nib nib = new Nib();
        nib.trace(new Strokes(List.of(new float[] {5, 5})), 1, 0, 0, 3, WIDTH, HEIGHT);
        nib.trace(new Strokes(List.of()), 1, 0, 0, 3, WIDTH, HEIGHT);
        assertThat(nib.width() * nib.height()).isZero();
    }

    @Test
    void strokesOffTheCanvasAreClippedNotWrapped() {
        Nib nib = new Nib();
        nib.trace(new Strokes(List.of(new float[] {-30, -20, -25, -20, 100, 90})), 1, 0, 0, 3, WIDTH, HEIGHT);
        assertThat(nib.left()).isGreaterThanOrEqualTo(0);
        assertThat(nib.left() + nib.width()).isLessThanOrEqualTo(WIDTH);
        assertThat(nib.top() + nib.height()).isLessThanOrEqualTo(HEIGHT);
    }

    private static Strokes randomStrokes(Random random) {
        List<float[]> lines = new ArrayList<>();
        for (int i = 0; i < 1 + random.nextInt(4); i++) {
            float[] line = new float[2 + 2 * random.nextInt(6)];
            for (int k = 0; k < line.length; k += 2) {
                line[k] = random.nextFloat() * (WIDTH + 10) - 5;
                line[k + 1] = random.nextFloat() * (HEIGHT + 10) - 5;
            }
            lines.add(line);
        }
        return new Strokes(lines);
    }
}
