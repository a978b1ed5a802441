package io.inkstream.modelserver.grapheme;

import java.util.ArrayList;
import java.util.List;

/** What has been drawn so far of one grapheme. Not thread-safe. */
final class Ink {
    /** Ink this near to a height, in x-heights, is at it. */
    private static final double BAND = .14;

    private final List<float[]> strokes = new ArrayList<>();

    List<float[]> strokes() {
        return strokes;
    }

    boolean isEmpty() {
        return strokes.isEmpty();
    }

    void add(List<float[]> more) {
        strokes.addAll(more);
    }

    void become(List<float[]> others) {
        List<float[]> copy = List.copyOf(others);
        strokes.clear();
        strokes.addAll(copy);
    }

    Paths.Box box() {
        return Paths.box(strokes);
    }

    /** Height of the highest point above the baseline. */
    double top() {
        return -box().top();
    }

    /** Height of the lowest point above the baseline. */
    double bottom() {
        return -box().bottom();
    }

    float[] points() {
        return Paths.points(strokes);
    }

    /** The points near a height above the baseline, or the nearest to it. */
    float[] at(double height) {
        float[] points = points();
        double nearest = Double.POSITIVE_INFINITY;
        for (int i = 1; i < points.length; i += 2) {
            nearest = Math.min(nearest, Math.abs(points[i] + height));
        }
        double band = nearest < BAND ? BAND : nearest + BAND;
        return Paths.where(points, y -> Math.abs(y + height) <= band);
    }

    /**
     * The middle of an end of ink.
     *
     * @param x of its middle, more that of its box than of its mean
     * @param height of its mean
     * @param edge height of its outermost point
     */
    record Zone(double x, double height, double edge) {}

    static Zone topZone(List<float[]> strokes, double depth) {
        float[] points = Paths.points(strokes);
        double top = Paths.box(strokes).top();
        return zone(Paths.where(points, y -> y <= top + depth), -top);
    }

    static Zone bottomZone(List<float[]> strokes, double depth) {
        float[] points = Paths.points(strokes);
        double bottom = Paths.box(strokes).bottom();
        return zone(Paths.where(points, y -> y >= bottom - depth), -bottom);
    }

    private static Zone zone(float[] points, double edge) {
        double left = Double.POSITIVE_INFINITY;
        double right = Double.NEGATIVE_INFINITY;
        double sumX = 0;
        double sumY = 0;
        for (int i = 0; i < points.length; i += 2) {
            left = Math.min(left, points[i]);
            right = Math.max(right, points[i]);
            sumX += points[i];
            sumY += points[i + 1];
        }
        int count = points.length / 2;
        return new Zone(.75 * (left + right) / 2 + .25 * sumX / count, -sumY / count, edge);
    }
}
