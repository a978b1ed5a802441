package io.inkstream.modelserver.joins;

import io.inkstream.modelserver.joins.Polylines.FreeEnd;
import java.util.List;

/**
 * The lines of a letter that others may be joined to, in x-heights of its hand, with what joins ask of them: worked out when
 * it is first asked for, since a letter is left by one join and entered by another. Not thread-safe.
 */
public final class Body {
    private final List<float[]> lines;
    private final double xHeight;
    private Samples samples;
    private List<FreeEnd> freeEnds;

    /**
     * Scales a letter's lines.
     *
     * @param lines without marks
     * @param xHeight height of the hand's small letters, in the unit of {@code lines}
     */
    public Body(List<float[]> lines, double xHeight) {
        this.lines = Polylines.scaled(lines, 1 / xHeight);
        this.xHeight = xHeight;
    }

    List<float[]> lines() {
        return lines;
    }

    /** By how much its lines are larger where they are drawn. */
    double xHeight() {
        return xHeight;
    }

    Samples samples() {
        if (samples == null) {
            samples = new Samples(lines);
        }
        return samples;
    }

    List<FreeEnd> freeEnds() {
        if (freeEnds == null) {
            freeEnds = Polylines.freeEnds(lines);
        }
        return freeEnds;
    }
}
