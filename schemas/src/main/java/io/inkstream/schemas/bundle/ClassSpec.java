package io.inkstream.schemas.bundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.alphabet.Graphemes;

/**
 * One character class of a model: its typography and how a good drawing of it looks. Lengths are x-heights of the pen's
 * centre line; add the pen for ink.
 *
 * @param character the character, one Unicode code point
 * @param height median height
 * @param width median width
 * @param bottom lowest point above (+) or below (-) the baseline
 * @param heightLogSd standard deviation of the logarithm of the height between writers
 * @param widthLogSd likewise of the width
 * @param slant median of horizontal over vertical moment (right-leaning is positive) of upright hands
 * @param slantFactor how much of a deviation from {@code slant} is the writer's slant, 0 to 1
 * @param sideTolerance rows above and below within which a neighbour's ink counts for spacing
 * @param maxBoxGap widest gap between its box and the next
 * @param penFactor factor on the pen's width (dots are drawn bolder)
 * @param pieces connected pieces of a good drawing, or -1 where they vary
 * @param holes enclosed holes of a good drawing, or -1 where they vary
 * @param lookalikes characters that a size-blind reader may report for it, itself included
 * @param composedFrom legibility of a hand, 0 to 1, from which on it composes the character of others by the alphabet's
 *     recipe, where the generator's own drawings are worse; null for never
 */
public record ClassSpec(
        String character,
        double height,
        double width,
        double bottom,
        double heightLogSd,
        double widthLogSd,
        double slant,
        double slantFactor,
        double sideTolerance,
        double maxBoxGap,
        double penFactor,
        int pieces,
        int holes,
        String lookalikes,
        @JsonInclude(JsonInclude.Include.NON_NULL) Double composedFrom) {

    /** One that is always drawn by the generator. */
    public ClassSpec(
            String character,
            double height,
            double width,
            double bottom,
            double heightLogSd,
            double widthLogSd,
            double slant,
            double slantFactor,
            double sideTolerance,
            double maxBoxGap,
            double penFactor,
            int pieces,
            int holes,
            String lookalikes) {
        this(
                character,
                height,
                width,
                bottom,
                heightLogSd,
                widthLogSd,
                slant,
                slantFactor,
                sideTolerance,
                maxBoxGap,
                penFactor,
                pieces,
                holes,
                lookalikes,
                null);
    }

    /** @throws IllegalArgumentException if a value is out of its range */
    @JsonCreator
    public ClassSpec {
        if (character == null || !Graphemes.isClass(character)) {
            throw new IllegalArgumentException(
                    "a class is one visible grapheme in NFC, not '" + Limits.cut(character, Limits.QUOTED_CHARS) + "'");
        }
        String of = " of class '" + character + "'";
        Checks.range("height" + of, height, 0, 10);
        Checks.range("width" + of, width, 0, 10);
        Checks.range("bottom" + of, bottom, -10, 10);
        Checks.range("heightLogSd" + of, heightLogSd, 0, 10);
        Checks.range("widthLogSd" + of, widthLogSd, 0, 10);
        Checks.range("slant" + of, slant, -5, 5);
        Checks.range("slantFactor" + of, slantFactor, 0, 1);
        Checks.range("sideTolerance" + of, sideTolerance, 0, 10);
        Checks.range("maxBoxGap" + of, maxBoxGap, -10, 10);
        Checks.range("penFactor" + of, penFactor, 0.1, 10);
        Checks.range("pieces" + of, pieces, -1, 100);
        Checks.range("holes" + of, holes, -1, 100);
        lookalikes = lookalikes == null ? character : lookalikes;
        if (composedFrom != null) {
            Checks.range("composedFrom" + of, composedFrom, 0, 1);
        }
    }
}
