package io.inkstream.topology.tokenise;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.alphabet.Composition;
import java.util.Optional;

/**
 * One thing that a pen draws at a place of a line, or white space between two. Immutable.
 *
 * @param text the grapheme, in NFC
 * @param classIndex class of the model version that draws it, or -1 if it is composed
 * @param composition how it is composed, if it is
 */
public record Glyph(String text, int classIndex, Optional<Composition> composition) {
    /** A word space. */
    public static final Glyph WORD_SPACE = new Glyph(" ", -1, Optional.empty());

    /** A move of the pen to the next tab stop. */
    public static final Glyph TAB = new Glyph("\t", -1, Optional.empty());

    public Glyph {
        requireNonNull(text, "text");
        requireNonNull(composition, "composition");
    }

    static Glyph of(String character, int classIndex) {
        return new Glyph(character, classIndex, Optional.empty());
    }

    static Glyph composed(Composition composition) {
        return new Glyph(composition.text(), -1, Optional.of(composition));
    }

    /** Whether it is white space, which has no ink. */
    public boolean isSpace() {
        return classIndex < 0 && composition.isEmpty();
    }
}
