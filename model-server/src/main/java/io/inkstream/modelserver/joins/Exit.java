package io.inkstream.modelserver.joins;

import io.inkstream.modelserver.joins.Polylines.FreeEnd;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * How a pen leaves a letter for the next.
 *
 * @param kind shape of the line that follows
 * @param point where that line begins
 * @param direction of the pen there
 * @param isHigh whether it leaves in the upper half, from an arm, a bar or a head
 * @param letter its lines, without what the line that follows replaces
 */
record Exit(Kind kind, Vector point, Vector direction, boolean isHigh, List<float[]> letter) {

    /** Shape of the line to the next letter. */
    enum Kind {
        /** On from where the pen is. */
        DIRECT,
        /** Round at the foot of a stem. */
        TURN,
        /** Hanging a little between two heads. */
        SAG,
        /** Round over a head, then hanging. */
        OVER,
        /** Back through the tail. */
        TAIL
    }

    /** Height of the foot that is rounded, and how much of a leg that may take. */
    private static final double FOOT = .22;

    private static final double MOST_OF_LEG = .5;
    /** A leg shorter than this is no leg, and what stands lower than the second figure is nothing to round. */
    private static final double SHORTEST_LEG = .45;

    private static final double LOWEST_CUT = .12;
    private static final double SHORTEST_REST = .2;
    /** Over this length from a cut a line has its direction there. */
    private static final double CUT_REACH = .1;

    /**
     * Finds where the pen leaves a letter.
     *
     * @param atBar whether the hand leaves its t at the bar
     */
    static Optional<Exit> of(ExitClass exit, Body letter, boolean atBar) {
        if (letter.samples().size() == 0) {
            return Optional.empty();
        }
        return switch (exit) {
            case LOW -> low(letter);
            case UNDER -> under(letter);
            case LOOP -> loop(letter);
            case ARM -> arm(letter);
            case TOP -> top(letter);
            case BAR -> bar(letter);
            case FOOT_OR_BAR -> atBar ? bar(letter) : low(letter);
            case TAIL -> tail(letter);
            case NEVER -> Optional.empty();
        };
    }

    /** Where any letter can be left: on the right, as low as goes. */
    static Optional<Exit> plain(Body letter) {
        Samples samples = letter.samples();
        OptionalInt best = samples.best(
                i -> samples.height(i) > -.4 && samples.height(i) < 1.1,
                i -> samples.point(i).x() - .7 * Math.abs(samples.height(i) - .05));
        if (best.isEmpty()) {
            return Optional.empty();
        }
        boolean isHigh = samples.height(best.getAsInt()) > .55;
        Vector out = isHigh ? Vector.unit(.9, .45) : Vector.unit(.95, .1);
        return Optional.of(new Exit(Kind.DIRECT, samples.point(best.getAsInt()), out, isHigh, letter.lines()));
    }

    private static Optional<FreeEnd> best(Body letter, Predicate<FreeEnd> mayBe, ToDoubleFunction<FreeEnd> merit) {
        FreeEnd best = null;
        for (FreeEnd end : letter.freeEnds()) {
            if (mayBe.test(end) && (best == null || merit.applyAsDouble(end) > merit.applyAsDouble(best))) {
                best = end;
            }
        }
        return Optional.ofNullable(best);
    }

    private static Exit direct(Vector point, Vector direction, List<float[]> letter) {
        return new Exit(Kind.DIRECT, point, direction, false, letter);
    }

    private static Optional<Exit> low(Body letter) {
        Optional<FreeEnd> found = best(
                letter,
                end -> end.point().height() > -.35
                        && end.point().height() < .5
                        && end.point().x() > letter.samples().middle() - .25,
                end -> end.point().x() - .8 * end.point().height());
        if (found.isEmpty()) {
            return under(letter);
        }
        FreeEnd end = found.get();
        Vector out = end.outward();
        if (out.x() > .45 && out.y() < .45) {
            return Optional.of(direct(end.point(), out, letter.lines()));
        }
        if (out.y() < -.3) {
            return Optional.of(direct(end.point(), Vector.unit(out.x() + .4, out.y()), letter.lines()));
        }
        return out.x() < -.6 && out.y() < .5 ? under(letter) : Optional.of(foot(letter.lines(), end));
    }

