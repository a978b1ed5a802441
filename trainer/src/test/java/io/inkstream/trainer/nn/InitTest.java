package io.inkstream.trainer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class InitTest {
    @ParameterizedTest
    @CsvSource({"6, 20", "20, 6", "9, 9"})
    void theShorterSideOfAnOrthogonalMatrixIsOrthonormal(int rows, int columns) {
        Slice slice = new Slice("w", 0, rows, columns);
        float[] w = new float[rows * columns];
        Init.orthogonal(w, slice, rows, Streams.named(1, "test"));
        boolean byRow = rows <= columns;
        int vectors = Math.min(rows, columns);
        for (int a = 0; a < vectors; a++) {
            for (int b = 0; b < vectors; b++) {
                double dot = 0;
                for (int k = 0; k < Math.max(rows, columns); k++) {
                    float left = byRow ? w[a * columns + k] : w[k * columns + a];
                    float right = byRow ? w[b * columns + k] : w[k * columns + b];
                    dot += (double) left * right;
                }
                assertThat(dot).isCloseTo(a == b ? 1 : 0, within(1e-6));
            }
        }
    }

    @Test
    void streamsOfOneNameAreEqualAndOfAnotherAreNot() {
        long first = Streams.named(1, "step", 5, 0).nextLong();

        assertThat(Streams.named(1, "step", 5, 0).nextLong()).isEqualTo(first);
        assertThat(Streams.named(2, "step", 5, 0).nextLong()).isNotEqualTo(first);
        assertThat(Streams.named(1, "stop", 5, 0).nextLong()).isNotEqualTo(first);
        assertThat(Streams.named(1, "step", 6, 0).nextLong()).isNotEqualTo(first);
        assertThat(Streams.named(1, "step", 0, 5).nextLong()).isNotEqualTo(first);
    }
}
