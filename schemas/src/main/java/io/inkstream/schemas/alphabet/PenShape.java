package io.inkstream.schemas.alphabet;

import java.util.List;

/**
 * Pen strokes that no class draws, in a unit box: x to the right, y upward.
 *
 * @param strokes the points of each in their order; one point is a dot
 */
public record PenShape(List<List<Point>> strokes) {
    public PenShape {
        strokes = strokes.stream().map(List::copyOf).toList();
    }

    /**
     * A point that the pen passes.
     *
     * @param isCorner whether the pen turns there at once; elsewhere it bends
     */
    public record Point(double x, double y, boolean isCorner) {}
}
