package io.inkstream.topology.tokenise;

import java.util.List;

/** One grapheme of a text as a pen sees it. */
public sealed interface Token {

    /** UTF-16 offset of the grapheme in the text. */
    int offset();

    /**
     * A grapheme that is drawn.
     *
     * @param glyphs from left to right, at least one; a substitution may need several
     */
    record Drawn(int offset, List<Glyph> glyphs) implements Token {
        public Drawn {
            glyphs = List.copyOf(glyphs);
        }
    }

    /** White space within a line; of which kind, the text says. */
    record Space(int offset) implements Token {}

    /** The end of a line or, as the text says, of a page. */
    record Newline(int offset) implements Token {}
}
