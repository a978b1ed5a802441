/**
 * Composes graphemes that no class of a model draws, out of letter forms of a hand and pen strokes: how {@code é}, {@code
 * ß}, {@code ½} and {@code ≠} come into one's own handwriting. What each is made of is data of {@code
 * io.inkstream.schemas.alphabet}.
 *
 * <p>Coordinates are x-heights as in letter forms: x grows to the right, y downward, the baseline is 0.
 */
package io.inkstream.modelserver.grapheme;
