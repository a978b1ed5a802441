package io.inkstream.modelserver.joins;

import java.util.Arrays;
import java.util.List;
import java.util.OptionalInt;
import java.util.function.IntPredicate;
import java.util.function.IntToDoubleFunction;

/** Points of a letter at equal distances, dots left out, with the direction of the line there. */
final class Samples {
    private static final double STEP = .03;
    /** Rows above and below in which ink may hide a point. */
    private static final double ROW = .04;
    /** By how much a point may stand behind the first ink of its row. */
    private static final double BEHIND = .06;

    private double[] x = new double[256];
    private double[] y = new double[256];
    private double[] dx = new double[256];
    private double[] dy = new double[256];
    private int size;
    private double left = Double.POSITIVE_INFINITY;
    private double right = Double.NEGATIVE_INFINITY;

    Samples(List<float[]> lines) {
        for (float[] line : lines) {
            double length = Polylines.length(line);
            if (!Polylines.isDot(line) && length > 0) {
                add(line, length);
            }
        }
        for (int i = 0; i < size; i++) {
            left = Math.min(left, x[i]);
            right = Math.max(right, x[i]);
        }
    }

    private void add(float[] line, double length) {
        int count = Math.max(2, (int) (length / STEP));
        int first = size;
        double start = 0;
        int segment = 1;
        for (int i = 0; i < count; i++) {
            double at = length * i / (count - 1);
            double step = step(line, segment);
            while (start + step < at && segment < line.length / 2 - 1) {
                start += step;
                step = step(line, ++segment);
            }
            Vector from = Polylines.point(line, segment - 1);
            Vector to = Polylines.point(line, segment);
            double share = step > 0 ? Math.min(1, (at - start) / step) : 0;
            append(from.x() + share * (to.x() - from.x()), from.y() + share * (to.y() - from.y()));
        }
        for (int i = first; i < size; i++) {
            int before = Math.max(first, i - 1);
            int after = Math.min(size - 1, i + 1);
            Vector direction = Vector.unit(x[after] - x[before], y[after] - y[before]);
            dx[i] = direction.x();
            dy[i] = direction.y();
        }
    }

    private static double step(float[] line, int segment) {
        return Polylines.point(line, segment).distance(Polylines.point(line, segment - 1));
    }

    private void append(double px, double py) {
        if (size == x.length) {
            x = Arrays.copyOf(x, 2 * size);
            y = Arrays.copyOf(y, 2 * size);
            dx = Arrays.copyOf(dx, 2 * size);
            dy = Arrays.copyOf(dy, 2 * size);
        }
        x[size] = px;
        y[size++] = py;
    }

    int size() {
        return size;
    }

    /** The first of the points that may be with the greatest merit; none if none may be. */
    OptionalInt best(IntPredicate mayBe, IntToDoubleFunction merit) {
        int best = -1;
        double bestMerit = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < size; i++) {
            double here = merit.applyAsDouble(i);
            // Whether a point may be is the longer question.
            if (here > bestMerit && mayBe.test(i)) {
                best = i;
                bestMerit = here;
            }
        }
        return best < 0 ? OptionalInt.empty() : OptionalInt.of(best);
    }

    Vector point(int index) {
        return new Vector(x[index], y[index]);
    }

    double height(int index) {
        return -y[index];
    }

    double left() {
        return left;
    }

    double middle() {
        return (left + right) / 2;
    }

    double highest() {
        double highest = 0;
        for (int i = 0; i < size; i++) {
            highest = Math.max(highest, height(i));
        }
        return highest;
    }

    /** Direction of the line, to the right. */
    Vector rightward(int index) {
        return dx[index] >= 0 ? new Vector(dx[index], dy[index]) : new Vector(-dx[index], -dy[index]);
    }

    /** Direction of the line, upward. */
    Vector upward(int index) {
        return dy[index] <= 0 ? new Vector(dx[index], dy[index]) : new Vector(-dx[index], -dy[index]);
    }

    /** Whether nothing of the letter stands to the left of it. */
    boolean isSeenFromLeft(int index) {
        for (int i = 0; i < size; i++) {
            if (x[i] < x[index] - BEHIND && Math.abs(y[i] - y[index]) < ROW) {
                return false;
            }
        }
        return true;
    }
}
