package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.batching.Patience;
import io.inkstream.modelserver.hand.DrawingModel;
import io.inkstream.modelserver.predict.BatchedGlyphModel;
import io.inkstream.schemas.bundle.Manifest;

/**
 * A verified version with its networks in memory. Thread-safe.
 *
 * @param sha256 digest of its bundle
 * @param manifest manifest of its bundle
 * @param drawing what lines are drawn with, however long they take
 * @param glyphs the networks behind it; closing it frees them
 * @param networkBytes size of both networks' files, or of what counts as much
 */
public record LoadedModel(
        String sha256, Manifest manifest, DrawingModel drawing, BatchedGlyphModel glyphs, long networkBytes)
        implements AutoCloseable {
    public LoadedModel {
        requireNonNull(sha256, "sha256");
        requireNonNull(manifest, "manifest");
        requireNonNull(drawing, "drawing");
        requireNonNull(glyphs, "glyphs");
    }

    /** What the lines of a caller are drawn with who does not wait for ever. */
    public DrawingModel drawing(Patience patience) {
        return drawing.by(glyphs.within(patience));
    }

    /** Names the engine that runs it, such as {@code onnxruntime-1.29.0}. */
    public String engine() {
        return glyphs.engine();
    }

    /** Completes what is drawn and frees the networks. */
    @Override
    public void close() {
        glyphs.close();
    }
}
