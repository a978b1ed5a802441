package io.inkstream.topology.pages;

import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.layout.Appearance;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.schemas.layout.Paper;
import io.inkstream.schemas.layout.Ruling;
import io.inkstream.topology.layout.PageGeometry;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A page of pen strokes: the groups of its lines' SVGs, each moved to its place. Paper is drawn if a sheet or a ruling was
 * asked for, but never for a plotter.
 */
final class VectorSheet implements PageComposer.Sheet {
    private static final Pattern LINE = Pattern.compile(
            "^<svg [^>]*viewBox=\"0 0 (\\d{1,6}) \\d{1,6}\">\\n(?:<metadata>.*?</metadata>\\n)?(.*)</svg>\\n$",
            Pattern.DOTALL);

    private final PageGeometry geometry;
    private final LayoutOptions layout;
    private final OutputFormat format;
    private final StringBuilder lines = new StringBuilder();

    VectorSheet(PageGeometry geometry, LayoutOptions layout, OutputFormat format) {
        this.geometry = geometry;
        this.layout = layout;
        this.format = format;
    }

    @Override
    public PageComposer.SheetLine line(byte[] image) {
        Matcher parsed = parsed(image);
        int widthPx = Integer.parseInt(parsed.group(1));
        String groups = parsed.group(2);
        return new PageComposer.SheetLine() {
            @Override
            public int widthPx() {
                return widthPx;
            }

            @Override
            public void lay(double x, double y, double slope) {
                VectorSheet.this.lay(groups, x, y, slope);
            }
        };
    }

    private void lay(String groups, double x, double y, double slope) {
        lines.append(String.format(Locale.ROOT, "<g transform=\"matrix(1 %.6f 0 1 %.3f %.3f)\">\n", slope, x, y))
                .append(groups)
                .append("</g>\n");
    }

    private static Matcher parsed(byte[] line) {
        Matcher svg = LINE.matcher(new String(line, StandardCharsets.UTF_8));
        if (!svg.matches()) {
            throw new IllegalArgumentException("a line is not an SVG of ours");
        }
        return svg;
    }

    @Override
    public byte[] image() {
        Appearance appearance = Appearance.of(layout);
        int width = geometry.widthPx();
        int height = geometry.heightPx();
        StringBuilder svg = new StringBuilder(lines.length() + 1024);
        svg.append(appearance.svg(width, height));
        Ruling ruling = Ruling.of(layout);
        if (format != OutputFormat.SVG_PLOT && (Paper.of(layout).isSheet() || ruling != Ruling.PLAIN)) {
            svg.append(bar(new Print.Bar(0, 0, width, height, ruling.paper())));
            Print.of(geometry, layout).forEach(bar -> svg.append(bar(bar)));
        }
        return svg.append(lines).append("</svg>\n").toString().getBytes(StandardCharsets.UTF_8);
    }

    private static String bar(Print.Bar bar) {
        return String.format(
                Locale.ROOT,
                "<rect x=\"%.2f\" y=\"%.2f\" width=\"%.2f\" height=\"%.2f\" fill=\"#%06x\"/>\n",
                bar.left(),
                bar.top(),
                bar.right() - bar.left(),
                bar.bottom() - bar.top(),
                bar.colour());
    }
}
