package io.inkstream.modelserver.joins;

import io.inkstream.modelserver.joins.Polylines.FreeEnd;
import java.util.List;

/**
 * The lines of a letter that others may be joined to, in x-heights of its hand, with what joins ask of them: worked out when
 * it is first asked for, since a letter is left by one join and entered by another. Not thread-safe.
 */
public final class Body {
    private final List<float[]> drawn;
    private final double xHeight;
    private List<float[]> lines;
    private Samples samples;
    private List<FreeEnd> freeEnds;

    /**
     * The body of a letter as it is drawn.
     *
     * @param drawn its lines without marks
     * @param xHeight height of the hand's small letters, in the unit of {@code drawn}
     */
    public Body(List<float[]> drawn, double xHeight) {
        this.drawn = drawn;
        this.xHeight = xHeight;
    }

    List<float[]> lines() {
        if (lines == null) {
            lines = Polylines.scaled(drawn, 1 / xHeight);
        }
        return lines;
    }

    /** By how much its lines are larger where they are drawn. */
    double xHeight() {
        return xHeight;
    }

    Samples samples() {
        if (samples == null) {
            samples = new Samples(lines());
        }
        return samples;
    }

    List<FreeEnd> freeEnds() {
        if (freeEnds == null) {
            freeEnds = Polylines.freeEnds(lines());
        }
        return freeEnds;
    }
}
