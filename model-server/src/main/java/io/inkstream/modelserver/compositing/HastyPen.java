package io.inkstream.modelserver.compositing;

import java.util.ArrayList;
import java.util.List;

/**
 * Writes a line as a pen in haste does: where letters are joined it cuts corners, so that arches become shallow, loops close
 * and stems end early.
 *
 * <p>A run of joined letters is one graph of points, in which each point moves towards the mean of its neighbours, as heat
 * spreads. What is written lies within the convex hull of what was to be written, so a line grows in no direction.
 */
final class HastyPen {
    /** Standard deviation of what a point is averaged over along the path, in x-heights, of a hand in full haste. */
    private static final double REACH = .2;
    /** Distance of the points. */
    private static final double STEP = .05;

    private HastyPen() {}

    /**
     * Writes glyphs in haste.
     *
     * @param glyphs in reading order
     * @param haste 0 to 1; it counts as much as letters of the line are joined
     * @param unit pixels of an x-height
     */
    static List<LineDrawing.PlacedGlyph> write(List<LineDrawing.PlacedGlyph> glyphs, double haste, double unit) {
        if (haste == 0) {
            return glyphs;
        }
        int passes = PenGraph.passes(haste * REACH * joinedShare(glyphs), STEP);
        if (passes == 0) {
            return glyphs;
        }
        List<LineDrawing.PlacedGlyph> written = new ArrayList<>(glyphs.size());
        while (written.size() < glyphs.size()) {
            int first = written.size();
            int last = first;
            while (last < glyphs.size() - 1 && glyphs.get(last).isJoined()) {
                last++;
            }
            write(glyphs.subList(first, last + 1), passes, unit, written);
        }
        return written;
    }

    /** Writes a run of joined letters. */
    private static void write(
            List<LineDrawing.PlacedGlyph> run, int passes, double unit, List<LineDrawing.PlacedGlyph> written) {
        List<List<float[]>> parts = new ArrayList<>(2 * run.size());
        for (LineDrawing.PlacedGlyph glyph : run) {
            parts.add(glyph.strokes().lines());
            parts.add(glyph.ligature().lines());
        }
        PenGraph graph = new PenGraph(parts, unit, STEP * unit);
        graph.smooth(passes);
        for (int i = 0; i < run.size(); i++) {
            written.add(run.get(i).with(new Strokes(graph.part(2 * i)), new Strokes(graph.part(2 * i + 1))));
        }
    }

    /** How many of the letters that could be joined to the one before are. */
    private static double joinedShare(List<LineDrawing.PlacedGlyph> glyphs) {
        long inWords = glyphs.stream().filter(glyph -> !glyph.startsWord()).count();
        long joined = glyphs.stream().filter(LineDrawing.PlacedGlyph::isJoined).count();
        return inWords == 0 ? 0 : (double) joined / inWords;
    }
}
