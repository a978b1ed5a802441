package io.inkstream.trainer.dataset;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;

/** Shows samples of every class side by side, in the order of the classes, dark on light. */
public final class ContactSheet {
    private static final int CELL_PX = 30;
    private static final int CLASS_COLUMNS = 2;
    private static final int GUTTER_PX = 12;

    private ContactSheet() {}

    /**
     * Draws a PNG: two columns of classes, each class a row of samples picked at random; classes without samples stay
     * empty.
     *
     * @param perClass samples of a class, 1 to 100
     * @param seed chooses which
     */
    public static byte[] png(SampleSet samples, int perClass, long seed) {
        if (perClass < 1 || perClass > 100) {
            throw new IllegalArgumentException("1 to 100 samples a class, got " + perClass);
        }
        int classes = samples.classes().size();
        int rows = (classes + CLASS_COLUMNS - 1) / CLASS_COLUMNS;
        int columnPx = perClass * CELL_PX + GUTTER_PX;
        BufferedImage sheet =
                new BufferedImage(CLASS_COLUMNS * columnPx - GUTTER_PX, rows * CELL_PX, BufferedImage.TYPE_BYTE_GRAY);
        byte[] paper = new byte[sheet.getWidth() * sheet.getHeight()];
        Arrays.fill(paper, (byte) 255);
        sheet.getRaster().setDataElements(0, 0, sheet.getWidth(), sheet.getHeight(), paper);
        for (int c = 0; c < classes; c++) {
            int[] chosen = choose(samples, c, perClass, new Random(seed * 31 + c));
            for (int k = 0; k < chosen.length; k++) {
                byte[] image = samples.image(chosen[k]);
                for (int i = 0; i < image.length; i++) {
                    image[i] = (byte) ~image[i];
                }
                sheet.getRaster()
                        .setDataElements(
                                c / rows * columnPx + k * CELL_PX + 1,
                                c % rows * CELL_PX + 1,
                                SampleSet.SIDE_PX,
                                SampleSet.SIDE_PX,
                                image);
            }
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        try {
            ImageIO.write(sheet, "png", png);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return png.toByteArray();
    }

    /** The first of a shuffle: no sample twice. */
    private static int[] choose(SampleSet samples, int c, int most, Random random) {
        int[] all = new int[samples.countOfClass(c)];
        for (int k = 0; k < all.length; k++) {
            int other = random.nextInt(k + 1);
            all[k] = all[other];
            all[other] = samples.ofClass(c, k);
        }
        return Arrays.copyOf(all, Math.min(most, all.length));
    }
}
