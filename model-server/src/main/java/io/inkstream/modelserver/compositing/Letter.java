package io.inkstream.modelserver.compositing;

import java.util.List;

/**
 * A letter form bent, sized and placed on the baseline for one occurrence; only its x is still open.
 *
 * @param form strokes of the form alone, as readers are shown it
 * @param strokes what is drawn, and what spacing sees
 * @param body how many of these, from the first, neighbours may be joined to: not marks
 * @param spacing what the document asks for beside the gap
 * @param wordSpace white before it, from the last of the tabs on
 * @param beforeTabs word spaces before each tab that is between it and the letter before it
 */
record Letter(
        LineGlyph glyph,
        Strokes form,
        Strokes strokes,
        int body,
        double radius,
        double gap,
        double spacing,
        boolean startsWord,
        double wordSpace,
        List<Double> beforeTabs) {

    /** The same with other strokes. */
    Letter with(Strokes strokes, int body) {
        return new Letter(glyph, form, strokes, body, radius, gap, spacing, startsWord, wordSpace, beforeTabs);
    }

    double toleranceTo(Letter after) {
        return Math.max(glyph.sideTolerance(), after.glyph.sideTolerance());
    }

    /**
     * By how much a letter is shifted to stand beside this one.
     *
     * @param gap wanted, by ink profile
     * @param condense share of its width that the line is condensed to
     * @param leastBoxGap between their boxes, negative where they may overlap
     */
    double shiftOf(Letter after, InkProfile.Gaps gaps, double gap, double condense, double leastBoxGap) {
        double widestGap = Math.min(glyph.maxBoxGap(), after.glyph.maxBoxGap());
        double shift = Math.min(gap * condense - gaps.optical(), widestGap - gaps.box()) + after.spacing * condense;
        return Math.max(shift, leastBoxGap - gaps.box());
    }
}
