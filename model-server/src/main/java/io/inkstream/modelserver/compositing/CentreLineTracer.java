package io.inkstream.modelserver.compositing;

import java.util.List;

/**
 * Finds the path of the pen in the ink of a glyph: upsampled, cut at a level, thinned to one pixel, freed of spurs and
 * specks, smoothed, and written down as few points as its curves need.
 *
 * <p>{@link #load} once, then {@link #trace} at as many levels as wanted. Holds scratch space of some 200 kB for 28 pixels that every
 * glyph reuses; not thread-safe, keep one a thread.
 */
final class CentreLineTracer {
    /** Below this everywhere a drawing is blank paper. */
    private static final float FAINTEST = .05f;

    /** Pixels that are traced, along a side of one of the glyph's: finer ones cost more, and read no better. */
    static final int SCALE = 2;

    private final UpsampledInk upsampled;
    private final Skeleton skeleton;
    private final SkeletonLines lines;

    /** A tracer for glyphs of {@code glyphSide} rows and columns. */
    CentreLineTracer(int glyphSide) {
        upsampled = new UpsampledInk(glyphSide, SCALE);
        skeleton = new Skeleton(upsampled);
        lines = new SkeletonLines(upsampled, skeleton);
    }

    /** Takes the glyph to trace: ink [side * side] by rows, 0 is paper and 1 is ink. */
    void load(float[] ink) {
        upsampled.load(ink);
    }

    /**
     * Traces the loaded glyph where its ink is at least {@code level}, in glyph pixels; a glyph fainter than that is cut at
     * this share of its darkest ink, and a blank one has no strokes.
     *
     * @param expectedPieces specks beyond so many pieces are dropped; -1 keeps everything
     */
    Strokes trace(float level, int expectedPieces) {
        float peak = upsampled.peak();
        if (!(peak >= FAINTEST)) {
            return new Strokes(List.of());
        }
        skeleton.take(peak > level ? level : level * peak);
        return lines.trace(expectedPieces);
    }
}
