package io.inkstream.modelserver.grapheme;

import io.inkstream.modelserver.compositing.Strokes;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.DoublePredicate;

/** Geometry of pen strokes, each x0, y0, x1, y1, ...; pure functions that change no argument. */
final class Paths {
    /** Distance of the points that stand for a stroke. */
    private static final double STEP = .03;

    private static final double ROW = .05;
    private static final double FIRST_ROW = -2.4;
    private static final int ROWS = 84;

    private Paths() {}

    /** The smallest upright rectangle around strokes; y grows downward. */
    record Box(double left, double top, double right, double bottom) {
        double width() {
            return right - left;
        }

        double height() {
            return bottom - top;
        }

        double middleX() {
            return (left + right) / 2;
        }

        double middleY() {
            return (top + bottom) / 2;
        }
    }

    static Box box(List<float[]> strokes) {
        float[] bounds = new Strokes(strokes).bounds();
        return new Box(bounds[0], bounds[1], bounds[2], bounds[3]);
    }

    /** What becomes of a point. */
    interface Move {
        double x(double x, double y);

        double y(double x, double y);
    }

    static List<float[]> moved(List<float[]> strokes, Move move) {
        List<float[]> all = new ArrayList<>(strokes.size());
        for (float[] stroke : strokes) {
            float[] moved = new float[stroke.length];
            for (int i = 0; i < stroke.length; i += 2) {
                moved[i] = (float) move.x(stroke[i], stroke[i + 1]);
                moved[i + 1] = (float) move.y(stroke[i], stroke[i + 1]);
            }
            all.add(moved);
        }
        return all;
    }

    static List<float[]> shifted(List<float[]> strokes, double dx, double dy) {
        return mapped(strokes, 1, 0, dx, 1, dy);
    }

    static List<float[]> scaled(List<float[]> strokes, double scaleX, double scaleY) {
        return mapped(strokes, scaleX, 0, 0, scaleY, 0);
    }

    /** Leans upright strokes to the right about the baseline. */
    static List<float[]> leaned(List<float[]> strokes, double slant) {
        return mapped(strokes, 1, -slant, 0, 1, 0);
    }

    private static List<float[]> mapped(List<float[]> strokes, double xx, double xy, double dx, double yy, double dy) {
        return moved(strokes, new Move() {
            @Override
            public double x(double x, double y) {
                return xx * x + xy * y + dx;
            }

            @Override
            public double y(double x, double y) {
                return yy * y + dy;
            }
        });
    }

    /** Multiplies the height of what is above the baseline. */
    static List<float[]> raised(List<float[]> strokes, double factor) {
        return stretched(strokes, factor, true);
    }

    /** Multiplies the depth of what is below the baseline. */
    static List<float[]> lowered(List<float[]> strokes, double factor) {
        return stretched(strokes, factor, false);
    }

    private static List<float[]> stretched(List<float[]> strokes, double factor, boolean isAbove) {
        return moved(strokes, new Move() {
            @Override
            public double x(double x, double y) {
                return x;
            }

            @Override
            public double y(double x, double y) {
                return y < 0 == isAbove ? y * factor : y;
            }
        });
    }

    /** Points along the strokes, evenly: x0, y0, x1, y1, ... */
    static float[] points(List<float[]> strokes) {
        float[] points = new float[256];
        int size = 0;
        for (float[] stroke : strokes) {
            for (int i = 0; i < stroke.length; i += 2) {
                int steps = 1;
                double fromX = stroke[i];
                double fromY = stroke[i + 1];
                if (i > 0) {
                    fromX = stroke[i - 2];
                    fromY = stroke[i - 1];
                    double length = length(stroke[i] - fromX, stroke[i + 1] - fromY);
                    steps = Math.max(1, (int) Math.ceil(length / STEP));
                }
                for (int k = 1; k <= steps; k++) {
                    if (size + 2 > points.length) {
                        points = Arrays.copyOf(points, 2 * points.length);
                    }
                    points[size++] = (float) (fromX + (stroke[i] - fromX) * k / steps);
                    points[size++] = (float) (fromY + (stroke[i + 1] - fromY) * k / steps);
                }
            }
        }
        return Arrays.copyOf(points, size);
    }

