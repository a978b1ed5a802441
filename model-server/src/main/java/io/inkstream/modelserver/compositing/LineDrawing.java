package io.inkstream.modelserver.compositing;

import java.util.Arrays;
import java.util.List;

/**
 * One drawn line: pen strokes in pixels of its canvas, which become a grey image with exact ink boxes or an SVG. Immutable
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

    LineDrawing(LineFormat format, int widthPx, List<PlacedGlyph> glyphs) {
        this.format = format;
        this.widthPx = widthPx;
        this.glyphs = List.copyOf(glyphs);
    }

    /**
     * One glyph in its place.
     *
     * @param classIndex class of the glyph, or -1 if it is composed
     * @param startsWord whether a word space or the line's begin is to its left
     * @param strokes in pixels of the canvas
     * @param readable how many of the strokes, from the first, are a character of the model
     * @param penRadiusPx half the width of the pen
     */
    record PlacedGlyph(int classIndex, boolean startsWord, Strokes strokes, int readable, float penRadiusPx) {
        /** A glyph that is a character of the model as a whole. */
        PlacedGlyph(int classIndex, boolean startsWord, Strokes strokes, float penRadiusPx) {
            this(classIndex, startsWord, strokes, strokes.lines().size(), penRadiusPx);
        }

        /** What a reader of the model's characters is shown: composed letters without their marks. */
        Strokes forReader() {
            return readable == strokes.lines().size()
                    ? strokes
                    : new Strokes(strokes.lines().subList(0, readable));
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

    LineFormat format() {
        return format;
    }

    List<PlacedGlyph> glyphs() {
        return glyphs;
    }

    /** Draws the line: where strokes of two glyphs meet, the shares of paper multiply. */
    public Raster raster() {
        int height = heightPx();
        float[] paper = new float[widthPx * height];
        Arrays.fill(paper, 1);
        Nib nib = new Nib();
        InkBox[] boxes = new InkBox[glyphs.size()];
        for (int i = 0; i < boxes.length; i++) {
            PlacedGlyph glyph = glyphs.get(i);
            nib.trace(glyph.strokes(), 1, 0, 0, glyph.penRadiusPx() + .5f, widthPx, height);
            boxes[i] = blend(nib, glyph.penRadiusPx(), paper);
        }
        byte[] pixels = new byte[paper.length];
        for (int i = 0; i < pixels.length; i++) {
            pixels[i] = (byte) grey(paper[i]);
        }
        return new Raster(new GreyImage(widthPx, height, pixels), List.of(boxes));
    }

    private static int grey(float paper) {
        return (int) (255 * paper + .5f);
    }

    private InkBox blend(Nib nib, float radius, float[] paper) {
        int left = Integer.MAX_VALUE;
        int right = -1;
        int top = Integer.MAX_VALUE;
        int bottom = -1;
        for (int row = 0; row < nib.height(); row++) {
            int y = nib.top() + row;
            int at = y * widthPx + nib.left();
            for (int column = 0; column < nib.width(); column++) {
                float ink = nib.coverage(row, column, radius, 1);
                if (ink <= 0) {
                    continue;
                }
                paper[at + column] *= 1 - ink;
                if (grey(1 - ink) < 255) {
                    left = Math.min(left, column);
                    right = Math.max(right, column);
                    top = Math.min(top, y);
                    bottom = y;
                }
            }
        }
        if (right < 0) {
            return new InkBox(0, 0, 0, 0);
        }
        return new InkBox(nib.left() + left, top, right - left + 1, bottom - top + 1);
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

    /** How many bytes {@link #svg} has at least: four characters a point. */
    public long leastSvgBytes() {
        return glyphs.stream()
                .flatMap(glyph -> glyph.strokes().lines().stream())
                .mapToLong(line -> 4L * (line.length / 2))
                .sum();
    }

    /** The same strokes as an SVG image of the same size, one path a glyph. */
    public String svg() {
        StringBuilder svg = new StringBuilder(512 + 400 * glyphs.size());
        svg.append("<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"").append(widthPx);
        svg.append("\" height=\"")
                .append(heightPx())
                .append("\" viewBox=\"0 0 ")
                .append(widthPx)
                .append(' ');
        svg.append(heightPx()).append("\">\n<rect width=\"100%\" height=\"100%\" fill=\"#fff\"/>\n");
        svg.append("<g fill=\"none\" stroke=\"#000\" stroke-linecap=\"round\" stroke-linejoin=\"round\">\n");
        for (PlacedGlyph glyph : glyphs) {
            svg.append("<path stroke-width=\"");
            appendFixed(svg, 2 * glyph.penRadiusPx());
            svg.append("\" d=\"");
            for (float[] line : glyph.strokes().lines()) {
                svg.append('M');
                appendPoint(svg, line, 0);
                if (line.length == 2) {
                    svg.append("h0"); // a round cap on nothing is a dot
                }
                for (int i = 2; i < line.length; i += 2) {
                    svg.append('L');
                    appendPoint(svg, line, i);
                }
            }
            svg.append("\"/>\n");
        }
        return svg.append("</g>\n</svg>\n").toString();
    }

    private static void appendPoint(StringBuilder text, float[] line, int index) {
        appendFixed(text, line[index]);
        text.append(' ');
        appendFixed(text, line[index + 1]);
    }

    /** Two decimals, as SVG readers on any locale want them. */
    private static void appendFixed(StringBuilder text, float value) {
        int hundredths = Math.round(100 * value);
        if (hundredths < 0) {
            text.append('-');
            hundredths = -hundredths;
        }
        text.append(hundredths / 100);
        int fraction = hundredths % 100;
        if (fraction != 0) {
            text.append('.').append(fraction / 10);
            if (fraction % 10 != 0) {
                text.append(fraction % 10);
            }
        }
    }
}
