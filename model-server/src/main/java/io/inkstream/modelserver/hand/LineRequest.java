package io.inkstream.modelserver.hand;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.compositing.LineFormat;

/**
 * One line to draw.
 *
 * @param style name of a style of the model; empty for its first
 * @param seed seed of the document: which writer of the style, and every jitter
 * @param lineIndex position of the line in its document, from 0
 * @param glyphs class indices from left to right, -1 for a word space
 * @param format the canvas
 * @param variation how the occurrences of one letter differ
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out; nobody compares requests
public record LineRequest(
        String style, long seed, int lineIndex, int[] glyphs, LineFormat format, Variation variation) {
    /** Longest line that is drawn: more than fits the widest measure. */
    public static final int MOST_GLYPHS = 4096;

    public LineRequest {
        requireNonNull(style, "style");
        requireNonNull(format, "format");
        requireNonNull(variation, "variation");
        if (lineIndex < 0) {
            throw new IllegalArgumentException("lines count from 0, got line " + lineIndex);
        }
        if (glyphs.length > MOST_GLYPHS) {
            throw new IllegalArgumentException("a line has at most " + MOST_GLYPHS + " glyphs, got " + glyphs.length);
        }
        glyphs = glyphs.clone();
    }

    @Override
    public int[] glyphs() {
        return glyphs.clone();
    }
}
