package io.inkstream.schemas.alphabet;

import java.util.OptionalDouble;

/** One step of drawing a grapheme: something that is added to the ink that is there. */
public sealed interface Step {
    /**
     * Where a piece goes, by the ink that is there.
     *
     * @param at the anchor
     * @param gap white to the ink before it, for {@link Anchor#BESIDE}
     * @param dx further shift to the right
     */
    record Placement(Anchor at, double gap, double dx) {}

    /** What of the ink a piece is placed by. */
    enum Anchor {
        /** Where it is. */
        NOWHERE,
        /** To the right of the ink. */
        BESIDE,
        /** On the middle of the ink, along the slant. */
        MIDDLE,
        /** On the middle of the piece before it, along the slant. */
        LAST,
        LEFT,
        RIGHT,
        LEFT_EDGE,
        RIGHT_EDGE,
        /** Hangs from the foot at the right. */
        FOOT,
        /** The middle of the piece at the lowest point. */
        FOOT_MIDDLE,
        /** Grows from the highest point. */
        TIP,
        /** The middle of the piece at the highest point. */
        TIP_MIDDLE,
        TIP_LEFT,
        TIP_RIGHT,
        /** As high as the stem at the left, and joined to it. */
        STEM
    }

    /**
     * A character of the model.
     *
     * @param isTurned by half a turn
     * @param isMirrored left and right
     * @param isDotless without what stands above or below its largest piece
     * @param height to bring it to
     * @param width to bring it to
     * @param bottom to set it at
     */
    record Glyph(
            String character,
            boolean isTurned,
            boolean isMirrored,
            boolean isDotless,
            OptionalDouble height,
            OptionalDouble width,
            OptionalDouble bottom,
            Placement placement)
            implements Step {}

    /**
     * A pen shape.
     *
     * @param tilt in radians
     */
    record Pen(
            String shape,
            double width,
            double height,
            double bottom,
            boolean isFlipped,
            boolean isUpsideDown,
            double tilt,
            Placement placement)
            implements Step {}

    /**
     * One pull of the pen across the ink.
     *
     * @param y height at which it crosses
     * @param length in units of {@code across}
     * @param slope 0 for a level one
     */
    record Pull(double y, double length, Across across, double slope, double dx) implements Step {
        public boolean isSlanted() {
            return slope != 0;
        }
    }

    /** What of the ink a pull crosses, and what its length is measured in. */
    enum Across {
        /** The middle of the ink at that height; length in x-heights. */
        MEAN,
        /** The leftmost ink at that height; length in x-heights. */
        LEFT,
        /** The rightmost ink at that height; length in x-heights. */
        RIGHT,
        /** All ink at that height; length in widths of it. */
        BOX,
        /** The middle of the whole; length in widths of it. */
        WHOLE,
        /** The middle of the whole; length in x-heights. */
        CENTRE
    }

    /** A mark on the ink that is there. */
    record Accent(Mark mark) implements Step {}

    /** A mark alone, where it would stand over a small letter. */
    record LoneAccent(Mark mark) implements Step {}

    /** Another grapheme. */
    record Part(Composition composition, Placement placement) implements Step {}
}
