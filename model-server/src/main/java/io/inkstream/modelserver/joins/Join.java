package io.inkstream.modelserver.joins;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Two letters that were joined.
 *
 * @param shift how far the second stands to the right of its own coordinates, seen from those of the first
 * @param letter lines of the first as it is drawn then: what was cut off is rounded
 * @param ligature the line from the one to the other, in coordinates of the first
 */
public record Join(double shift, List<float[]> letter, float[] ligature) {
    /** Beyond this cost the pen is lifted instead. */
    private static final double WORST = 1.3;
    /** The same where a pair is joined anyhow; beyond it a plain line goes over. */
    private static final double WORST_ANYHOW = 3;

    private static final double PLAIN_NEARER = .08;
    private static final double MOST_BACK = .25;

    private static final double[] SHIFTS = {-.2, -.12, -.04, .04, .12, .2, .28};
    /** Cost of a shift of one x-height, and of a ligature that is so much too narrow or too wide. */
    private static final double SHIFT_COST = .9;

    private static final double WIDTH_COST = 2;

    private static final double LEAST_WIDTH = .28;
    private static final double GREATEST_WIDTH = .75;
    private static final double LEAST_ROOM = .25;

    /**
     * What a line allows.
     *
     * @param shift where spacing would put the second letter
     * @param leastShift the ink of the two comes no nearer than there
     * @param above height of what may be drawn
     * @param below depth of what may be drawn
     */
    public record Place(double shift, double leastShift, double above, double below) {
        private Place in(double unit) {
            return new Place(shift / unit, leastShift / unit, above / unit, below / unit);
        }
    }

    /** Joins two letters where that looks well, or anyhow in the manner of a hand that is in haste. */
    public static Optional<Join> of(JoinRules.Pair pair, Body before, Body after, Manner manner, Place place) {
        double unit = before.xHeight();
        Place inHand = place.in(unit);
        Optional<Join> join = Exit.of(pair.exit(), before, manner.leavesAtBar())
                .flatMap(exit -> best(
                        exit,
                        pair.entry(),
                        Entry.of(pair.entry(), after, exit, manner.loops()),
                        inHand,
                        manner.joinsAnyhow() ? WORST_ANYHOW : WORST));
        return join.or(() -> manner.joinsAnyhow() ? plain(before, after, inHand) : Optional.empty())
                .map(found -> new Join(
                        unit * found.shift,
                        Polylines.scaled(found.letter, unit),
                        Polylines.scaled(found.ligature, unit)));
    }

    /** A line from the right of one letter to the left of the next, whatever they are. */
    private static Optional<Join> plain(Body before, Body after, Place place) {
        double shift = Math.max(place.shift - PLAIN_NEARER, place.leastShift);
        return Exit.plain(before).flatMap(exit -> Entry.plain(after, shift, exit.point())
                .filter(entry -> entry.point().x() > exit.point().x() - MOST_BACK)
                .map(entry -> {
                    double pull = Math.min(.9 * entry.point().distance(exit.point()), .6);
                    float[] line = Ligature.curve(
                            exit.point(),
                            exit.direction().times(pull),
                            entry.point(),
                            entry.direction().times(pull));
                    for (int i = 1; i < line.length; i += 2) {
                        line[i] = (float) Math.max(-place.above, Math.min(place.below, line[i]));
                    }
                    return new Join(shift, exit.letter(), line);
                }));
    }

    private static Optional<Join> best(Exit exit, EntryClass entry, List<Entry> entries, Place place, double worst) {
        double least = LEAST_WIDTH
                + switch (exit.kind()) {
                    case TURN -> .22;
                    case OVER -> .12;
                    default -> entry == EntryClass.TOP || entry == EntryClass.STEM ? .06 : 0;
                };
        double greatest = Math.max(GREATEST_WIDTH, least + LEAST_ROOM);
        Ligature.Room room = new Ligature.Room(place.above, place.below);
        double bestCost = worst;
        double bestShift = 0;
        Ligature best = null;
        for (double more : SHIFTS) {
            double shift = Math.max(place.shift + more, place.leastShift);
            double shiftCost = SHIFT_COST * Math.abs(more);
            Ligature ligature = Ligature.best(exit, entries, shift, room, bestCost - shiftCost);
            if (ligature == null) {
                continue;
            }
            double odd = exit.kind() == Exit.Kind.TAIL
                    ? 0
                    : Math.max(0, least - ligature.width()) + Math.max(0, ligature.width() - greatest);
            double cost = ligature.cost() + WIDTH_COST * odd + shiftCost;
            if (cost < bestCost) {
                bestCost = cost;
                bestShift = shift;
                best = ligature;
            }
        }
        return best == null ? Optional.empty() : Optional.of(join(exit, bestShift, best));
    }

    private static Join join(Exit exit, double shift, Ligature ligature) {
        float[] line = ligature.line();
        if (ligature.foot() == 0) {
            return new Join(shift, exit.letter(), line);
        }
        int foot = 2 * ligature.foot();
        List<float[]> letter = Stream.concat(exit.letter().stream(), Stream.of(Arrays.copyOf(line, foot)))
                .toList();
        return new Join(shift, letter, Arrays.copyOfRange(line, foot - 2, line.length));
    }
}
