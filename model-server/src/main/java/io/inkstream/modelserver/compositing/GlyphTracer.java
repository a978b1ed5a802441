package io.inkstream.modelserver.compositing;

import io.inkstream.schemas.bundle.ClassSpec;

/**
 * Turns the ink of a glyph into pen strokes, and says what a reader would see of them.
 *
 * <p>{@link #load} once, then {@link #trace} at as many levels as wanted. Holds scratch space; not thread-safe, keep one
 * a thread.
 */
public final class GlyphTracer {
    private final int side;
    private final CentreLineTracer centreLines;
    private final Nib nib = new Nib();

    /** A tracer for glyphs of {@code side} rows and columns. */
    public GlyphTracer(int side) {
        if (side < 8 || side > 256) {
            throw new IllegalArgumentException("a glyph has 8 to 256 rows and columns, got " + side);
        }
        this.side = side;
        this.centreLines = new CentreLineTracer(side);
    }

    /** Takes the glyph to trace: ink [side * side] by rows, 0 is paper and 1 is ink. */
    public void load(float[] ink) {
        centreLines.load(ink);
    }

    /** Traces the loaded glyph where its ink is at least {@code level} (0 to 1, exclusive), as class {@code spec}. */
    public Trace trace(float level, ClassSpec spec) {
        return trace(level, spec.pieces());
    }

    /** Traces what was loaded where its ink is at least {@code level}, whatever it shows. */
    public Trace trace(float level) {
        return trace(level, -1);
    }

    private Trace trace(float level, int pieces) {
        Strokes strokes = centreLines.trace(level, pieces);
        float[] ink = ReaderInk.draw(nib, strokes, 1, 0, 0, side);
        return new Trace(strokes, ink, InkShape.of(ink, side, side));
    }

    /** Pen strokes of one drawing, in glyph pixels, with the ink [side * side] that they leave for a reader. */
    public static final class Trace {
        private final Strokes strokes;
        private final float[] ink;
        private final InkShape shape;

        Trace(Strokes strokes, float[] ink, InkShape shape) {
            this.strokes = strokes;
            this.ink = ink;
            this.shape = shape;
        }

        /** The strokes, in glyph pixels from the upper left corner. */
        public Strokes strokes() {
            return strokes;
        }

        InkShape shape() {
            return shape;
        }

        /** The strokes drawn with one common pen: what to give the reader; not a copy. */
        public float[] ink() {
            return ink;
        }

        /** Whether there is nothing to draw. */
        public boolean isBlank() {
            return strokes.isEmpty();
        }

        /**
         * How many of pieces and holes are not as a good drawing of the class has them; a dot out of its place counts
         * double, since a speck beside an i is worse than an i without a dot.
         */
        public int faults(ClassSpec spec) {
            int faults = spec.pieces() >= 0 && shape.pieces() != spec.pieces() ? 1 : 0;
            faults += spec.holes() >= 0 && shape.holes() != spec.holes() ? 1 : 0;
            return faults + (shape.pieces() == spec.pieces() && isDotMisplaced(spec) ? 2 : 0);
        }

        /** A reader takes an i whose dot lies beside the stem or below it for an i all the same; people do not. */
        private boolean isDotMisplaced(ClassSpec spec) {
            return switch (spec.character()) {
                case "i", "j" -> shape.above() <= 0 || shape.above() >= .5;
                case "!", "?" -> shape.above() <= .5;
                case ":", ";", "=" -> shape.above() <= 0;
                default -> false;
            };
        }

        /** How far it leans to the right of an upright drawing of its class. */
        public double slantResidual(ClassSpec spec) {
            return shape.slant() - spec.slant();
        }

        /** Natural logarithm of its height over its width, less that of its class; 0 for marks without either. */
        public double aspectResidual(ClassSpec spec) {
            if (strokes.isEmpty()) {
                return 0;
            }
            float[] box = strokes.bounds();
            double height = Math.max(box[3] - box[1], PenGlyph.SMALLEST_EXTENT);
            double width = Math.max(box[2] - box[0], PenGlyph.SMALLEST_EXTENT);
            return StrictMath.log(height / width * spec.width() / spec.height());
        }
    }
}
