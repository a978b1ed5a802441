package io.inkstream.modelserver.hand;

import java.util.List;

/**
 * Draws and reads glyphs with one model version.
 *
 * <p>Both calls block until the answer is there, may come from any thread, and give each row the same bits in whatever
 * batch it travels, so that drawings do not depend on who else is drawing.
 */
public interface GlyphModel {
    /** Draws a glyph for each latent: ink [imageSize * imageSize] by rows, 0 is paper and 1 is ink. */
    float[][] draw(List<GlyphLatent> latents);

    /** Reads each glyph, ink as {@link #draw} gives it: a logit for each class. */
    float[][] read(List<float[]> inks);
}
