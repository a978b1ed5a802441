package io.inkstream.trainer.style;

/** Draws and reads glyphs with the networks of one model; equal input gives equal output. For one thread. */
public interface GlyphNetworks {
    /**
     * Draws one glyph for each row.
     *
     * @param styles [rows, styleSize]
     * @param noises [rows, noiseSize]
     * @param classes [rows], class indices
     * @return ink [rows, 784], 0 is paper and 1 is ink
     */
    float[] draw(float[] styles, float[] noises, int[] classes);

    /**
     * Reads one glyph for each row.
     *
     * @param ink [rows, 784] as {@link #draw} gives it
     * @return logits [rows, classes]
     */
    float[] read(float[] ink);
}
