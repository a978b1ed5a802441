package io.inkstream.modelserver.grapheme;

import java.util.ArrayList;
import java.util.List;

/** Tells the dot of an i from its stem. */
final class Dots {
    private static final double TOUCHING = .1;
    private static final double CLEAR = .05;
    /** Where the class was sized together with its dot, the stem alone is too small: as high as other small letters. */
    private static final double STEM_HEIGHT = .95;

    private static final double MOST_STRETCH = 1.35;

    private Dots() {}

    /** A form in two. */
    record Parts(List<float[]> stem, List<float[]> dots) {}

    /** The largest piece with all beside it, and what is wholly above or below it. */
    static Parts parts(List<float[]> form) {
        List<List<float[]>> pieces = Paths.pieces(form, TOUCHING);
        List<float[]> largest = pieces.get(0);
        for (List<float[]> piece : pieces) {
            largest = Paths.length(piece) > Paths.length(largest) ? piece : largest;
        }
        Paths.Box stem = Paths.box(largest);
        List<float[]> kept = new ArrayList<>();
        List<float[]> dots = new ArrayList<>();
        for (List<float[]> piece : pieces) {
            Paths.Box box = Paths.box(piece);
            boolean isApart = box.bottom() < stem.top() + CLEAR || box.top() > stem.bottom() - CLEAR;
            (piece != largest && isApart ? dots : kept).addAll(piece);
        }
        return new Parts(kept, dots);
    }

    /** The stem of a dotted small letter, as high as other small letters. */
    static List<float[]> stem(List<float[]> form) {
        List<float[]> stem = parts(form).stem();
        double height = Math.max(.3, -Paths.box(stem).top());
        return Paths.raised(stem, Math.max(1, Math.min(MOST_STRETCH, STEM_HEIGHT / height)));
    }
}
