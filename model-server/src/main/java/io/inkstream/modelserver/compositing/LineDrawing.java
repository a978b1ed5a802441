package io.inkstream.modelserver.compositing;

import io.inkstream.schemas.layout.Appearance;
import java.util.List;
import java.util.OptionalInt;

/**
 * One drawn line: pen strokes in pixels of its canvas, which become a grey image with exact ink boxes, or an SVG. Immutable
 * and thread-safe; equal requests give equal drawings.
 */
public final class LineDrawing {
    /** Rows and columns of what {@link #glyphsForReader} draws, as EMNIST's. */
    private static final int READER_SIDE = 28;
    /** EMNIST leaves a border of three pixels. */
    private static final int READER_LONGEST = 22;

    private final LineFormat format;
    private final int widthPx;
    private final List<PlacedGlyph> glyphs;
    private final List<MarkStroke> marks;

    /** A line without marks of the pen. */
    LineDrawing(LineFormat format, int widthPx, List<PlacedGlyph> glyphs) {
        this(format, widthPx, glyphs, List.of());
    }

    LineDrawing(LineFormat format, int widthPx, List<PlacedGlyph> glyphs, List<MarkStroke> marks) {
        this.format = format;
        this.widthPx = widthPx;
        this.glyphs = List.copyOf(glyphs);
        this.marks = List.copyOf(marks);
    }

    /**
     * One glyph in its place.
     *
     * @param classIndex class of the glyph, or -1 if it is composed
     * @param text the grapheme
     * @param character that it is joined as, or empty
     * @param startsWord whether a word space or the line's begin is to its left
     * @param strokes what is drawn of it, in pixels of the canvas
     * @param marks how many of the strokes, from the last, are marks that were set on a letter
     * @param forReader what a reader of the model's characters is shown: a letter as it is when it stands alone, without marks
     * @param ligature the line to the next glyph; empty if the pen lifts
     * @param penRadiusPx half the width of the pen
     * @param variant which of the hand's forms of the character it is, if it is one of these
     */
    record PlacedGlyph(
            int classIndex,
            String text,
            String character,
            boolean startsWord,
            Strokes strokes,
            int marks,
            Strokes forReader,
            Strokes ligature,
            float penRadiusPx,
            OptionalInt variant) {
        /** A glyph that is a character of the model as a whole, and stands alone. */
        PlacedGlyph(int classIndex, boolean startsWord, Strokes strokes, float penRadiusPx) {
            this(
                    classIndex,
                    "",
                    "",
                    startsWord,
                    strokes,
                    0,
                    strokes,
                    new Strokes(List.of()),
                    penRadiusPx,
                    OptionalInt.empty());
        }

        boolean isJoined() {
            return !ligature.isEmpty();
        }

        /** The same with other strokes. */
        PlacedGlyph with(Strokes otherStrokes, Strokes otherLigature) {
            return new PlacedGlyph(
                    classIndex,
                    text,
                    character,
                    startsWord,
                    otherStrokes,
                    marks,
                    forReader,
                    otherLigature,
                    penRadiusPx,
                    variant);
        }
    }

    /** The pixels of a drawing, and the ink box of each glyph in reading order, as if it were alone on the canvas. */
    public record Raster(GreyImage image, List<InkBox> boxes) {
        public Raster {
            boxes = List.copyOf(boxes);
        }
    }

    public int widthPx() {
        return widthPx;
    }

    public int heightPx() {
        return format.heightPx();
    }

    /** Row of the baseline, from the top. */
    public double baselinePx() {
        return format.baselinePx();
    }

    /** What is to be seen of its ink. */
    public Appearance appearance() {
        return Appearance.of(format.layout());
    }

    LineFormat format() {
        return format;
    }

    List<PlacedGlyph> glyphs() {
        return glyphs;
    }

    List<MarkStroke> marks() {
        return marks;
    }

    /** For each glyph whether the pen goes on to the next; empty where no letters are joined. */
    public List<Boolean> joined() {
        return hasJoined() ? glyphs.stream().map(PlacedGlyph::isJoined).toList() : List.of();
    }

    /** For each glyph which of the hand's forms of its character it is, if it is one of these. */
    public List<OptionalInt> variants() {
        return glyphs.stream().map(PlacedGlyph::variant).toList();
    }

    private boolean hasJoined() {
        return glyphs.stream().anyMatch(PlacedGlyph::isJoined);
    }

    /**
     * Draws the line: where strokes of two glyphs meet, the shares of paper multiply. But letters that are joined and the
     * lines between them are one path, which is nowhere darker or wider than its pen.
     */
    public Raster raster() {
        LineCanvas canvas = new LineCanvas(widthPx, heightPx(), hasJoined());
        InkBox[] boxes = new InkBox[glyphs.size()];
        for (int i = 0; i < boxes.length; i++) {
            PlacedGlyph glyph = glyphs.get(i);
            boolean isOfPath = glyph.isJoined() || (i > 0 && glyphs.get(i - 1).isJoined());
            boxes[i] = canvas.draw(glyph.strokes(), glyph.penRadiusPx(), isOfPath);
            if (glyph.isJoined()) {
                canvas.draw(glyph.ligature(), glyph.penRadiusPx(), true);
            }
        }
        for (MarkStroke mark : marks) {
            canvas.draw(mark.strokes(), mark.penRadiusPx(), false);
        }
        return new Raster(canvas.image(), List.of(boxes));
    }

    /**
     * Draws each glyph alone, as it is on the line but for its size, for a reader of single characters: no neighbour
     * intrudes. Of a composed glyph its letter is drawn without marks, and nothing where it has none.
     *
     * @return for each glyph in reading order ink [{@value #READER_SIDE} * {@value #READER_SIDE}] by rows, 0 is paper and 1
     *     is ink: centred, its longest side {@value #READER_LONGEST} pixels; a mark smaller than half an x-height is not
     *     magnified beyond what that would be, so that a full stop stays a dot
     */
    public List<float[]> glyphsForReader() {
        Nib nib = new Nib();
        double smallest = format.xHeightPx() / 2;
        return glyphs.stream()
                .map(glyph -> {
                    Strokes strokes = glyph.forReader();
                    if (strokes.isEmpty()) {
                        return new float[READER_SIDE * READER_SIDE];
                    }
                    float[] box = strokes.bounds();
                    double longest = Math.max(smallest, Math.max(box[2] - box[0], box[3] - box[1]));
                    double scale = (READER_LONGEST - ReaderInk.PEN) / longest;
                    return ReaderInk.draw(
                            nib,
                            strokes,
                            (float) scale,
                            (float) (READER_SIDE / 2.0 - scale * (box[0] + box[2]) / 2),
                            (float) (READER_SIDE / 2.0 - scale * (box[1] + box[3]) / 2),
                            READER_SIDE);
                })
                .toList();
    }
}
