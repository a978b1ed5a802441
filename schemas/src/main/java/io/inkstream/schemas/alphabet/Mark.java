package io.inkstream.schemas.alphabet;

/**
 * A combining mark. Lengths are x-heights of the pen's centre line.
 *
 * @param codePoint of the mark
 * @param place where it stands
 * @param shape name of its pen shape, see {@link PenShape}
 * @param width of it, 0 where the shape has a width of its own
 * @param height of it
 * @param gap white between its ink and that of the letter; 0 is attached
 */
public record Mark(int codePoint, Place place, String shape, double width, double height, double gap) {
    /** Where a mark stands. */
    public enum Place {
        ABOVE,
        BELOW,
        /** Hangs from the middle of the foot. */
        CEDILLA,
        /** Hangs from the right of the foot. */
        OGONEK,
        /** Grows from the right of the top. */
        HORN,
        /** Beside the top, at the right. */
        RIGHT,
        /** Slanted across the letter. */
        SLASH,
        /** Level across the letter. */
        BAR
    }

    /** Whether it is made of the hand's own dots. */
    public boolean isDots() {
        return shape.startsWith("@");
    }
}
