package io.inkstream.modelserver.predict;

/**
 * The readers that come with the server: of single characters, and of whole lines. Closed by who opened it; thread-safe.
 *
 * @param glyphs judges models and drawn glyphs
 * @param lines reads drawn lines for callers who ask
 */
public record Readers(ServerReader glyphs, LineReader lines) implements AutoCloseable {
    /** Loads the networks of this build. */
    public static Readers open() {
        ServerReader glyphs = ServerReader.open();
        try {
            return new Readers(glyphs, LineReader.open());
        } catch (RuntimeException | Error e) {
            glyphs.close();
            throw e;
        }
    }

    @Override
    public void close() {
        glyphs.close();
        lines.close();
    }
}
