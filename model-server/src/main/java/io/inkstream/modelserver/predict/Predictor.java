package io.inkstream.modelserver.predict;

/**
 * Runs the two networks of one bundle: the generator draws glyphs, the reader reads them. Row {@code i} of a result
 * answers row {@code i} of the call, whatever other rows are in the call and whichever thread makes it.
 *
 * <p>Thread-safe; calls block for as long as the networks compute. Zero rows give zero rows.
 */
public interface Predictor extends AutoCloseable {

    /**
     * Draws one glyph a row.
     *
     * @param styles [n][styleSize], standard normal in training
     * @param noises [n][noiseSize], standard normal in training
     * @param classes [n], index of a character class of the bundle
     * @return [n][imageSize * imageSize], row by row from the top; 0 is paper and 1 is ink
     * @throws IllegalArgumentException if sizes differ from the manifest's or a class is out of range
     * @throws IllegalStateException if it is closed
     */
    float[][] draw(float[][] styles, float[][] noises, int[] classes);

    /**
     * Reads one drawing a row.
     *
     * @param inks [n][imageSize * imageSize], as {@link #draw} returns them
     * @return [n][classes] logits, not normalised
     * @throws IllegalArgumentException if sizes differ from the manifest's
     * @throws IllegalStateException if it is closed
     */
    float[][] read(float[][] inks);

    /** Names the engine and its version, such as {@code onnxruntime-1.29.0}, and how it computes unless that is in
     * floats; part of every image's provenance. */
    String engine();

    /** Waits for running calls, then frees the networks; a second call does nothing. */
    @Override
    void close();
}
