package io.inkstream.schemas.reading;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class LineViewTest {
    /** A zigzag of a given size and tilt. */
    private static float[][] zigzag(double scale, double tilt) {
        int width = (int) (300 * scale) + 40;
        int height = (int) (80 * scale + 300 * scale * Math.abs(tilt)) + 40;
        float[][] ink = new float[height][width];
        for (int i = 0; i < 60_000; i++) {
            double along = i / 60_000.0;
            double x = 300 * along;
            double y = 20 * (Math.abs((x / 15) % 2 - 1)) + tilt * x;
            int column = (int) (20 + x * scale);
            int row = (int) (20 + (y + (tilt < 0 ? -300 * tilt : 0)) * scale);
            for (int dy = 0; dy < Math.max(1, 2 * scale); dy++) {
                for (int dx = 0; dx < Math.max(1, 2 * scale); dx++) {
                    ink[row + dy][column + dx] = 1;
                }
            }
        }
        return ink;
    }

    private static double difference(LineView a, LineView b) {
        int columns = Math.min(a.width(), b.width());
        double sum = 0;
        double ink = 0;
        for (int row = 0; row < LineView.HEIGHT; row++) {
            for (int column = 0; column < columns; column++) {
                int one = a.ink()[row * a.width() + column] & 0xff;
                int other = b.ink()[row * b.width() + column] & 0xff;
                sum += Math.abs(one - other);
                ink += one + other;
            }
        }
        return sum / ink;
    }

    @Test
    void aLineLooksTheSameWhateverItsSizeAndTilt() {
        LineView plain = LineView.of(zigzag(2, 0)).orElseThrow();

        assertThat(plain.width()).isBetween(250, 700);
        for (double scale : new double[] {1, 3.5, 8}) {
            LineView other = LineView.of(zigzag(scale, 0)).orElseThrow();
            assertThat(other.width()).isCloseTo(plain.width(), org.assertj.core.api.Assertions.withinPercentage(3));
            assertThat(difference(plain, other)).as("size " + scale).isLessThan(.45);
        }
        LineView tilted = LineView.of(zigzag(2, .1)).orElseThrow();
        assertThat(tilted.width()).isCloseTo(plain.width(), org.assertj.core.api.Assertions.withinPercentage(5));
        assertThat(LineView.of(zigzag(2, 0)).orElseThrow().ink()).isEqualTo(plain.ink());
    }

    @Test
    void whatIsNoLineHasNoView() {
        assertThat(LineView.of(new float[50][200])).isEmpty();
        assertThat(LineView.of(new float[0][0])).isEmpty();
        float[][] endless = new float[20][40_000];
        java.util.Arrays.fill(endless[9], 1);
        java.util.Arrays.fill(endless[14], 1);
        assertThat(LineView.of(endless)).as("longer than any network").isEmpty();
        assertThatThrownBy(() -> new LineView(20, new byte[5])).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aNetworkGetsTheMeanOfFourPixelsAndPaperBeyond() {
        byte[] ink = new byte[LineView.HEIGHT * 16];
        ink[0] = (byte) 255;
        ink[17] = (byte) 255;
        LineView view = new LineView(16, ink);
        assertThat(view.columns()).isEqualTo(12);
        assertThat(LineView.padded(12)).isEqualTo(64);
        assertThat(LineView.padded(64)).isEqualTo(64);
        float[] picture = new float[LineView.NETWORK_HEIGHT * 64];

        view.shrink(picture, 0, 64);

        assertThat(picture[1]).isEqualTo(.5f);
        picture[1] = 0;
        assertThat(picture).containsOnly(0f);
    }

    @Test
    void theBestPathLeavesOutBlanksAndRepetitions() {
        List<String> characters = List.of("a", "b", "é");
        int[] path = {0, 1, 1, 0, 1, 3, 3, 2, 0, 2};
        float[] logits = new float[path.length * 4];
        for (int t = 0; t < path.length; t++) {
            logits[t * 4 + path[t]] = 1;
        }

        assertThat(BestPath.text(logits, path.length, characters)).isEqualTo("aaébb");
        assertThat(BestPath.text(logits, 3, characters)).isEqualTo("a");
        assertThat(BestPath.text(logits, 0, characters)).isEmpty();
    }

    @Test
    void editsAreCounted() {
        assertThat(EditDistance.between(
                        List.of("k", "i", "t", "t", "e", "n"), List.of("s", "i", "t", "t", "i", "n", "g")))
                .isEqualTo(3);
        assertThat(EditDistance.between(List.of(), List.of("a", "b"))).isEqualTo(2);
        assertThat(EditDistance.between(List.of("a", "b"), List.of())).isEqualTo(2);
        assertThat(EditDistance.between(List.of("a"), List.of("a"))).isZero();
    }
}
