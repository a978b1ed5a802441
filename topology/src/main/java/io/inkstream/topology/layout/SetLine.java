package io.inkstream.topology.layout;

/**
 * One line of a document, set but not drawn.
 *
 * @param row place of the line counted from the top of the document, blank lines included
 * @param glyphs character classes from left to right, {@link LineBreaker#WORD_SPACE} between words; at least one class
 * @param offsets UTF-16 offset in the text of each glyph that is no word space
 */
public record SetLine(int row, int[] glyphs, int[] offsets) {

    /** Offset of the last grapheme that is drawn on the line. */
    public int lastOffset() {
        return offsets[offsets.length - 1];
    }
}
