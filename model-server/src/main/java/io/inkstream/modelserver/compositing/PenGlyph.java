package io.inkstream.modelserver.compositing;

import io.inkstream.schemas.bundle.ClassSpec;
import java.util.ArrayList;
import java.util.List;

/**
 * One letter form of a hand: pen strokes at the size, slant and place on the baseline that its class has, in x-heights.
 * Immutable.
 */
public final class PenGlyph {
    /** A form without ink. */
    public static final PenGlyph BLANK = new PenGlyph(new Strokes(List.of()));

    /** Extents below this, in glyph pixels, say nothing about size: a dot is as large as the pen. */
    static final double SMALLEST_EXTENT = .6;

    /** What thinning and the pixel grid add to the error of an extent, in glyph pixels. */
    private static final double EXTENT_ERROR = .7;

    private static final double STEEPEST_SHEAR = .5;

    private final Strokes strokes;

    private PenGlyph(Strokes strokes) {
        this.strokes = strokes;
    }

    /** Strokes in x-heights: x grows to the right, y downward with the baseline at 0. */
    Strokes strokes() {
        return strokes;
    }

    /** Approximate heap bytes, for caches that count them. */
    public int weightBytes() {
        return 16 + strokes.weightBytes();
    }

    /**
     * The form of a traced drawing in a hand of the given slant.
     *
     * <p>Size: the drawing's height and width each name a scale; their mean is weighted by how surely the class has that
     * extent, so flat marks are sized by width and thin letters by height. Slant: of what the drawing leans, only the share
     * that the class reliably shows is taken for the writer's slant and replaced by the hand's.
     */
    public static PenGlyph fit(GlyphTracer.Trace trace, ClassSpec spec, double handSlant) {
        if (trace.isBlank()) {
            return BLANK;
        }
        float[] box = trace.strokes().bounds();
        double height = Math.max(box[3] - box[1], SMALLEST_EXTENT);
        double width = Math.max(box[2] - box[0], SMALLEST_EXTENT);
        double heightWeight = 1 / (square(spec.heightLogSd()) + square(EXTENT_ERROR / height));
        double widthWeight = 1 / (square(spec.widthLogSd()) + square(EXTENT_ERROR / width));
        double logScale = (heightWeight * StrictMath.log(spec.height() / height)
                        + widthWeight * StrictMath.log(spec.width() / width))
                / (heightWeight + widthWeight);
        double scale = StrictMath.exp(logScale);
        double shear = handSlant - spec.slantFactor() * trace.slantResidual(spec);
        shear = Math.max(-STEEPEST_SHEAR, Math.min(STEEPEST_SHEAR, shear));

        double middleX = (box[0] + box[2]) / 2;
        double middleY = (box[1] + box[3]) / 2;
        List<float[]> lines = new ArrayList<>();
        for (float[] line : trace.strokes().lines()) {
            float[] placed = new float[line.length];
            for (int i = 0; i < line.length; i += 2) {
                placed[i] = (float) (scale * (line[i] - middleX - shear * (line[i + 1] - middleY)));
                placed[i + 1] = (float) (scale * (line[i + 1] - box[3]) - spec.bottom());
            }
            lines.add(placed);
        }
        return new PenGlyph(new Strokes(lines));
    }

    private static double square(double x) {
        return x * x;
    }
}
