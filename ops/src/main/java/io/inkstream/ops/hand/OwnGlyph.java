package io.inkstream.ops.hand;

import io.inkstream.schemas.bundle.Exemplar;

/**
 * One character as a person wrote it, and what became of it.
 *
 * @param character what the person was asked for
 * @param image [28 * 28] by rows, 0 is paper and 255 is ink
 * @param verdict whether it is taken
 * @param exemplar its strokes; null where there are none
 */
record OwnGlyph(String character, byte[] image, Verdict verdict, Exemplar exemplar) {
    /** Whether a glyph is taken. */
    enum Verdict {
        TAKEN,
        /** The reader takes it for another character. */
        DOUBTFUL,
        /** There is no ink that could be traced. */
        EMPTY,
        /** The model neither has the character nor composes it. */
        UNKNOWN
    }
}
