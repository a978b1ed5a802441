package io.inkstream.ops.hand;

import io.inkstream.schemas.bundle.Exemplar;

/**
 * One character as a person wrote it, and what became of it.
 *
 * @param character what the person was asked for
 * @param image [28 * 28] by rows, 0 is paper and 255 is ink
 * @param exemplar its strokes; null where there are none
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
record OwnGlyph(String character, byte[] image, Verdict verdict, Exemplar exemplar) {}
