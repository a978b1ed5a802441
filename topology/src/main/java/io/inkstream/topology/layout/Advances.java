package io.inkstream.topology.layout;

import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.hand.HandTraits;
import io.inkstream.schemas.hand.Trait;
import io.inkstream.topology.tokenise.Glyph;
import java.util.HashMap;
import java.util.Map;

/**
 * How far the pen of one hand moves for the glyphs of one model version. Unit: one x-height.
 *
 * @param widths width of each character, of the pen's centre line
 * @param pen width of the pen, added to each width for the ink
 * @param gap between the boxes of two letters of a word; below 0 where they lean over each other
 * @param wordSpace between the boxes of two words
 */
public record Advances(Map<String, Double> widths, double pen, double gap, double wordSpace) {
    /** Room at each end of a line. */
    public static final double MARGIN = 0.25;

    /** Line height over x-height. */
    public static final double LINE_HEIGHT = 3.2;

    /**
     * What the boxes of two letters stand apart, by what their hand is like. Fitted to 1,364 drawn lines of 84 hands in seven
     * styles: of these, nine out of ten are .96 to 1.06 times as wide as is expected here. The renderer closes word spaces of a
     * line that runs over and then condenses it.
     */
    private static final double OVERHANG = .235;

    private static final double OF_GAP = .9;
    private static final double OF_GAP_UNREST = .2;
    private static final double OF_JOINING = .1;
    /** In haste pairs are joined that else are not. */
    private static final double OF_HASTE = .1;

    /**
     * Those of one hand.
     *
     * @param widths of the classes on average, by character
     * @param layout of the document
     */
    public static Advances of(Map<String, Double> widths, HandTraits traits, LayoutOptions layout) {
        HandTraits hand = traits.in(layout);
        Map<String, Double> own = new HashMap<>();
        widths.forEach((character, width) -> own.put(character, width * hand.widthFactor(character)));
        double gap = between(hand.gap())
                + OF_GAP_UNREST * layout.getIrregularity() * hand.of(Trait.GAP_UNREST)
                + (OF_JOINING + OF_HASTE * hand.of(Trait.HASTE)) * hand.joining(layout)
                + layout.getLetterSpacing();
        return new Advances(own, hand.pen(), gap, hand.wordSpace());
    }

    private static double between(double gap) {
        return OF_GAP * (gap - OVERHANG);
    }

    /**
     * The {@link Trait#GAP} of a hand with even gaps whose boxes of two letters of a word stand so far apart.
     *
     * @param joining its {@link Trait#JOINING}
     */
    public static double gapOf(double betweenBoxes, double joining) {
        return (betweenBoxes - OF_JOINING * joining) / OF_GAP + OVERHANG;
    }

    /** Ink width of one glyph. */
    double of(Glyph glyph) {
        double width = glyph.composition()
                .map(composition -> composition.width(widths::get))
                .orElseGet(() -> widths.get(glyph.text()));
        return width + pen;
    }

    /** Space between the boxes of two letters. */
    double betweenLetters() {
        return gap;
    }

    /** Space between the boxes of two words. */
    double betweenWords() {
        return wordSpace;
    }
}
