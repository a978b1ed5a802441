package io.inkstream.modelserver.compositing;

import io.inkstream.modelserver.joins.Polylines;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Pen strokes as a graph of points: points follow each other along a stroke, and where the end of one stroke touches another
 * they are one point. So strokes that touch still do when the points have moved. Not thread-safe.
 */
final class PenGraph {
    /** How near an end comes to a stroke that it touches, in distances of points. */
    private static final double TOUCH = .9;
    /** Points of its own stroke that an end is near without touching them. */
    private static final int OWN = 6;
    /** How far a point moves to the mean of its neighbours at once; an end, which has one, half as far. */
    private static final double SHARE = .5;

    private final double step;
    private final List<List<Stroke>> parts = new ArrayList<>();
    private double[] x = new double[256];
    private double[] y = new double[256];
    private int size;
    /** For each point another one that it is one with, in the end itself. */
    private final int[] one;

    /** Where the points of a stroke are; of a dot, none are. */
    private record Stroke(float[] line, int first, int end) {}

    /**
     * Makes a graph.
     *
     * @param parts strokes [x0, y0, x1, y1 ...]; those of a part may touch those of the same part and of the next
     * @param unit length of an x-height: what is small is a dot, which stays as it is
     * @param step greatest distance of two points that follow each other
     */
    PenGraph(List<List<float[]>> parts, double unit, double step) {
        this.step = step;
        for (List<float[]> part : parts) {
            List<Stroke> strokes = new ArrayList<>(part.size());
            for (float[] line : part) {
                int first = size;
                if (!Polylines.isDot(line, unit)) {
                    add(line);
                }
                strokes.add(new Stroke(line, first, size));
            }
            this.parts.add(strokes);
        }
        one = new int[size];
        Arrays.setAll(one, i -> i);
        for (int part = 0; part < parts.size(); part++) {
            int from = firstOf(part - 1);
            int to = firstOf(part + 2);
            for (Stroke stroke : this.parts.get(part)) {
                if (stroke.first < stroke.end) {
                    touch(stroke.first, stroke, from, to);
                    touch(stroke.end - 1, stroke, from, to);
                }
            }
        }
    }

    /** How many passes average over a standard deviation along the path. */
    static int passes(double deviation, double step) {
        return (int) Math.round(deviation * deviation / (SHARE * step * step));
    }

    private int firstOf(int part) {
        for (int i = Math.max(0, part); i < parts.size(); i++) {
            if (!parts.get(i).isEmpty()) {
                return parts.get(i).get(0).first;
            }
        }
        return size;
    }

    private void add(float[] line) {
        append(line[0], line[1]);
        for (int i = 2; i < line.length; i += 2) {
            double right = line[i] - line[i - 2];
            double down = line[i + 1] - line[i - 1];
            int steps = Math.max(1, (int) Math.ceil(Math.sqrt(right * right + down * down) / step));
            for (int k = 1; k <= steps; k++) {
                append(line[i - 2] + right * k / steps, line[i - 1] + down * k / steps);
            }
        }
    }

    private void append(double right, double down) {
        if (size == x.length) {
            x = Arrays.copyOf(x, 2 * size);
            y = Arrays.copyOf(y, 2 * size);
        }
        x[size] = right;
        y[size++] = down;
    }

    /** Makes the end of a stroke one with the nearest point that it touches, if it touches one. */
    private void touch(int end, Stroke own, int from, int to) {
        double nearest = TOUCH * step * TOUCH * step;
        int touched = end;
        for (int i = from; i < to; i++) {
            boolean isNext = i >= own.first && i < own.end && Math.abs(i - end) < OWN;
            double square = (x[i] - x[end]) * (x[i] - x[end]) + (y[i] - y[end]) * (y[i] - y[end]);
            if (!isNext && square < nearest) {
                nearest = square;
                touched = i;
            }
        }
        one[root(end)] = root(touched);
    }

    private int root(int point) {
        int root = point;
        while (one[root] != root) {
            root = one[root];
        }
        return root;
    }

    /** Moves each point towards the mean of its neighbours, as heat spreads along the strokes. */
    void smooth(int passes) {
        for (int i = 0; i < size; i++) {
            one[i] = root(i);
        }
        meet();
        int[] from = new int[size];
        int[] to = new int[size];
        int[] neighbours = new int[size];
        int edges = 0;
        for (List<Stroke> part : parts) {
            for (Stroke stroke : part) {
                for (int i = stroke.first + 1; i < stroke.end; i++) {
                    if (one[i] != one[i - 1]) {
                        from[edges] = one[i - 1];
                        to[edges++] = one[i];
                        neighbours[one[i - 1]]++;
                        neighbours[one[i]]++;
                    }
                }
            }
        }
        double[] right = new double[size];
        double[] down = new double[size];
        for (int pass = 0; pass < passes; pass++) {
            Arrays.fill(right, 0);
            Arrays.fill(down, 0);
            for (int e = 0; e < edges; e++) {
                right[from[e]] += x[to[e]];
                down[from[e]] += y[to[e]];
                right[to[e]] += x[from[e]];
                down[to[e]] += y[from[e]];
            }
            for (int i = 0; i < size; i++) {
                if (neighbours[i] > 0) {
                    double share = neighbours[i] == 1 ? SHARE / 2 : SHARE;
                    x[i] += share * (right[i] / neighbours[i] - x[i]);
                    y[i] += share * (down[i] / neighbours[i] - y[i]);
                }
            }
        }
    }

    /** Puts points that are one in their middle. */
    private void meet() {
        double[] right = new double[size];
        double[] down = new double[size];
        int[] count = new int[size];
        for (int i = 0; i < size; i++) {
            right[one[i]] += x[i];
            down[one[i]] += y[i];
            count[one[i]]++;
        }
        for (int i = 0; i < size; i++) {
            if (count[i] > 0) {
                x[i] = right[i] / count[i];
                y[i] = down[i] / count[i];
            }
        }
    }

    /** The strokes of a part as their points lie now. */
    List<float[]> part(int index) {
        List<float[]> lines = new ArrayList<>();
        for (Stroke stroke : parts.get(index)) {
            if (stroke.first == stroke.end) {
                lines.add(stroke.line);
                continue;
            }
            float[] line = new float[2 * (stroke.end - stroke.first)];
            for (int i = stroke.first; i < stroke.end; i++) {
                line[2 * (i - stroke.first)] = (float) x[one[i]];
                line[2 * (i - stroke.first) + 1] = (float) y[one[i]];
            }
            lines.add(line);
        }
        return lines;
    }
}
