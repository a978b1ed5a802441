package io.inkstream.modelserver.hand;

/**
 * What the generator draws one glyph from. Arrays are not copied and not to be written.
 *
 * @param style latent of the style
 * @param noise noise of this one drawing
 * @param classIndex class to draw
 */
@SuppressWarnings("ArrayRecordComponent") // thousands a second on their way to a batch; nobody compares them
public record GlyphLatent(float[] style, float[] noise, int classIndex) {}
