package io.inkstream.modelserver.joins;

import io.inkstream.modelserver.joins.Polylines.FreeEnd;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A place where a pen that comes from the letter before may enter a letter.
 *
 * @param point where
 * @param direction of the pen there
 * @param badness cost of the place itself
 * @param isLoop whether the pen comes up to the head of an ascender, where it turns back
 */
record Entry(Vector point, Vector direction, double badness, boolean isLoop) {

    /** Every how many samples one is looked at: each .06 to .09 x-heights. */
    private static final int STRIDE = 2;

    private static final int STEM_STRIDE = 3;
    /** Height from which on a stem is an ascender. */
    private static final double ASCENDER = 1.4;
    /** A loop turns away from its chord, which costs elsewhere; here that is given back. */
    private static final double LOOP_GIVES = -1;

    Entry(Vector point, Vector direction, double badness) {
        this(point, direction, badness, false);
    }

    /**
     * All places of a letter, for a pen that left the letter before in the given way.
     *
     * @param loops whether an ascender is entered by a loop
     */
    static List<Entry> of(EntryClass entry, Body letter, Exit from, boolean loops) {
        Samples samples = letter.samples();
        if (samples.size() == 0) {
            return List.of();
        }
        return switch (entry) {
            case TOP -> top(letter, from);
            case STEM -> loops && !from.isHigh() ? looped(samples) : stem(samples);
            case EYE -> eye(samples, from.isHigh());
            case ROUND -> round(samples);
            case NEVER -> List.of();
        };
    }

    private static List<Entry> top(Body letter, Exit from) {
        Samples samples = letter.samples();
        FreeEnd best = null;
        double bestMerit = Double.NEGATIVE_INFINITY;
        for (FreeEnd end : letter.freeEnds()) {
            double height = end.point().height();
            double merit = .9 * height - 1.1 * end.point().x();
            if (height > .5 && height < 1.35 && merit > bestMerit) {
                best = end;
                bestMerit = merit;
            }
        }
        if (best != null && best.point().x() < samples.left() + .45) {
            Vector out = best.outward();
            return List.of(
                    new Entry(best.point(), fromHigh(from, Vector.unit(.5 * out.x() + .62, .5 * out.y() - .6)), 0));
        }
        OptionalInt head = samples.best(
                i -> samples.height(i) > .55 && samples.height(i) < 1.2 && samples.isSeenFromLeft(i),
                i -> samples.height(i) - .8 * samples.point(i).x());
        return head.isEmpty()
                ? List.of()
                : List.of(new Entry(samples.point(head.getAsInt()), fromHigh(from, Vector.unit(.6, -.8)), .1));
    }

    /** From a head or an arm a pen comes flat, or r would be read as n. */
    private static Vector fromHigh(Exit from, Vector direction) {
        if (!from.isHigh()) {
            return direction;
        }
        return from.kind() == Exit.Kind.OVER ? Vector.unit(.85, -.4) : Vector.unit(.9, -.2);
    }

    private static List<Entry> looped(Samples samples) {
        OptionalInt top = samples.best(i -> samples.height(i) > ASCENDER, samples::height);
        return top.isEmpty()
                ? stem(samples)
                : List.of(new Entry(samples.point(top.getAsInt()), Vector.unit(-.8, -.45), LOOP_GIVES, true));
    }

    private static List<Entry> stem(Samples samples) {
        List<Entry> entries = new ArrayList<>();
        int seen = 0;
        for (int i = 0; i < samples.size(); i++) {
            double height = samples.height(i);
            Vector up = samples.upward(i);
            if (height > .3
                    && height < 1.05
                    && up.y() < -.7
                    && samples.isSeenFromLeft(i)
                    && seen++ % STEM_STRIDE == 0) {
                entries.add(new Entry(samples.point(i), Vector.unit(up.x() + .2, up.y()), .5 * Math.abs(height - .5)));
            }
        }
        return entries;
    }

    private static List<Entry> eye(Samples samples, boolean isHigh) {
        double highest = isHigh ? .8 : .62;
        double wanted = isHigh ? .7 : .42;
        Vector direction = isHigh ? Vector.unit(.95, .05) : Vector.unit(.9, -.42);
        List<Entry> entries = new ArrayList<>();
        int seen = 0;
        for (int i = 0; i < samples.size(); i++) {
            double height = samples.height(i);
            if (height > .28 && height < highest && samples.isSeenFromLeft(i) && seen++ % STRIDE == 0) {
                entries.add(new Entry(samples.point(i), direction, Math.abs(height - wanted)));
            }
        }
        return entries;
    }

    private static List<Entry> round(Samples samples) {
        List<Entry> entries = new ArrayList<>();
        int seen = 0;
        for (int i = 0; i < samples.size(); i++) {
            double height = samples.height(i);
            Vector along = samples.rightward(i);
            if (height > .45 && height < 1.2 && along.y() < .1 && samples.isSeenFromLeft(i) && seen++ % STRIDE == 0) {
                entries.add(new Entry(samples.point(i), along, 0));
            }
        }
        return entries;
    }

    /** Where a pen from the given place can enter any letter: on the left, at half height. */
    static Optional<Entry> plain(Body letter, double shift, Vector from) {
        Samples samples = letter.samples();
        OptionalInt best = samples.best(
                i -> samples.height(i) > .1 && samples.height(i) < 1.2,
                i -> -samples.point(i).x() - .8 * Math.abs(samples.height(i) - .65));
        if (best.isEmpty()) {
            return Optional.empty();
        }
        Vector point = samples.point(best.getAsInt()).plus(shift, 0);
        boolean rises = point.y() < from.y() - .15;
        return Optional.of(new Entry(point, rises ? Vector.unit(.6, -.8) : Vector.unit(.95, -.1), 0));
    }
}
