package io.inkstream.topology.layout;

/**
 * How far the pen of one style moves for the glyphs of one model version. Unit: one x-height.
 *
 * @param widths width of each character class, of the pen's centre line
 * @param pen width of the pen, added to each width for the ink
 * @param gap between the ink of two letters of a word
 * @param wordSpace between the ink of two words, to which the pen is added
 */
public record Advances(double[] widths, double pen, double gap, double wordSpace) {
    /** Room at each end of a line. */
    public static final double MARGIN = 0.25;

    /** Line height over x-height. */
    public static final double LINE_HEIGHT = 3.2;

    /** Ink width of one glyph. */
    double of(int characterClass) {
        return widths[characterClass] + pen;
    }

    /** Space between two words. */
    double betweenWords() {
        return wordSpace + pen;
    }
}