    /** A leg that points down: its foot is cut off to be rounded, or left where it is too little. */
    private static Exit foot(List<float[]> letter, FreeEnd end) {
        float[] leg = letter.get(end.line());
        Exit pointed = direct(end.point(), Vector.unit(.85, -.1), letter);
        if (Polylines.length(leg) < SHORTEST_LEG) {
            return pointed;
        }
        float[] cut = Polylines.cut(leg, end.isLast(), FOOT, MOST_OF_LEG);
        Vector point = Polylines.end(cut, end.isLast());
        if (point.height() < LOWEST_CUT || Polylines.length(cut) < SHORTEST_REST) {
            return pointed;
        }
        Vector out = Polylines.outward(cut, end.isLast(), CUT_REACH);
        List<float[]> rest = Polylines.with(letter, end.line(), cut);
        return out.y() < .3
                ? direct(point, Vector.unit(Math.max(out.x(), .3), out.y()), rest)
                : new Exit(Kind.TURN, point, out, false, rest);
    }

    private static Optional<Exit> under(Body letter) {
        Samples samples = letter.samples();
        OptionalInt best = samples.best(
                i -> {
                    Vector along = samples.rightward(i);
                    double height = samples.height(i);
                    return height < .3
                            && height > -.25
                            && samples.point(i).x() > samples.middle() - .12
                            && along.x() > .8
                            && along.y() < .35;
                },
                i -> .6 * samples.point(i).x()
                        - samples.height(i)
                        - .3 * Math.abs(samples.rightward(i).y()));
        if (best.isEmpty()) {
            return Optional.empty();
        }
        int at = best.getAsInt();
        Vector out = Vector.unit(1, Math.min(.1, samples.rightward(at).y()));
        return Optional.of(direct(samples.point(at), out, letter.lines()));
    }

    private static Optional<Exit> loop(Body letter) {
        Samples samples = letter.samples();
        double half = samples.highest() / 2;
        OptionalInt best = samples.best(
                i -> {
                    double fall = samples.rightward(i).y();
                    boolean isUpperRight = samples.point(i).x() > samples.middle() - .08 && samples.height(i) > half;
                    return isUpperRight && fall > -.1 && fall < .85;
                },
                i -> -Math.abs(samples.rightward(i).y() - .35));
        if (best.isEmpty()) {
            return Optional.empty();
        }
        int at = best.getAsInt();
        Vector along = samples.rightward(at);
        return Optional.of(
                new Exit(Kind.SAG, samples.point(at), Vector.unit(along.x(), .8 * along.y()), true, letter.lines()));
    }

    private static Optional<Exit> arm(Body letter) {
        return best(
                        letter,
                        end -> end.point().height() > .45
                                && end.point().height() < 1.4
                                && end.point().x() > letter.samples().middle(),
                        end -> end.point().x())
                .map(end -> {
                    boolean hangs = end.outward().y() > .75;
                    List<float[]> lines = hangs ? cutBack(letter.lines(), end, .12) : letter.lines();
                    Vector out = hangs ? out(lines, end) : end.outward();
                    return new Exit(
                            Kind.SAG,
                            Polylines.end(lines.get(end.line()), end.isLast()),
                            Vector.unit(Math.max(out.x(), .7), .5 * out.y()),
                            true,
                            lines);
                });
    }

    private static Optional<Exit> top(Body letter) {
        return best(
                        letter,
                        end -> end.point().height() > .5
                                && end.point().height() < 1.5
                                && end.point().x() > letter.samples().middle(),
                        end -> end.point().x() + end.point().height())
                .map(end -> {
                    List<float[]> lines = cutBack(letter.lines(), end, .1);
                    return new Exit(
                            Kind.OVER,
                            Polylines.end(lines.get(end.line()), end.isLast()),
                            out(lines, end),
                            true,
                            lines);
                });
    }

    private static Optional<Exit> bar(Body letter) {
        return best(
                        letter,
                        end -> end.point().height() > .55
                                && end.point().height() < 1.45
                                && end.outward().x() > .5,
                        end -> end.point().x())
                .map(end -> new Exit(
                        Kind.DIRECT,
                        end.point(),
                        Vector.unit(1, Math.max(-.3, Math.min(.3, end.outward().y()))),
                        true,
                        letter.lines()));
    }

    private static Optional<Exit> tail(Body letter) {
        return best(
                        letter,
                        end -> end.point().height() < -.25,
                        end -> -end.point().x() - .3 * end.point().height())
                .filter(end -> end.point().x() <= letter.samples().middle() + .15)
                .map(end -> new Exit(Kind.TAIL, end.point(), end.outward(), false, letter.lines()));
    }

    private static List<float[]> cutBack(List<float[]> letter, FreeEnd end, double length) {
        float[] cut = Polylines.cut(letter.get(end.line()), end.isLast(), Double.POSITIVE_INFINITY, length);
        return Polylines.with(letter, end.line(), cut);
    }

    private static Vector out(List<float[]> lines, FreeEnd end) {
        return Polylines.outward(lines.get(end.line()), end.isLast(), CUT_REACH);
    }
}
