/**
 * Graphemes that are composed of characters which a hand draws anyway, and of pen strokes: what each is made of, as data.
 *
 * <p>{@code graphemes.csv} has the characters that Unicode does not take apart, {@code marks.csv} the combining marks,
 * {@code shapes.csv} the pen strokes, {@code overrides.csv} what typography draws otherwise than Unicode spells it. All
 * else follows from Unicode's own decompositions. Lengths are x-heights above the baseline.
 */
package io.inkstream.schemas.alphabet;
