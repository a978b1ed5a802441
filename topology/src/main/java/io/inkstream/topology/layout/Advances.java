package io.inkstream.topology.layout;

import io.inkstream.schemas.hand.HandTraits;
import io.inkstream.topology.tokenise.Glyph;
import java.util.HashMap;
import java.util.Map;

/**
 * How far the pen of one style moves for the glyphs of one model version. Unit: one x-height.
 *
 * @param widths width of each character, of the pen's centre line
 * @param pen width of the pen, added to each width for the ink
 * @param gap between the ink of two letters of a word, where they come nearest
 * @param wordSpace between the ink of two words
 */
public record Advances(Map<String, Double> widths, double pen, double gap, double wordSpace) {
    /** Room at each end of a line. */
    public static final double MARGIN = 0.25;

    /** Line height over x-height. */
    public static final double LINE_HEIGHT = 3.2;

    /**
     * How much closer boxes stand than ink. Drawn lines of ten hands measure .72 to 1.09 of what the sum of widths, gaps
     * and word spaces gives, .87 on average, since hands are narrow or wide. This much fills the measure for most, and
     * leaves the widest to the renderer, which closes word spaces and condenses.
     */
    private static final double OVERHANG = .1;

    /**
     * Those of one hand.
     *
     * @param widths of the classes on average, by character
     */
    public static Advances of(Map<String, Double> widths, HandTraits hand) {
        Map<String, Double> own = new HashMap<>();
        widths.forEach((character, width) -> own.put(character, width * hand.widthFactor(character)));
        return new Advances(own, hand.pen(), hand.gap(), hand.wordSpace());
    }

    /** Ink width of one glyph. */
    double of(Glyph glyph) {
        double width = glyph.composition()
                .map(composition -> composition.width(widths::get))
                .orElseGet(() -> widths.get(glyph.text()));
        return width + pen;
    }

    /** Expected space between the boxes of two letters, which the nearest ink's gap exceeds: letters lean over each other. */
    double betweenLetters() {
        return Math.max(0, gap - OVERHANG);
    }

    /** Space between the boxes of two words. */
    double betweenWords() {
        return wordSpace;
    }
}
