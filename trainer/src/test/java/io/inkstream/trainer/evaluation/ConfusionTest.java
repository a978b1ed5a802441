package io.inkstream.trainer.evaluation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import io.inkstream.trainer.dataset.CharacterClasses;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfusionTest {
    private static final CharacterClasses ABC = new CharacterClasses("abc");

    private static Confusion confusion(int[]... counts) {
        return new Confusion(ABC, counts);
    }

    private static int[] row(int... counts) {
        return counts;
    }

    private final Confusion real = confusion(row(90, 10, 0), row(0, 50, 50), row(0, 0, 100));

    @Test
    void theClassThatLosesMostAgainstRealHandwritingComesFirst() {
        Confusion generated = confusion(row(60, 10, 30), row(0, 45, 55), row(0, 0, 100));

        assertThat(generated.worst(real))
                .extracting(row -> row.get("character"))
                .containsExactly("a", "b", "c");
        assertThat(generated.worst(real).get(0))
                .contains(entry("accuracy_generated", .6), entry("accuracy_real", .9), entry("taken_for", "c"));
    }

    @Test
    void classesOfFewGlyphsAreNotCalledBad() {
        Confusion generated = confusion(row(0, 5, 5), row(0, 50, 50), row(0, 0, 100));

        assertThat(generated.worst(real))
                .extracting(row -> row.get("character"))
                .doesNotContain("a");
    }

    @Test
    void theMatrixTravelsByRowsInTheOrderOfTheCharacters() {
        assertThat(real.figures())
                .containsEntry("characters", "abc")
                .containsEntry("counts", List.of(List.of(90, 10, 0), List.of(0, 50, 50), List.of(0, 0, 100)));
    }
}
