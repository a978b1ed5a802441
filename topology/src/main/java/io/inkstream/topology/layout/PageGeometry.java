package io.inkstream.topology.layout;

import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.layout.Appearance;
import io.inkstream.schemas.layout.LayoutOption;
import io.inkstream.schemas.layout.Paper;
import io.inkstream.topology.state.PagePlace;
import java.util.Locale;

/**
 * The measures of one page, in pixels.
 *
 * @param xHeight one x-height
 * @param margin on each side, and above and below the lines
 * @param pitch from one line to the next
 * @param measure width that lines may have
 */
public record PageGeometry(double xHeight, double margin, double pitch, double measure, int widthPx, int heightPx) {
    /** Pixels of the largest page: an A4 sheet at 300 dpi has 8.7 million. */
    public static final long MAX_PIXELS = 16_000_000;

    /** Of a left margin that looks natural beside the pitch. Unit: x-heights. */
    private static final double MARGIN = 2.2;

    private static final double SHEET_MARGIN_MM = 20;
    /** Descenders reach 1.23 below and ascenders 1.9 above, and hands drift. Unit: x-heights. */
    private static final double PITCH = 3.5;

    /**
     * Measures the page on which a line stands.
     *
     * @param layout of the document, as {@link #resolved} gives it
     */
    public static PageGeometry of(LayoutOptions layout, PagePlace place) {
        int lineHeightPx = layout.getLineHeightPx();
        double xHeight = lineHeightPx / Advances.LINE_HEIGHT;
        double margin = margin(layout);
        double pitch = pitch(layout);
        Paper paper = Paper.of(layout);
        Appearance appearance = Appearance.of(layout);
        double width = paper.isSheet() ? appearance.pixels(paper.widthMm()) : place.getMeasurePx() + 2 * margin;
        double height = paper.isSheet()
                ? appearance.pixels(paper.heightMm())
                : (place.getRows() - 1) * pitch + lineHeightPx + 2 * margin;
        return new PageGeometry(
                xHeight, margin, pitch, place.getMeasurePx(), (int) Math.ceil(width), (int) Math.ceil(height));
    }

    /**
     * The layout with the measure and the lines of a page that its paper decides.
     *
     * @param layout without a fault
     * @throws IllegalArgumentException if the paper has no room, saying how much it has
     */
    public static LayoutOptions resolved(LayoutOptions layout) {
        Paper paper = Paper.of(layout);
        if (!layout.getPages() || !paper.isSheet()) {
            return layout;
        }
        Appearance appearance = Appearance.of(layout);
        double margins = 2 * margin(layout);
        int measure = (int) (appearance.pixels(paper.widthMm()) - margins);
        double room = appearance.pixels(paper.heightMm()) - margins - layout.getLineHeightPx();
        LayoutOptions sheet = LayoutOptions.newBuilder(layout)
                .setLineWidthPx(measure)
                .setLinesPerPage(1 + (int) Math.min(room / pitch(layout), 1_000))
                .build();
        if (room < 0 || LayoutOption.fault(sheet).isPresent()) {
            throw new IllegalArgumentException(String.format(
                    Locale.ROOT,
                    "paper %s has room for lines of %d pixels width, %d of them, at %d dpi with its margins, which does not go"
                            + " with lineHeightPx %d",
                    layout.getPaper(),
                    measure,
                    room < 0 ? 0 : sheet.getLinesPerPage(),
                    layout.getResolutionDpi(),
                    layout.getLineHeightPx()));
        }
        return sheet;
    }

    private static double margin(LayoutOptions layout) {
        if (layout.getMarginMm() >= 0) {
            return Appearance.of(layout).pixels(layout.getMarginMm());
        }
        return Paper.of(layout).isSheet()
                ? Appearance.of(layout).pixels(SHEET_MARGIN_MM)
                : MARGIN * layout.getLineHeightPx() / Advances.LINE_HEIGHT;
    }

    private static double pitch(LayoutOptions layout) {
        return PITCH * layout.getLineSpacing() * layout.getLineHeightPx() / Advances.LINE_HEIGHT;
    }

    /** Pixels of the page. */
    public long pixels() {
        return (long) widthPx * heightPx;
    }
}
