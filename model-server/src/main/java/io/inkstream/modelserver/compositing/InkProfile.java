package io.inkstream.modelserver.compositing;

import java.util.Arrays;

/**
 * How far the ink of a glyph reaches to the left and right in each row of a line: what a writer's eye sees when it places
 * the next letter. Lengths are x-heights; rows are counted from the line's top.
 */
final class InkProfile {
    private static final double ROW = .05;
    private static final double FIRST_ROW = -2.3;
    private static final int ROWS = 80;
    private static final double STEP = .05;

    private final float[] left = new float[ROWS];
    private final float[] right = new float[ROWS];
    private float leftmost = Float.POSITIVE_INFINITY;
    private float rightmost = Float.NEGATIVE_INFINITY;

    /** The profile of strokes drawn with a pen of the given radius; x is multiplied by {@code condense} first. */
    InkProfile(Strokes strokes, double condense, double radius) {
        Arrays.fill(left, Float.POSITIVE_INFINITY);
        Arrays.fill(right, Float.NEGATIVE_INFINITY);
        for (float[] line : strokes.lines()) {
            double ax = line[0] * condense;
            double ay = line[1];
            addDisc(ax, ay, radius);
            for (int i = 2; i < line.length; i += 2) {
                double bx = line[i] * condense;
                double by = line[i + 1];
                int steps = 1 + (int) (Math.max(Math.abs(bx - ax), Math.abs(by - ay)) / STEP);
                for (int k = 1; k <= steps; k++) {
                    double share = (double) k / steps;
                    addDisc(ax + share * (bx - ax), ay + share * (by - ay), radius);
                }
                ax = bx;
                ay = by;
            }
        }
    }

    private void addDisc(double x, double y, double radius) {
        leftmost = Math.min(leftmost, (float) (x - radius));
        rightmost = Math.max(rightmost, (float) (x + radius));
        int first = Math.max(0, (int) Math.ceil((y - radius - FIRST_ROW) / ROW));
        int last = Math.min(ROWS - 1, (int) Math.floor((y + radius - FIRST_ROW) / ROW));
        for (int row = first; row <= last; row++) {
            double dy = FIRST_ROW + row * ROW - y;
            float half = (float) Math.sqrt(Math.max(0, radius * radius - dy * dy));
            left[row] = Math.min(left[row], (float) x - half);
            right[row] = Math.max(right[row], (float) x + half);
        }
    }

    boolean isEmpty() {
        return leftmost > rightmost;
    }

    double leftmost() {
        return leftmost;
    }

    double rightmost() {
        return rightmost;
    }

    double width() {
        return rightmost - leftmost;
    }

    /**
     * The gaps from this glyph to the next when both stand at the same place: shift the next by more than their negative to
     * part them.
     *
     * @param tolerance rows above and below within which ink counts as facing each other
     */
    Gaps gapsTo(InkProfile next, double tolerance) {
        int reach = (int) Math.round(tolerance / ROW);
        double box = next.leftmost - rightmost;
        double least = Double.POSITIVE_INFINITY;
        float[] gaps = new float[ROWS];
        for (int row = 0; row < ROWS; row++) {
            float facing = Float.NEGATIVE_INFINITY;
            if (next.left[row] < Float.POSITIVE_INFINITY) {
                for (int k = Math.max(0, row - reach); k <= Math.min(ROWS - 1, row + reach); k++) {
                    facing = Math.max(facing, right[k]);
                }
            }
            gaps[row] = facing == Float.NEGATIVE_INFINITY ? Float.POSITIVE_INFINITY : next.left[row] - facing;
            least = Math.min(least, gaps[row]);
        }
        if (least == Double.POSITIVE_INFINITY) {
            return new Gaps(box, box, least);
        }
        double sum = 0;
        int rows = 0;
        for (float gap : gaps) {
            if (gap < Float.POSITIVE_INFINITY) {
                sum += Math.min(gap, least + .9);
                rows++;
            }
        }
        return new Gaps(.75 * least + .25 * sum / rows, box, least);
    }

    /**
     * Gaps of two neighbours, in x-heights.
     *
     * @param optical what the eye takes for the gap: mostly the narrowest row, partly the mean
     * @param box between their boxes
     * @param least in the narrowest row, or infinite where no rows face each other
     */
    record Gaps(double optical, double box, double least) {}
}
