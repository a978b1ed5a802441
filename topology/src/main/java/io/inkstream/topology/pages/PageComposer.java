package io.inkstream.topology.pages;

import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.layout.Alignment;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.schemas.layout.Ruling;
import io.inkstream.topology.layout.PageGeometry;
import java.util.Map;

/**
 * Writes lines on a sheet as a hand would: left margin, slope and pitch drift a little from line to line, by the seed; much less
 * on ruled paper. A pure function: equal lines, seed and page give equal bytes.
 */
public final class PageComposer {
    /** Spreads between the lines of one page; margin and pitch in x-heights, slope in pixels down for one across. */
    private static final double MARGIN_SD = 0.25;

    private static final double PITCH_SD = 0.06;
    private static final double SLOPE = -0.006;
    private static final double SLOPE_SD = 0.004;
    /** How much of it is left where lines are printed on the paper. */
    private static final double ON_RULING = .2;
    /** How much more lines run off by the end of a page if the hand tires as much as one can be asked to. */
    private static final double MOST_TIRED = 1;

    /** How far the end of a line may be above or below its beginning, in x-heights: a long line must not leave the page. */
    private static final double MAX_RISE = 1.2;

    private PageComposer() {}

    /** A page in the format that was asked for. */
    public record Page(byte[] image, int widthPx, int heightPx) {}

    /** What lines are laid on, in the order of their rows. */
    interface Sheet {
        /** Reads a line that is to be laid on it. */
        SheetLine line(byte[] image);

        byte[] image();
    }

    /** A line that is not laid yet. */
    interface SheetLine {
        int widthPx();

        /**
         * Lays it.
         *
         * @param x of its left edge
         * @param y of the top of its left edge
         * @param slope pixels down for one across
         */
        void lay(double x, double y, double slope);
    }

    /**
     * Composes one page.
     *
     * @param layout of the document, as {@link PageGeometry#resolved} gives it
     * @param seed of the document
     * @param page index of the page, so that two pages drift differently
     * @param lines image of each line by its row on the page, in the format of the layout; rows without a line stay blank
     * @throws IllegalArgumentException if a line is no image
     */
    public static Page compose(
            PageGeometry geometry, LayoutOptions layout, long seed, int page, Map<Integer, byte[]> lines) {
        OutputFormat format = OutputFormat.named(layout.getFormat());
        Sheet sheet = format.isVector()
                ? new VectorSheet(geometry, layout, format)
                : new PixelSheet(geometry, layout, format);
        Ruling ruling = Ruling.of(layout);
        double freedom = ruling.linesOfPitch() > 0 ? ON_RULING : 1;
        lines.forEach((row, image) -> {
            PageDrift drift = new PageDrift(seed, page, row);
            double xHeight = geometry.xHeight();
            double tired = 1 + MOST_TIRED * layout.getFatigue() * row / Math.max(1, layout.getLinesPerPage() - 1);
            SheetLine line = sheet.line(image);
            int width = line.widthPx();
            double aligned = Alignment.of(layout).share() * Math.max(0, geometry.measure() - width);
            double x = geometry.margin() + aligned + freedom * tired * MARGIN_SD * drift.gaussian(0) * xHeight;
            double y = geometry.margin() + row * geometry.pitch() + freedom * PITCH_SD * drift.gaussian(1) * xHeight;
            double steepest = freedom * MAX_RISE * xHeight / width;
            double slope = freedom * tired * (SLOPE + SLOPE_SD * drift.gaussian(2));
            line.lay(x, y, Math.max(-steepest, Math.min(steepest, slope)));
        });
        return new Page(sheet.image(), geometry.widthPx(), geometry.heightPx());
    }
}
