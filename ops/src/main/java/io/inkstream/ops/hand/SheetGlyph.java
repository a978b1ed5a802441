package io.inkstream.ops.hand;

import io.inkstream.modelserver.compositing.GlyphTracer;
import io.inkstream.schemas.bundle.ClassSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Traces the ink of a cell to pen strokes in x-heights above the baseline: the cell's guides tell size and place. */
final class SheetGlyph {
    /** Raster in which is traced, and how much of it a character may fill. */
    private static final int SIDE = 56;

    private static final double FILLED = 46;
    private static final float LEVEL = .5f;
    private static final int SMOOTHING = 8;

    private final GlyphTracer tracer = new GlyphTracer(SIDE);

    /** @return empty if there is nothing to trace */
    Optional<List<float[]>> trace(CellInk cell, ClassSpec spec) {
        int left = CellInk.COLUMNS;
        int top = CellInk.ROWS;
        int right = -1;
        int bottom = -1;
        for (int i = 0; i < cell.ink().length; i++) {
            if (cell.ink()[i] > LEVEL) {
                left = Math.min(left, i % CellInk.COLUMNS);
                right = Math.max(right, i % CellInk.COLUMNS);
                top = Math.min(top, i / CellInk.COLUMNS);
                bottom = Math.max(bottom, i / CellInk.COLUMNS);
            }
        }
        if (right < left) {
            return Optional.empty();
        }
        // Pixels of the cell in one of the raster; small marks are not blown up.
        double step = Math.max(1, Math.max(right - left + 1, bottom - top + 1) / FILLED);
        double originX = (left + right + 1) / 2.0 - step * SIDE / 2;
        double originY = (top + bottom + 1) / 2.0 - step * SIDE / 2;
        tracer.load(shrunk(cell.ink(), originX, originY, step));
        GlyphTracer.Trace trace = tracer.trace(LEVEL, spec);
        if (trace.isBlank()) {
            return Optional.empty();
        }
        double xHeightPx = CellInk.PER_MM * SheetLayout.Cell.X_HEIGHT;
        double baselinePx = CellInk.PER_MM * SheetLayout.Cell.BASELINE;
        List<float[]> strokes = new ArrayList<>();
        for (float[] line : trace.strokes().lines()) {
            float[] stroke = new float[line.length];
            for (int i = 0; i < line.length; i += 2) {
                stroke[i] = (float) ((originX + step * line[i]) / xHeightPx);
                stroke[i + 1] = (float) ((baselinePx - originY - step * line[i + 1]) / xHeightPx);
            }
            strokes.add(smoothed(stroke));
        }
        return Optional.of(strokes);
    }

    /** Without the waves of the pixel grid; the ends stay. */
    private static float[] smoothed(float[] stroke) {
        float[] smooth = stroke;
        for (int round = 0; round < SMOOTHING; round++) {
            float[] next = smooth.clone();
            for (int i = 2; i < next.length - 2; i++) {
                next[i] = (smooth[i - 2] + 2 * smooth[i] + smooth[i + 2]) / 4;
            }
            smooth = next;
        }
        return smooth;
    }

    /** Means over squares of the cell. */
    private static float[] shrunk(float[] ink, double originX, double originY, double step) {
        int samples = (int) Math.ceil(step);
        float[] shrunk = new float[SIDE * SIDE];
        for (int i = 0; i < shrunk.length; i++) {
            float sum = 0;
            for (int k = 0; k < samples * samples; k++) {
                int x = (int) Math.floor(originX + step * (i % SIDE + (k % samples + .5) / samples));
                int y = (int) Math.floor(originY + step * (i / SIDE + (k / samples + .5) / samples));
                boolean inside = x >= 0 && y >= 0 && x < CellInk.COLUMNS && y < CellInk.ROWS;
                sum += inside ? ink[y * CellInk.COLUMNS + x] : 0;
            }
            shrunk[i] = sum / (samples * samples);
        }
        return shrunk;
    }
}
