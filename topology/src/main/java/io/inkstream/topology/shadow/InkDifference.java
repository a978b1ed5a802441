package io.inkstream.topology.shadow;

import java.awt.image.BufferedImage;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import javax.imageio.ImageIO;
import javax.imageio.stream.MemoryCacheImageInputStream;

/** Says how far apart the ink of two drawings of one line is. A pure function. */
final class InkDifference {
    private static final double PAPER = 255;

    private InkDifference() {}

    /**
     * Mean absolute difference of ink, 0 is equal and 1 is black on white everywhere. The drawings lie left edge on left edge
     * and baseline on baseline; the mean goes over the smallest box around both, and what one of them lacks of it is paper.
     *
     * @param one PNG, grey 8 bit, 255 is paper
     * @param oneBaselinePx from its top
     * @throws IOException if a PNG cannot be read
     */
    static double between(byte[] one, double oneBaselinePx, byte[] other, double otherBaselinePx) throws IOException {
        Raster a = decoded(one);
        Raster b = decoded(other);
        int shift = (int) Math.round(oneBaselinePx - otherBaselinePx); // rows that the other lies lower
        int top = Math.min(0, shift);
        int bottom = Math.max(a.getHeight(), b.getHeight() + shift);
        int width = Math.max(a.getWidth(), b.getWidth());
        double[] rowOfA = new double[width];
        double[] rowOfB = new double[width];
        double sum = 0;
        for (int y = top; y < bottom; y++) {
            ink(a, y, rowOfA);
            ink(b, y - shift, rowOfB);
            for (int x = 0; x < width; x++) {
                sum += Math.abs(rowOfA[x] - rowOfB[x]);
            }
        }
        return sum / ((double) width * (bottom - top));
    }

    private static void ink(Raster drawing, int y, double[] row) {
        for (int x = 0; x < row.length; x++) {
            boolean isInside = y >= 0 && y < drawing.getHeight() && x < drawing.getWidth();
            row[x] = isInside ? 1 - drawing.getSample(x, y, 0) / PAPER : 0;
        }
    }

    private static Raster decoded(byte[] png) throws IOException {
        // In memory: ImageIO would make a file for a stream of its own choice.
        BufferedImage image = ImageIO.read(new MemoryCacheImageInputStream(new ByteArrayInputStream(png)));
        if (image == null) {
            throw new IOException("the image is not a PNG");
        }
        return image.getRaster();
    }
}
