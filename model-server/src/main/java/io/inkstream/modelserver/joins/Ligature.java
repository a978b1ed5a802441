package io.inkstream.modelserver.joins;

import java.util.Arrays;
import java.util.List;

/**
 * A line from one letter to the next, of cubic Hermite curves.
 *
 * @param cost how ill it looks, 0 is well
 * @param width from its begin to its end, to the right
 * @param foot points of its begin that replace what was cut off the letter; 0 if nothing was
 * @param line its points, in coordinates of the letter before
 */
@SuppressWarnings("ArrayRecordComponent") // stays in this package, which compares no two
record Ligature(double cost, double width, int foot, float[] line) {
    /** Points of a curve are so far apart. */
    private static final double STEP = .03;

    private static final int FEWEST_STEPS = 6;

    /** Longest from begin to end. */
    private static final double LONGEST = 2.2;

    private static final double LONGEST_OF_TAIL = 3.2;
    /** The width that looks best. */
    private static final double BEST_WIDTH = .42;

    /** By which the sum of a cost may differ from that of its parts in another order; costs are a few units at most. */
    private static final double ROUNDING = 1e-9;

    /** How far above and below the baseline a line may reach. */
    record Room(double above, double below) {}

    /**
     * The best line to one of several places.
     *
     * @param shift how far the next letter stands to the right of its own coordinates
     * @param most a line that costs more is not looked for
     * @return null if there is none
     */
    static Ligature best(Exit exit, List<Entry> entries, double shift, Room room, double most) {
        Ligature best = null;
        for (Entry entry : entries) {
            Vector end = entry.point().plus(shift, 0);
            double width = end.x() - exit.point().x();
            double length = end.distance(exit.point());
            if (width < .03 || length > (exit.kind() == Exit.Kind.TAIL ? LONGEST_OF_TAIL : LONGEST)) {
                continue;
            }
            // A curve is far more work than its ends, which often cost too much by themselves.
            double limit = best == null ? most : Math.min(most, best.cost);
            if (leastCost(exit, entry, end) > limit + ROUNDING) {
                continue;
            }
            Ligature ligature = of(exit, entry, end, length, room);
            if (best == null || ligature.cost < best.cost) {
                best = ligature;
            }
        }
        return best;
    }

    /** What a line costs whatever its curve does. */
    private static double leastCost(Exit exit, Entry entry, Vector end) {
        Vector start = exit.point();
        Vector chord = Vector.unit(end.x() - start.x(), end.y() - start.y());
        double leaving = exit.kind() == Exit.Kind.DIRECT ? .3 * (1 - chord.dot(exit.direction())) : 0;
        return entry.badness() + .8 * (1 - chord.dot(entry.direction())) + leaving + widthCost(end.x() - start.x());
    }

    private static double widthCost(double width) {
        return .25 * Math.abs(StrictMath.log(Math.max(width, .05) / BEST_WIDTH));
    }

    /** One curve. */
    static float[] curve(Vector start, Vector leave, Vector end, Vector arrive) {
        Curve curve = new Curve(start);
        curve.to(leave, end, arrive);
        return curve.line();
    }

