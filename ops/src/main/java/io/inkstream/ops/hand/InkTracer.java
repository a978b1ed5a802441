package io.inkstream.ops.hand;

import io.inkstream.modelserver.compositing.GlyphTracer;
import io.inkstream.modelserver.compositing.Strokes;
import io.inkstream.schemas.bundle.ClassSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Traces the ink of a field to pen strokes in x-heights above the baseline: the guides of the field tell size and place. Holds
 * scratch space; not thread-safe.
 */
final class InkTracer {
    /** Rasters in which is traced, and how much of one the ink may fill. */
    private static final int CELL_SIDE = 56;

    private static final int RUN_SIDE = 256;
    private static final double FILLED = .82;
    private static final float LEVEL = .5f;
    private static final int SMOOTHING = 8;
    /** Ink on both sides of so many columns without ink is traced apart: a letter, or letters that are joined. */
    private static final int APART = 3;

    private final GlyphTracer cells = new GlyphTracer(CELL_SIDE);
    private final GlyphTracer runs = new GlyphTracer(RUN_SIDE);

    /**
     * What was traced.
     *
     * @param strokes in x-heights, each x0, y0, x1, y1, ..., y above the baseline
     * @param pen width of the pen, x-heights
     */
    record Traced(List<float[]> strokes, double pen) {}

    /** The one character of a cell; empty if there is nothing to trace. */
    Optional<Traced> character(FieldInk ink, ClassSpec spec) {
        return box(ink, 0, ink.columns()).flatMap(box -> {
            Raster raster = Raster.around(ink, box, CELL_SIDE);
            cells.load(raster.pixels());
            return traced(cells.trace(LEVEL, spec).strokes(), raster, Field.Kind.CELL);
        });
    }

    /** All that is on a line; empty if there is nothing to trace. */
    Optional<Traced> line(FieldInk ink) {
        List<float[]> strokes = new ArrayList<>();
        double area = 0;
        double pens = 0;
        int from = 0;
        while (from < ink.columns()) {
            int to = runEnd(ink, from);
            Optional<Box> box = box(ink, from, to);
            if (box.isPresent()) {
                Raster raster = Raster.around(ink, box.get(), RUN_SIDE);
                runs.load(raster.pixels());
                Optional<Traced> run = traced(runs.trace(LEVEL).strokes(), raster, Field.Kind.LINE);
                if (run.isPresent()) {
                    strokes.addAll(run.get().strokes());
                    area += raster.area();
                    pens += raster.area() * run.get().pen();
                }
            }
            from = to;
        }
        return strokes.isEmpty() ? Optional.empty() : Optional.of(new Traced(strokes, pens / area));
    }

    /** Where ink that begins at a column, or after it, ends; the end of the line if there is no more. */
    private static int runEnd(FieldInk ink, int from) {
        int white = 0;
        boolean inked = false;
        for (int column = from; column < ink.columns(); column++) {
            boolean here = false;
            for (int row = 0; row < ink.rows() && !here; row++) {
                here = ink.isInked(column, row);
            }
            inked |= here;
            white = here ? 0 : white + 1;
            if (inked && white == APART) {
                return column;
            }
        }
        return ink.columns();
    }

    /** Pixels of a field, the last ones included. */
    private record Box(int left, int top, int right, int bottom) {}

    private static Optional<Box> box(FieldInk ink, int from, int to) {
        int left = to;
        int top = ink.rows();
        int right = -1;
        int bottom = -1;
        for (int row = 0; row < ink.rows(); row++) {
            for (int column = from; column < to; column++) {
                if (ink.isInked(column, row)) {
                    left = Math.min(left, column);
                    right = Math.max(right, column);
                    top = Math.min(top, row);
                    bottom = Math.max(bottom, row);
                }
            }
        }
        return right < left ? Optional.empty() : Optional.of(new Box(left, top, right, bottom));
    }

    /** A square of pixels over a part of a field, {@code step} pixels of the field each. */
    private record Raster(float[] pixels, double left, double top, double step) {
        static Raster around(FieldInk ink, Box box, int side) {
            // Small marks are not blown up.
            double step =
                    Math.max(1, Math.max(box.right() - box.left() + 1, box.bottom() - box.top() + 1) / (FILLED * side));
            double left = (box.left() + box.right() + 1) / 2.0 - step * side / 2;
            double top = (box.top() + box.bottom() + 1) / 2.0 - step * side / 2;
            int samples = (int) Math.ceil(step);
            float[] pixels = new float[side * side];
            for (int i = 0; i < pixels.length; i++) {
                float sum = 0;
                for (int k = 0; k < samples * samples; k++) {
                    int x = (int) Math.floor(left + step * (i % side + (k % samples + .5) / samples));
                    int y = (int) Math.floor(top + step * (i / side + (k / samples + .5) / samples));
                    boolean inside = x >= box.left() && x <= box.right() && y >= box.top() && y <= box.bottom();
                    sum += inside ? ink.at(x, y) : 0;
                }
                pixels[i] = sum / (samples * samples);
            }
            return new Raster(pixels, left, top, step);
        }

        /** Ink, in pixels. */
        double area() {
            double area = 0;
            for (float pixel : pixels) {
                area += pixel;
            }
            return area;
        }
    }

    private static Optional<Traced> traced(Strokes lines, Raster raster, Field.Kind kind) {
        if (lines.lines().isEmpty()) {
            return Optional.empty();
        }
        double xHeightPx = FieldInk.PER_MM * kind.xHeight();
        double baselinePx = FieldInk.PER_MM * kind.baseline();
        double length = 0;
        List<float[]> strokes = new ArrayList<>();
        for (float[] line : lines.lines()) {
            float[] stroke = new float[line.length];
            for (int i = 0; i < line.length; i += 2) {
                stroke[i] = (float) ((raster.left() + raster.step() * line[i]) / xHeightPx);
                stroke[i + 1] = (float) ((baselinePx - raster.top() - raster.step() * line[i + 1]) / xHeightPx);
                length += i == 0 ? 0 : Math.hypot(line[i] - line[i - 2], line[i + 1] - line[i - 1]);
            }
            strokes.add(smoothed(stroke));
        }
        return Optional.of(new Traced(strokes, raster.step() * penWidth(raster.area(), length, lines) / xHeightPx));
    }

    /** A pen of width w leaves w * length and half a disc at each end. */
    private static double penWidth(double area, double length, Strokes lines) {
        double discs = Math.PI / 4 * lines.lines().size();
        return (Math.sqrt(length * length + 4 * discs * area) - length) / (2 * discs);
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
}
