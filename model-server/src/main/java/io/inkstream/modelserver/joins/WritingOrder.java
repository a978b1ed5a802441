package io.inkstream.modelserver.joins;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Puts the lines of one letter in the order and direction in which a pen draws them: from the top and the left, rounds
 * counter-clockwise from the upper right, straight on where lines meet. Lines in any unit; used once, not thread-safe.
 */
public final class WritingOrder {
    /** How much farther right a stroke may begin for one unit that it begins higher. */
    private static final double LEFT_FIRST = .4;
    /** A pen rather begins where nothing is yet, by so many x-heights. */
    private static final double FREE_FIRST = .5;

    /** What outweighs any place: first what a ligature leads to, last what one leaves from. */
    private static final double ALWAYS = 100;

    private static final double DOTS_LAST = 20;
    private static final double BOWL_FIRST = 10;
    private static final double AGAINST_THE_CLOCK = 5;
    /** Where the pen would have to go back more sharply than this, it lifts. */
    private static final double SHARPEST = -.9;

    private final List<float[]> left;
    private final double unit;
    private final float[] box;
    private final boolean isRound;
    private final Optional<Vector> entry;
    private final Optional<Vector> exit;

    private WritingOrder(
            List<float[]> lines, double unit, boolean isRound, Optional<Vector> entry, Optional<Vector> exit) {
        this.left = new ArrayList<>(lines);
        this.unit = unit;
        this.box = Polylines.box(lines);
        this.isRound = isRound;
        this.entry = entry;
        this.exit = exit;
    }

    /**
     * Orders the lines of a letter; those that meet become one.
     *
     * @param letter which it is; empty where nothing is known of it
     * @param unit length of an x-height
     * @param before the ligature that leads to it, if there is one
     * @param after the ligature that leaves it, if there is one
     */
    public static List<float[]> of(
            String letter, List<float[]> lines, double unit, Optional<float[]> before, Optional<float[]> after) {
        return new WritingOrder(
                        lines,
                        unit,
                        JoinRules.standard().isRound(letter),
                        before.map(line -> Polylines.end(line, true)),
                        after.map(line -> Polylines.end(line, false)))
                .order();
    }

    /** Two lines as one, if the second goes on where the first ends. */
    public static Optional<float[]> continued(float[] line, float[] next, double unit) {
        if (Polylines.end(line, true).distance(Polylines.end(next, false)) > Polylines.TOUCH * unit) {
            return Optional.empty();
        }
        float[] both = Arrays.copyOf(line, line.length + next.length - 2);
        System.arraycopy(next, 2, both, line.length, next.length - 2);
        return Optional.of(both);
    }

    private List<float[]> order() {
        List<float[]> ordered = new ArrayList<>();
        while (!left.isEmpty()) {
            float[] line = take(start());
            for (Directed next = onward(line); next != null; next = onward(line)) {
                line = continued(line, take(next), unit).orElseThrow();
            }
            ordered.add(line);
        }
        return ordered;
    }

    /** A line that is left, in one of its directions. */
    private record Directed(int index, boolean isReversed) {}

    private float[] line(Directed directed) {
        float[] line = left.get(directed.index);
        return directed.isReversed ? Polylines.reversed(line) : line;
    }

    private float[] take(Directed directed) {
        float[] line = line(directed);
        left.remove(directed.index);
        return line;
    }

    private List<Directed> directions() {
        List<Directed> all = new ArrayList<>();
        for (int i = 0; i < left.size(); i++) {
            float[] line = left.get(i);
            boolean isDot = line.length == 2 || isDot(line);
            if (isClosed(line) && !isDot && !meetsAnother(Polylines.end(line, false), i)) {
                left.set(i, fromUpperRight(line));
            }
            all.add(new Directed(i, false));
            if (!isDot) {
                all.add(new Directed(i, true));
            }
        }
        return all;
    }

    private Directed start() {
        Directed best = null;
        double least = Double.POSITIVE_INFINITY;
        for (Directed directed : directions()) {
            double cost = cost(directed);
            if (cost < least) {
                best = directed;
                least = cost;
            }
        }
        return best;
    }

    private double cost(Directed directed) {
        float[] line = line(directed);
        Vector begin = Polylines.end(line, false);
        double cost = ((begin.y() - box[1]) + LEFT_FIRST * (begin.x() - box[0])) / unit;
        cost += meetsAnother(begin, directed.index) ? FREE_FIRST : 0;
        cost += isDot(line) ? DOTS_LAST : 0;
        cost += isClosed(line) && isClockwise(line) ? AGAINST_THE_CLOCK : 0;
        cost -= isRound && Polylines.box(List.of(line))[0] < box[0] + .01 * unit ? BOWL_FIRST : 0;
        cost -= entry.isPresent() && isAt(begin, entry.get()) ? ALWAYS : 0;
        return cost + costOfExit(line);
    }

    private double costOfExit(float[] line) {
        if (exit.isEmpty() || isClosed(line)) {
            return 0;
        }
        double cost = isAt(Polylines.end(line, false), exit.get()) ? 2 * ALWAYS : 0;
        return cost + (isAt(Polylines.end(line, true), exit.get()) && left.size() > 1 ? ALWAYS : 0);
    }

    /** The line that goes on best from the end of another, or null. */
    private Directed onward(float[] line) {
        if (line.length == 2 || isDot(line)) {
            return null;
        }
        Vector end = Polylines.end(line, true);
        Vector out = Polylines.outward(line, true, .1 * unit);
        Directed best = null;
        double straightest = SHARPEST;
        for (Directed directed : directions()) {
            float[] next = line(directed);
            if (isDot(next) || !isAt(Polylines.end(next, false), end) || costOfExit(next) > 0) {
                continue;
            }
            Vector in = Polylines.outward(Polylines.reversed(next), true, .1 * unit);
            double straight = isClosed(next) && isClockwise(next) ? SHARPEST : -out.dot(in);
            if (straight > straightest) {
                best = directed;
                straightest = straight;
            }
        }
        return best;
    }

    private boolean meetsAnother(Vector point, int own) {
        for (int i = 0; i < left.size(); i++) {
            if (i != own && isAt(Polylines.nearest(left.get(i), point), point)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAt(Vector point, Vector other) {
        return point.distance(other) < Polylines.TOUCH * unit;
    }

    private boolean isClosed(float[] line) {
        return line.length > 6 && isAt(Polylines.end(line, false), Polylines.end(line, true));
    }

    private boolean isDot(float[] line) {
        return Polylines.isDot(line, unit);
    }

    private static boolean isClockwise(float[] line) {
        double area = 0;
        for (int i = 0; i + 3 < line.length; i += 2) {
            area += (double) line[i] * line[i + 3] - (double) line[i + 2] * line[i + 1];
        }
        return area > 0;
    }

    private static float[] fromUpperRight(float[] ring) {
        int start = 0;
        for (int i = 2; i < ring.length; i += 2) {
            if (ring[i] - ring[i + 1] > ring[start] - ring[start + 1]) {
                start = i;
            }
        }
        float[] turned = new float[ring.length];
        int size = ring.length - 2; // the last point is the first
        for (int i = 0; i < size; i++) {
            turned[i] = ring[(start + i) % size];
        }
        turned[size] = turned[0];
        turned[size + 1] = turned[1];
        return turned;
    }
}
