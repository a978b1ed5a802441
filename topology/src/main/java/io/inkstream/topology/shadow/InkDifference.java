package io.inkstream.topology.shadow;

import io.inkstream.schemas.layout.OutputFormat;
import java.awt.image.Raster;
import java.io.IOException;

/** Says how far apart the ink of two drawings of one line is. A pure function. */
final class InkDifference {
    private static final double PAPER = 255;

    private InkDifference() {}

    /**
     * Mean absolute difference of ink, 0 is equal and 1 is black on white everywhere. The drawings lie left edge on left edge
     * and baseline on baseline; the mean goes over the smallest box around both, and what one of them lacks of it is paper.
     *
     * @param one image in any output format
     * @param oneBaselinePx from its top
     * @throws IOException if an image cannot be read
     */
    static double between(byte[] one, double oneBaselinePx, byte[] other, double otherBaselinePx) throws IOException {
        Raster a = OutputFormat.grey(one).getRaster();
        Raster b = OutputFormat.grey(other).getRaster();
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
}
