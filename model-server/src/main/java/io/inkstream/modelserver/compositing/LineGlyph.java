package io.inkstream.modelserver.compositing;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.bundle.ClassSpec;
import java.util.OptionalInt;

/**
 * What stands in one place of a line: a letter form with what spacing must know of it, or white space.
 *
 * @param form what is drawn
 * @param classIndex class of the model, or -1 for what is composed of several and for white space
 * @param sideTolerance rows above and below within which a neighbour's ink counts for spacing, x-heights
 * @param maxBoxGap widest gap between its box and the next, x-heights
 * @param penFactor factor on the pen's width
 * @param character the letter that it is joined as, marks aside; empty if it is none
 * @param text the grapheme; empty for white space
 * @param pieces connected pieces of a good form, or -1 where they vary
 * @param variant which of the hand's forms of the character it is, if it is one of these
 */
public record LineGlyph(
        PenGlyph form,
        int classIndex,
        double sideTolerance,
        double maxBoxGap,
        double penFactor,
        String character,
        String text,
        int pieces,
        OptionalInt variant) {
    /** A word space. */
    public static final LineGlyph WORD_SPACE = space();

    /** A move of the pen to the next tab stop. */
    public static final LineGlyph TAB = space();

    /** What is no higher, in x-heights, is a mark: it has no side of its own. */
    private static final double MARK_HEIGHT = .6;

    private static final double MARK_TOLERANCE = .3;
    private static final double TOLERANCE = .12;
    private static final double MAX_BOX_GAP = .55;

    public LineGlyph {
        requireNonNull(form, "form");
        requireNonNull(character, "character");
        requireNonNull(text, "text");
        requireNonNull(variant, "variant");
    }

    private static LineGlyph space() {
        return new LineGlyph(PenGlyph.BLANK, -1, 0, 0, 1, "", "", -1, OptionalInt.empty());
    }

    /** A form of a class of the model. */
    public static LineGlyph of(PenGlyph form, int classIndex, ClassSpec spec) {
        return new LineGlyph(
                form,
                classIndex,
                spec.sideTolerance(),
                spec.maxBoxGap(),
                spec.penFactor(),
                spec.character(),
                spec.character(),
                spec.pieces(),
                OptionalInt.empty());
    }

    /**
     * A composed form.
     *
     * @param letter that carries its marks; empty if it is no letter with marks
     * @param text the grapheme
     */
    public static LineGlyph composed(PenGlyph form, String letter, String text) {
        boolean isMark = form.strokes().isEmpty() || heightOf(form.strokes()) < MARK_HEIGHT;
        return new LineGlyph(
                form, -1, isMark ? MARK_TOLERANCE : TOLERANCE, MAX_BOX_GAP, 1, letter, text, -1, OptionalInt.empty());
    }

    /** The same as one of the hand's forms of the character. */
    public LineGlyph as(OptionalInt variant) {
        return new LineGlyph(form, classIndex, sideTolerance, maxBoxGap, penFactor, character, text, pieces, variant);
    }

    /** Its character as a number, 0 if it is none. */
    int codePoint() {
        return character.isEmpty() ? 0 : character.codePointAt(0);
    }

    private static double heightOf(Strokes strokes) {
        float[] box = strokes.bounds();
        return box[3] - box[1];
    }
}
