package io.inkstream.schemas.bundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A character as somebody once wrote it: pen strokes on the baseline, in x-heights. Immutable by agreement: the arrays are
 * not copied.
 *
 * @param strokes in the order of the pen, each x0, y0, x1, y1, ...; x from the left edge of the ink, y above the baseline;
 *     a stroke of one point is a dot
 */
public record Exemplar(@JsonValue List<float[]> strokes) {
    /** Strokes of one. */
    public static final int MOST_STROKES = 32;

    /** Points of one. */
    public static final int MOST_POINTS = 2_000;

    private static final float FARTHEST = 10;

    /** @throws IllegalArgumentException if there is no stroke, or a point that no letter has */
    @JsonCreator
    public Exemplar {
        if (strokes == null || strokes.stream().anyMatch(Objects::isNull)) {
            throw new IllegalArgumentException("an exemplar is a list of strokes, each a list of numbers");
        }
        strokes = List.copyOf(strokes);
        if (strokes.isEmpty() || strokes.size() > MOST_STROKES) {
            throw new IllegalArgumentException(
                    "an exemplar has 1 to " + MOST_STROKES + " strokes, not " + strokes.size());
        }
        int numbers = 0;
        for (float[] stroke : strokes) {
            numbers += stroke.length;
            if (stroke.length < 2 || stroke.length % 2 != 0 || numbers > 2 * MOST_POINTS) {
                throw new IllegalArgumentException(
                        "a stroke of an exemplar is x0, y0, x1, y1, ... of at least one point, and"
                                + " all together have at most " + MOST_POINTS);
            }
            for (float value : stroke) {
                if (!(Math.abs(value) <= FARTHEST)) {
                    throw new IllegalArgumentException(
                            "a point of an exemplar is " + value + ", farther than " + FARTHEST + " x-heights");
                }
            }
        }
    }

    /** Strokes that somebody drew, unless they are none of a letter: too many, or too large. */
    public static Optional<Exemplar> of(List<float[]> strokes) {
        try {
            return Optional.of(new Exemplar(strokes));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof Exemplar that && Arrays.deepEquals(strokes.toArray(), that.strokes.toArray());
    }

    @Override
    public int hashCode() {
        return Arrays.deepHashCode(strokes.toArray());
    }
}
