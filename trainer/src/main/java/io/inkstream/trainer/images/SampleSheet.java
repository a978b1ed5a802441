package io.inkstream.trainer.images;

import io.inkstream.trainer.dataset.SampleSet;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import javax.imageio.ImageIO;

/** Real images beside drawn ones, each half a square of them. */
final class SampleSheet {
    private static final int CELL_PX = SampleSet.SIDE_PX + 2;
    private static final int GUTTER_PX = 16;
    private static final int PAPER = 255;

    private SampleSheet() {}

    /**
     * Draws a PNG.
     *
     * @param left ink [784] each
     * @param right likewise
     * @param side images on a side of each half; what does not fit is left out
     */
    static byte[] png(byte[][] left, byte[][] right, int side) {
        int half = side * CELL_PX;
        BufferedImage sheet = new BufferedImage(2 * half + GUTTER_PX, half, BufferedImage.TYPE_BYTE_GRAY);
        for (int y = 0; y < sheet.getHeight(); y++) {
            for (int x = 0; x < sheet.getWidth(); x++) {
                sheet.getRaster().setSample(x, y, 0, PAPER);
            }
        }
        put(sheet, left, 0, side);
        put(sheet, right, half + GUTTER_PX, side);
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(sheet, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return png.toByteArray();
    }

    private static void put(BufferedImage sheet, byte[][] images, int left, int side) {
        for (int k = 0; k < Math.min(images.length, side * side); k++) {
            byte[] light = new byte[images[k].length];
            for (int i = 0; i < light.length; i++) {
                light[i] = (byte) ~images[k][i];
            }
            sheet.getRaster()
                    .setDataElements(
                            left + k % side * CELL_PX + 1,
                            k / side * CELL_PX + 1,
                            SampleSet.SIDE_PX,
                            SampleSet.SIDE_PX,
                            light);
        }
    }
}
