package io.inkstream.topology.layout;

import io.inkstream.topology.state.PagePlace;

/**
 * The measures of one page, in pixels.
 *
 * @param xHeight one x-height, the unit of all the others
 * @param margin on each side, and above and below the lines
 * @param pitch from one line to the next
 */
public record PageGeometry(double xHeight, double margin, double pitch, int widthPx, int heightPx) {
    /** Pixels of the largest page: an A4 sheet at 300 dpi has 8.7 million. */
    public static final long MAX_PIXELS = 16_000_000;

    /** Of a left margin that looks natural beside the pitch. Unit: x-heights. */
    private static final double MARGIN = 2.2;

    /** Descenders reach 1.23 below and ascenders 1.9 above, and hands drift. Unit: x-heights. */
    private static final double PITCH = 3.5;

    /**
     * Measures the page on which a line stands.
     *
     * @param lineHeightPx height of a line image
     */
    public static PageGeometry of(int lineHeightPx, PagePlace place) {
        double xHeight = lineHeightPx / Advances.LINE_HEIGHT;
        double margin = MARGIN * xHeight;
        double pitch = PITCH * xHeight;
        int widthPx = (int) Math.ceil(place.getMeasurePx() + 2 * margin);
        int heightPx = (int) Math.ceil((place.getRows() - 1) * pitch + lineHeightPx + 2 * margin);
        return new PageGeometry(xHeight, margin, pitch, widthPx, heightPx);
    }

    /** Pixels of the page. */
    public long pixels() {
        return (long) widthPx * heightPx;
    }
}
