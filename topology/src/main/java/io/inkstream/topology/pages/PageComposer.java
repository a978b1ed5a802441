package io.inkstream.topology.pages;

import com.pngencoder.PngEncoder;
import io.inkstream.topology.layout.PageGeometry;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Map;
import javax.imageio.ImageIO;

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

    private static final int COMPRESSION = 4;

    private PageComposer() {}

    /** A page as PNG, grey 8 bit, 255 is paper. */
    public record Page(byte[] png, int widthPx, int heightPx) {}

    /**
     * Composes one page.
     *
     * @param seed of the document
     * @param page index of the page, so that two pages drift differently
     * @param lines PNG of each line by its row on the page; rows without a line stay blank
     * @throws IllegalArgumentException if a line is not a PNG
     */
    public static Page compose(PageGeometry geometry, long seed, int page, Map<Integer, byte[]> lines) {
        int width = geometry.widthPx();
        int height = geometry.heightPx();
        BufferedImage sheet = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        byte[] pixels = ((DataBufferByte) sheet.getRaster().getDataBuffer()).getData();
        Arrays.fill(pixels, (byte) PAPER);
        lines.forEach((row, png) -> {
            PageDrift drift = new PageDrift(seed, page, row);
            double x = geometry.margin() + MARGIN_SD * drift.gaussian(0) * geometry.xHeight();
            double y = geometry.margin() + row * geometry.pitch() + PITCH_SD * drift.gaussian(1) * geometry.xHeight();
            BufferedImage line = decoded(png);
            double steepest = MAX_RISE * geometry.xHeight() / line.getWidth();
            double slope = SLOPE + SLOPE_SD * drift.gaussian(2);
            lay(line, x, y, Math.max(-steepest, Math.min(steepest, slope)), pixels, width, height);
        });
        byte[] png = new PngEncoder()
                .withBufferedImage(sheet)
                .withCompressionLevel(COMPRESSION)
                .withMultiThreadedCompressionEnabled(false) // the model server needs the other cores
                .toBytes();
        return new Page(png, width, height);
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

    private static BufferedImage decoded(byte[] png) {
        BufferedImage image;
        try {
            image = ImageIO.read(new ByteArrayInputStream(png));
        } catch (IOException e) {
            throw new IllegalArgumentException("a line is not a readable PNG", e);
        }
        if (image == null) {
            throw new IllegalArgumentException("a line is not a PNG");
        }
        if (image.getType() == BufferedImage.TYPE_BYTE_GRAY) {
            return image;
        }
        BufferedImage grey = new BufferedImage(image.getWidth(), image.getHeight(), BufferedImage.TYPE_BYTE_GRAY);
        grey.getGraphics().drawImage(image, 0, 0, null);
        return grey;
    }
}
