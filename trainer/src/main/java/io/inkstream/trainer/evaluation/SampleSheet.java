package io.inkstream.trainer.evaluation;

import io.inkstream.trainer.dataset.SampleSet;
import java.awt.image.BufferedImage;

/** Lays glyphs out in rows, dark ink on white paper. */
public final class SampleSheet {
    private SampleSheet() {}

    /** Draws sample {@code i} at row {@code i / columns}, column {@code i % columns}, 28 pixels each. */
    public static BufferedImage of(SampleSet samples, int columns) {
        int side = SampleSet.SIDE_PX;
        int rows = (samples.size() + columns - 1) / columns;
        BufferedImage sheet = new BufferedImage(columns * side, rows * side, BufferedImage.TYPE_BYTE_GRAY);
        byte[] row = new byte[1];
        for (int y = 0; y < rows * side; y++) {
            for (int x = 0; x < columns * side; x++) {
                row[0] = (byte) 255;
                sheet.getRaster().setDataElements(x, y, row);
            }
        }
        for (int i = 0; i < samples.size(); i++) {
            byte[] image = samples.image(i);
            for (int k = 0; k < image.length; k++) {
                row[0] = (byte) (255 - (image[k] & 0xff));
                sheet.getRaster().setDataElements(i % columns * side + k % side, i / columns * side + k / side, row);
            }
        }
        return sheet;
    }
}