    private static Ligature of(Exit exit, Entry entry, Vector end, double length, Room room) {
        Vector start = exit.point();
        Curve curve = new Curve(start);
        double width = end.x() - start.x();
        int foot = 0;
        double cost = 0;
        switch (exit.kind()) {
            case DIRECT -> {
                double pull = Math.min(1.1 * length, entry.isLoop() ? 1.6 : .9);
                curve.to(exit.direction().times(pull), end, entry.direction().times(pull));
            }
            case SAG -> {
                double pull = Math.min(.85 * length, .6);
                Vector out = Vector.unit(
                        exit.direction().x(), Math.max(exit.direction().y(), .08));
                curve.to(out.times(pull), end, entry.direction().times(pull));
            }
            case TURN -> {
                double lean = exit.direction().x() / Math.max(exit.direction().y(), .3);
                double radius = Math.max(.1, Math.min(.2, .42 * width));
                // The lowest point is tied to the baseline: from a short leg it would dip below, and look like a comma.
                Vector bottom = new Vector(
                        start.x() + .14 * lean + radius, Math.max(Math.min(start.y() + .2, .02), start.y() + .07));
                cost += end.x() - bottom.x() < .05 ? 1 : 0;
                double down = 1.5 * bottom.distance(start);
                Vector flat = Vector.unit(1, -.12);
                curve.to(exit.direction().times(.9 * down), bottom, flat.times(.8 * down));
                foot = curve.size();
                double up = Math.min(1.05 * end.distance(bottom), .8);
                curve.to(flat.times(.8 * up), end, entry.direction().times(up));
            }
            case OVER -> {
                Vector over = start.plus(.13, -.02);
                cost += end.x() - over.x() < .05 ? 1 : 0;
                Vector falling = Vector.unit(1, .25);
                curve.to(exit.direction().times(.2), over, falling.times(.2));
                foot = curve.size();
                double on = Math.min(end.distance(over), .7);
                curve.to(falling.times(.8 * on), end, entry.direction().times(on));
            }
            case TAIL -> {
                double depth = 1.5 * Math.max(.5, start.y());
                Vector out = exit.direction();
                // A straight tail goes left first, or the way back lies upon it.
                Vector left = out.x() > -.3 || out.y() > .5 ? Vector.unit(-.95, -.1) : out;
                Vector leave = Vector.unit(.4 * out.x() + .6 * left.x(), .4 * out.y() + .6 * left.y());
                curve.to(leave.times(.85 * depth), end, entry.direction().times(Math.min(depth, 1.2)));
            }
        }
        cost += entry.badness() + curve.cost(exit, entry, end, room);
        return new Ligature(cost, width, foot, curve.line());
    }

    /** Points of curves that follow each other. */
    private static final class Curve {
        private float[] points = new float[64];
        private int size;
        private Vector at;

        Curve(Vector start) {
            at = start;
            append(start.x(), start.y());
        }

        int size() {
            return size / 2;
        }

        float[] line() {
            return Arrays.copyOf(points, size);
        }

        void to(Vector leave, Vector end, Vector arrive) {
            int steps = Math.max(FEWEST_STEPS, (int) (at.distance(end) / STEP));
            for (int i = 1; i <= steps; i++) {
                double t = (double) i / steps;
                double s = 1 - t;
                double a = s * s * (1 + 2 * t);
                double b = s * s * t;
                double c = t * t * (1 + 2 * s);
                double d = -t * t * s;
                append(
                        a * at.x() + b * leave.x() + c * end.x() + d * arrive.x(),
                        a * at.y() + b * leave.y() + c * end.y() + d * arrive.y());
            }
            at = end;
        }

        private void append(double x, double y) {
            if (size == points.length) {
                points = Arrays.copyOf(points, 2 * size);
            }
            points[size++] = (float) x;
            points[size++] = (float) y;
        }

        double cost(Exit exit, Entry entry, Vector end, Room room) {
            double lowest = Double.NEGATIVE_INFINITY;
            double highest = Double.POSITIVE_INFINITY;
            double back = 0;
            for (int i = 0; i < size; i += 2) {
                lowest = Math.max(lowest, points[i + 1]);
                highest = Math.min(highest, points[i + 1]);
                back = i == 0 ? 0 : Math.max(back, points[i - 2] - points[i]);
            }
            if (lowest > room.below || -highest > room.above) {
                return Double.POSITIVE_INFINITY;
            }
            Vector start = exit.point();
            Vector chord = Vector.unit(end.x() - start.x(), end.y() - start.y());
            double cost = .8 * (1 - chord.dot(entry.direction()));
            boolean isPlain = exit.kind() == Exit.Kind.DIRECT || exit.kind() == Exit.Kind.SAG;
            cost += exit.kind() == Exit.Kind.DIRECT ? .3 * (1 - chord.dot(exit.direction())) : 0;
            cost += isPlain && back > .02 && !entry.isLoop() ? 1 : 0;
            cost += exit.kind() == Exit.Kind.TAIL ? 0 : 3 * Math.max(0, lowest - .09);
            cost += 2 * Math.max(0, -highest - Math.max(start.height(), end.height()) - .12);
            return cost + widthCost(end.x() - start.x());
        }
    }
}