    /** Those of the points whose y is as wanted; all of them if none is. */
    static float[] where(float[] points, DoublePredicate isWanted) {
        float[] found = new float[points.length];
        int size = 0;
        for (int i = 0; i < points.length; i += 2) {
            if (isWanted.test(points[i + 1])) {
                found[size++] = points[i];
                found[size++] = points[i + 1];
            }
        }
        return size == 0 ? points : Arrays.copyOf(found, size);
    }

    /** Index of the point that is farthest in a direction. */
    static int farthest(float[] points, double towardsX, double towardsY) {
        int best = 0;
        for (int i = 2; i < points.length; i += 2) {
            if (towardsX * points[i] + towardsY * points[i + 1]
                    > towardsX * points[best] + towardsY * points[best + 1]) {
                best = i;
            }
        }
        return best;
    }

    /** Least distance of two sets of points. */
    static double distance(float[] a, float[] b) {
        double least = Double.POSITIVE_INFINITY;
        for (int i = 0; i < a.length; i += 2) {
            for (int k = 0; k < b.length; k += 2) {
                double dx = a[i] - b[k];
                double dy = a[i + 1] - b[k + 1];
                least = Math.min(least, dx * dx + dy * dy);
            }
        }
        return Math.sqrt(least);
    }

    /**
     * How far the right one stands from the left one where they come nearest in a row; negative if they overlap.
     *
     * @param tolerance rows above and below that count as the same
     */
    static double rowGap(List<float[]> left, List<float[]> right, double tolerance) {
        float[] before = points(left);
        float[] after = points(right);
        double[] ends = new double[ROWS];
        double[] begins = new double[ROWS];
        Arrays.fill(ends, Double.NEGATIVE_INFINITY);
        Arrays.fill(begins, Double.POSITIVE_INFINITY);
        for (int i = 0; i < before.length; i += 2) {
            int row = row(before[i + 1]);
            ends[row] = Math.max(ends[row], before[i]);
        }
        for (int i = 0; i < after.length; i += 2) {
            int row = row(after[i + 1]);
            begins[row] = Math.min(begins[row], after[i]);
        }
        int reach = (int) (tolerance / ROW);
        double least = Double.POSITIVE_INFINITY;
        for (int row = 0; row < ROWS; row++) {
            for (int k = Math.max(0, row - reach); k <= Math.min(ROWS - 1, row + reach); k++) {
                least = Math.min(least, begins[row] - ends[k]);
            }
        }
        return least < Double.POSITIVE_INFINITY
                ? least
                : box(right).left() - box(left).right();
    }

    private static int row(double y) {
        return Math.max(0, Math.min(ROWS - 1, (int) ((y - FIRST_ROW) / ROW)));
    }

    /** The groups of strokes that come within {@code tolerance} of each other. */
    static List<List<float[]>> pieces(List<float[]> strokes, double tolerance) {
        List<float[]> points =
                strokes.stream().map(stroke -> points(List.of(stroke))).toList();
        int[] group = new int[strokes.size()];
        for (int i = 0; i < group.length; i++) {
            group[i] = i;
            for (int k = 0; k < i; k++) {
                if (group[i] != group[k] && distance(points.get(i), points.get(k)) < tolerance) {
                    int joined = group[i];
                    for (int m = 0; m <= i; m++) {
                        group[m] = group[m] == joined ? group[k] : group[m];
                    }
                }
            }
        }
        List<List<float[]>> pieces = new ArrayList<>();
        for (int id : Arrays.stream(group).sorted().distinct().toArray()) {
            List<float[]> piece = new ArrayList<>();
            for (int i = 0; i < group.length; i++) {
                if (group[i] == id) {
                    piece.add(strokes.get(i));
                }
            }
            pieces.add(piece);
        }
        return pieces;
    }

    static double length(List<float[]> strokes) {
        double length = 0;
        for (float[] stroke : strokes) {
            for (int i = 2; i < stroke.length; i += 2) {
                length += length(stroke[i] - stroke[i - 2], stroke[i + 1] - stroke[i - 1]);
            }
        }
        return length;
    }

    static double length(double dx, double dy) {
        return Math.sqrt(dx * dx + dy * dy);
    }
}
