package io.inkstream.topology.pages;

import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.topology.layout.PageGeometry;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;

/**
 * Writes lines on a sheet as a hand would: left margin, slope and pitch drift a little from line to line, by the seed. A pure
 * function: equal lines, seed and page give equal bytes.
 */
public final class PageComposer {
    private static final int PAPER = 255;

    /** Spreads between the lines of one page; margin and pitch in x-heights, slope in pixels down for one across. */
    private static final double MARGIN_SD = 0.25;

    private static final double PITCH_SD = 0.06;
    private static final double SLOPE = -0.006;
    private static final double SLOPE_SD = 0.004;

    /** How far the end of a line may be above or below its beginning, in x-heights: a long line must not leave the page. */
    private static final double MAX_RISE = 1.2;

    private PageComposer() {}

    /** A page in the format that was asked for. */
    public record Page(byte[] image, int widthPx, int heightPx) {}

    /**
     * Composes one page.
     *
     * @param seed of the document
     * @param page index of the page, so that two pages drift differently
     * @param format of the page; the lines may have any
     * @param lines image of each line by its row on the page; rows without a line stay blank
     * @throws IllegalArgumentException if a line is no image
     */
    public static Page compose(
            PageGeometry geometry, OutputFormat format, long seed, int page, Map<Integer, byte[]> lines) {
        int width = geometry.widthPx();
        int height = geometry.heightPx();
        byte[] pixels = new byte[width * height];
        Arrays.fill(pixels, (byte) PAPER);
        lines.forEach((row, image) -> {
            PageDrift drift = new PageDrift(seed, page, row);
            double x = geometry.margin() + MARGIN_SD * drift.gaussian(0) * geometry.xHeight();
            double y = geometry.margin() + row * geometry.pitch() + PITCH_SD * drift.gaussian(1) * geometry.xHeight();
            BufferedImage line = decoded(image);
            double steepest = MAX_RISE * geometry.xHeight() / line.getWidth();
            double slope = SLOPE + SLOPE_SD * drift.gaussian(2);
            lay(line, x, y, Math.max(-steepest, Math.min(steepest, slope)), pixels, width, height);
        });
        return new Page(format.encode(width, height, pixels), width, height);
    }

    /** Multiplies the brightness of a line into the sheet, each column moved by the slope with a linear blend of rows. */
    private static void lay(BufferedImage line, double x, double y, double slope, byte[] sheet, int width, int height) {
        byte[] ink = ((DataBufferByte) line.getRaster().getDataBuffer()).getData();
        int lineWidth = line.getWidth();
        int lineHeight = line.getHeight();
        int left = (int) Math.round(x);
        for (int column = 0; column < lineWidth; column++) {
            int sheetX = left + column;
            if (sheetX < 0 || sheetX >= width) {
                continue;
            }
            double top = y + slope * column;
            int firstRow = (int) Math.floor(top);
            double below = top - firstRow; // share of each pixel that falls on the row below
            for (int row = 0; row <= lineHeight; row++) {
                int upper = row == 0 ? PAPER : ink[(row - 1) * lineWidth + column] & 0xff;
                int own = row == lineHeight ? PAPER : ink[row * lineWidth + column] & 0xff;
                double brightness = below * upper + (1 - below) * own;
                int sheetY = firstRow + row;
                if (brightness < PAPER && sheetY >= 0 && sheetY < height) {
                    int at = sheetY * width + sheetX;
                    sheet[at] = (byte) Math.round((sheet[at] & 0xff) * brightness / PAPER);
                }
            }
        }
    }

    private static BufferedImage decoded(byte[] image) {
        try {
            return OutputFormat.grey(image);
        } catch (IOException e) {
            throw new IllegalArgumentException("a line is not a PNG", e);
        }
    }
}
