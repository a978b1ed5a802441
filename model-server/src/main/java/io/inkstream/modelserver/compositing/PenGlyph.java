package io.inkstream.modelserver.compositing;

import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.hand.HandTraits;
import io.inkstream.schemas.hand.Trait;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One letter form of a hand: pen strokes at the size, slant and place on the baseline that its class has, in x-heights.
 * Immutable.
 */
public final class PenGlyph {
    /** A form without ink. */
    public static final PenGlyph BLANK = new PenGlyph(new Strokes(List.of()), 0);

    /** Extents below this, in glyph pixels, say nothing about size: a dot is as large as the pen. */
    static final double SMALLEST_EXTENT = .6;

    /** What thinning and the pixel grid add to the error of an extent, in glyph pixels. */
    private static final double EXTENT_ERROR = .7;

    /** By how much more a wrong height would disturb the eye than a wrong width: it would break the lines of the writing. */
    private static final double HEIGHT_MATTERS = 2;

    private static final double STEEPEST_SHEAR = .5;

    /** The highest that small letters reach, in x-heights. */
    private static final double ASCENDER = 1.9;

    /** Below this, in x-heights, a class or a drawing is a stem or a dot. */
    private static final double LEAST_WIDTH = .25;
    /** A drawing is made wider or narrower by at most a third to agree with its hand, or it would look stretched. */
    private static final double MOST_EVENING = .3;

    /** A class whose bottom is so far off the baseline does not stand on it. */
    private static final double HANGING = .25;

    /** A mark smaller than this, in x-heights, is a dot. */
    private static final double DOT = .2;

    /** Length of a dot's path in sizes of its class: what is left is the pen. */
    private static final double DOT_PATH = .4;

    /** The turn of the pen on a dot, in x-heights around its begin. */
    private static final float[] PRESS = {-.03f, 0, 0, -.03f, .03f, 0, 0, .03f, -.03f, 0};

    private final Strokes strokes;
    private final int readable;

    private PenGlyph(Strokes strokes, int readable) {
        this.strokes = strokes;
        this.readable = readable;
    }

    /**
     * A form that is composed of others.
     *
     * @param strokes as {@link #strokes} gives them
     * @param readable how many of them, from the first, are a character that a reader of the model's characters knows
     */
    public static PenGlyph composed(List<float[]> strokes, int readable) {
        return new PenGlyph(new Strokes(strokes), readable);
    }

    /** How many strokes, from the first, a reader of the model's characters knows. */
    int readable() {
        return readable;
    }

    /** Strokes in x-heights: x grows to the right, y downward with the baseline at 0. */
    public Strokes strokes() {
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
     * that the class reliably shows is considered the writer's slant and replaced by the hand's. Width and height of small
     * letters: as the hand has them.
     */
    public static PenGlyph fit(GlyphTracer.Trace trace, ClassSpec spec, HandTraits hand) {
        if (trace.isBlank()) {
            return BLANK;
        }
        float[] box = trace.strokes().bounds();
        double height = Math.max(box[3] - box[1], SMALLEST_EXTENT);
        double width = Math.max(box[2] - box[0], SMALLEST_EXTENT);
        double heightWeight = HEIGHT_MATTERS / (square(spec.heightLogSd()) + square(EXTENT_ERROR / height));
        double widthWeight = 1 / (square(spec.widthLogSd()) + square(EXTENT_ERROR / width));
        double logScale = (heightWeight * StrictMath.log(spec.height() / height)
                        + widthWeight * StrictMath.log(spec.width() / width))
                / (heightWeight + widthWeight);
        // Thinning a blob leaves a line of no meaning: only its longer side counts, and that little, for a dot is
        // round.
        double scale = isDotClass(spec)
                ? DOT_PATH * Math.min(spec.height() / height, spec.width() / width)
                : StrictMath.exp(logScale);
        double shear = hand.slant() - spec.slantFactor() * trace.slantResidual(spec);
        shear = Math.max(-STEEPEST_SHEAR, Math.min(STEEPEST_SHEAR, shear));

        double middleX = (box[0] + box[2]) / 2;
        double middleY = (box[1] + box[3]) / 2;
        double lift = lift(spec, scale * (box[3] - box[1]));
        double xHeight = hand.xHeight(spec.character());
        double widen = xHeight * widening(spec, scale * (box[2] - box[0]), hand);
        List<float[]> lines = new ArrayList<>();
        for (float[] line : trace.strokes().lines()) {
            float[] placed = new float[line.length];
            for (int i = 0; i < line.length; i += 2) {
                double y = scale * (line[i + 1] - box[3]) - lift;
                placed[i] = (float) (scale * (widen * (line[i] - middleX) - shear * (line[i + 1] - middleY)));
                placed[i + 1] = (float) (xHeight == 1 ? y : lowered(y, xHeight));
            }
            lines.add(mayHaveDots(spec) && isDot(placed) ? press(placed) : placed);
        }
        return new PenGlyph(new Strokes(lines), lines.size());
    }

    /** Where a point comes if the x-height is lowered: stems above it keep their ends, tails below keep all. */
    private static double lowered(double y, double xHeight) {
        double above = -y;
        if (above <= 0) {
            return y;
        }
        return above <= 1 ? -xHeight * above : -(xHeight + (above - 1) * (ASCENDER - xHeight) / (ASCENDER - 1));
    }

    /** Factor on the width of a drawing; a narrow one has hardly any width to go by. */
    private static double widening(ClassSpec spec, double width, HandTraits hand) {
        if (spec.width() < LEAST_WIDTH || width < LEAST_WIDTH) {
            return hand.of(Trait.WIDTH);
        }
        double even = hand.of(Trait.EVEN_WIDTH) * StrictMath.log(spec.width() / width);
        return hand.of(Trait.WIDTH) * StrictMath.exp(Math.max(-MOST_EVENING, Math.min(MOST_EVENING, even)));
    }

    /**
     * How far above the baseline a form of the given height stands. What is too high or too low for its class shows where
     * the eye does not look for a line: above letters that stand on the baseline, in the tail of those that hang below it,
     * and on both sides of a raised mark.
     */
    private static double lift(ClassSpec spec, double height) {
        double excess = height - spec.height();
        if (spec.bottom() <= -HANGING) {
            return spec.bottom() - excess;
        }
        return spec.bottom() >= HANGING ? spec.bottom() - excess / 2 : spec.bottom();
    }

    /** Elsewhere a short line is part of a longer stroke. */
    private static boolean mayHaveDots(ClassSpec spec) {
        return spec.pieces() > 1 || isDotClass(spec);
    }

    private static boolean isDotClass(ClassSpec spec) {
        return spec.height() < DOT && spec.width() < DOT;
    }

    private static boolean isDot(float[] line) {
        float[] box = new Strokes(List.of(line)).bounds();
        return Math.max(box[2] - box[0], box[3] - box[1]) < DOT;
    }

    /** A dot as a pen leaves it that is pressed and turned a little: with one touch of it a dot looks lost. */
    private static float[] press(float[] dot) {
        float[] pressed = Arrays.copyOf(PRESS, PRESS.length + dot.length);
        for (int i = 0; i < PRESS.length; i += 2) {
            pressed[i] += dot[0];
            pressed[i + 1] += dot[1];
        }
        System.arraycopy(dot, 0, pressed, PRESS.length, dot.length);
        return pressed;
    }

    private static double square(double x) {
        return x * x;
    }
}
