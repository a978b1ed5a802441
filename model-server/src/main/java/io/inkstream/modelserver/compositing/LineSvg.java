package io.inkstream.modelserver.compositing;

import io.inkstream.modelserver.compositing.LineDrawing.PlacedGlyph;
import io.inkstream.schemas.XmlText;
import io.inkstream.schemas.layout.Appearance;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/**
 * Writes a drawing down as SVG: the strokes of the pen in the order of writing, in pixels of the drawing, with its size in
 * millimetres, on no paper. Equal drawings give equal texts.
 *
 * @see <a href="https://www.w3.org/TR/SVG2/">Scalable Vector Graphics 2</a>
 */
public final class LineSvg {
    /** A dot is a stroke of so much of the pen's width: a plotter passes over strokes without a length. */
    private static final float DOT = .25f;

    private final LineDrawing drawing;

    public LineSvg(LineDrawing drawing) {
        this.drawing = drawing;
    }

    /** How many bytes either text has at least: four characters a point. */
    public long leastBytes() {
        return Stream.concat(
                        drawing.glyphs().stream().flatMap(glyph -> Stream.of(glyph.strokes(), glyph.ligature())),
                        drawing.marks().stream().map(MarkStroke::strokes))
                .flatMap(strokes -> strokes.lines().stream())
                .mapToLong(line -> 4L * (line.length / 2))
                .sum();
    }

    /**
     * A group a glyph, whose attribute {@code data-text} is its grapheme; the line to the next glyph, where the pen does not
     * lift, belongs to the glyph that it leaves.
     */
    public String byGlyph() {
        StringBuilder svg = begin();
        List<PlacedGlyph> glyphs = drawing.glyphs();
        for (int i = 0; i < glyphs.size(); i++) {
            PlacedGlyph glyph = glyphs.get(i);
            boolean goesOn = i > 0 && glyphs.get(i - 1).isJoined();
            List<float[]> lines =
                    PenPath.ofGlyph(glyph, goesOn ? glyphs.get(i - 1).ligature().lines() : List.of(), drawing.format());
            svg.append("<g data-text=\"").append(XmlText.escaped(glyph.text())).append("\">");
            if (!lines.isEmpty()) {
                path(svg, glyph.penRadiusPx(), lines);
            }
            svg.append("</g>\n");
        }
        for (MarkStroke mark : drawing.marks()) {
            svg.append("<g data-mark=\"")
                    .append(mark.kind().name().toLowerCase(Locale.ROOT))
                    .append("\">");
            path(svg, mark.penRadiusPx(), mark.strokes().lines());
            svg.append("</g>\n");
        }
        return end(svg);
    }

    /** A path for each way of the pen from word to word; where letters are joined, dots and bars follow the word. */
    public String forPlotter() {
        StringBuilder svg = begin();
        for (PenPath.Piece piece : PenPath.of(drawing.glyphs(), drawing.format())) {
            path(svg, piece.penRadiusPx(), piece.lines());
            svg.append('\n');
        }
        for (MarkStroke mark : drawing.marks()) {
            path(svg, mark.penRadiusPx(), mark.strokes().lines());
            svg.append('\n');
        }
        return end(svg);
    }

    private StringBuilder begin() {
        Appearance appearance = drawing.appearance();
        StringBuilder svg = new StringBuilder(512 + 400 * drawing.glyphs().size());
        svg.append(appearance.svg(drawing.widthPx(), drawing.heightPx()));
        return svg.append(String.format(
                Locale.ROOT,
                "<g fill=\"none\" stroke=\"#%06x\" stroke-linecap=\"round\" stroke-linejoin=\"round\">\n",
                appearance.ink()));
    }

    private static String end(StringBuilder svg) {
        return svg.append("</g>\n</svg>\n").toString();
    }

    private static void path(StringBuilder svg, float radius, List<float[]> lines) {
        svg.append("<path stroke-width=\"");
        appendFixed(svg, 2 * radius);
        svg.append("\" d=\"");
        for (float[] line : lines) {
            svg.append('M');
            appendPoint(svg, line, 0);
            if (line.length == 2) {
                svg.append('h');
                appendFixed(svg, Math.max(.01f, DOT * radius));
            }
            for (int i = 2; i < line.length; i += 2) {
                svg.append('L');
                appendPoint(svg, line, i);
            }
        }
        svg.append("\"/>");
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
