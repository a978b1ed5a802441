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

    /**
     * Joins two letters where that looks well.
     *
     * @param atBar whether the hand leaves its t at the bar
     */
    public static Optional<Join> of(JoinRules.Pair pair, Body before, Body after, boolean atBar, Place place) {
        double unit = before.xHeight();
        return Exit.of(pair.exit(), before, atBar)
                .flatMap(exit -> best(exit, pair.entry(), Entry.of(pair.entry(), after, exit), place.in(unit)))
                .map(join -> new Join(
                        unit * join.shift, Polylines.scaled(join.letter, unit), Polylines.scaled(join.ligature, unit)));
    }

    private static Optional<Join> best(Exit exit, EntryClass entry, List<Entry> entries, Place place) {
        double least = LEAST_WIDTH
                + switch (exit.kind()) {
                    case TURN -> .22;
                    case OVER -> .12;
                    default -> entry == EntryClass.TOP || entry == EntryClass.STEM ? .06 : 0;
                };
        double greatest = Math.max(GREATEST_WIDTH, least + LEAST_ROOM);
        Ligature.Room room = new Ligature.Room(place.above, place.below);
        double bestCost = WORST;
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
