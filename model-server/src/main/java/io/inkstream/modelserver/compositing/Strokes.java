package io.inkstream.modelserver.compositing;

import io.inkstream.modelserver.joins.Polylines;
import java.util.List;
import java.util.stream.Stream;

/**
 * The path of a pen: polylines of x, y pairs, y growing downward; a line of one point is a dot. Immutable by agreement:
 * arrays are not copied, for millions of them are read a second and none is written after it was made here.
 *
 * @param lines for each stroke x0, y0, x1, y1, ...; at least one point each
 */
public record Strokes(List<float[]> lines) {
    public Strokes {
        lines = List.copyOf(lines);
    }

    boolean isEmpty() {
        return lines.isEmpty();
    }

    /** Least and greatest of the coordinates: minX, minY, maxX, maxY; of a path with at least one stroke. */
    public float[] bounds() {
        return Polylines.box(lines);
    }

    /** The first {@code count} lines. */
    Strokes first(int count) {
        return count >= lines.size() ? this : new Strokes(lines.subList(0, count));
    }

    /** The same with other lines in place of the first {@code count}. */
    Strokes with(int count, List<float[]> first) {
        return new Strokes(
                Stream.concat(first.stream(), lines.stream().skip(count)).toList());
    }

    /** Approximate heap bytes, for caches that count them. */
    int weightBytes() {
        int bytes = 32;
        for (float[] line : lines) {
            bytes += 24 + 4 * line.length;
        }
        return bytes;
    }
}
