package io.inkstream.topology.layout;

import io.inkstream.topology.tokenise.Glyph;
import java.util.List;

/**
 * One line of a document, set but not drawn.
 *
 * @param row place of the line counted from the top of the document, blank lines included
 * @param glyphs from left to right, white space among them; at least one is drawn, and the last is
 * @param offsets UTF-16 offset in the text of each glyph that is no white space
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares lines
public record SetLine(int row, List<Glyph> glyphs, int[] offsets) {
    public SetLine {
        glyphs = List.copyOf(glyphs);
    }

    /** Offset of the last grapheme that is drawn on the line. */
    public int lastOffset() {
        return offsets[offsets.length - 1];
    }
}
