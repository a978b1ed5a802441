package io.inkstream.trainer.lines;

import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/**
 * Finds the ink of a picture of one line: dark on light or light on dark, in colour or grey, transparent or not; paper and ink
 * are what the lightest and darkest parts are like.
 */
public final class PictureInk {
    private static final int MOST_PIXELS = 16 << 20;
    private static final int LEVELS = 256;
    private static final double PAPER = .5;
    private static final double DARKEST = .004;
    /** Paper and ink that differ by less are one. */
    private static final int LEAST_CONTRAST = 40;

    private PictureInk() {}

    /**
     * Reads a picture.
     *
     * @return [height][width], 0 is paper and 1 is ink
     * @throws IOException if it cannot be read, or is none, in a sentence that does not name the file
     */
    public static float[][] read(Path file) throws IOException {
        if (!Files.isReadable(file)) {
            throw Files.exists(file)
                    ? new AccessDeniedException(file.toString())
                    : new NoSuchFileException(file.toString());
        }
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            if (in == null) {
                throw new IOException("it cannot be opened");
            }
            Iterator<ImageReader> readers = ImageIO.getImageReaders(in);
            if (!readers.hasNext()) {
                throw new IOException("it is no PNG, JPEG, GIF or BMP");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in);
                long pixels = (long) reader.getWidth(0) * reader.getHeight(0);
                if (pixels > MOST_PIXELS) { // before memory is taken for it
                    throw new IOException("it has " + pixels + " pixels, at most " + MOST_PIXELS);
                }
                return of(reader.read(0));
            } finally {
                reader.dispose();
            }
        } catch (RuntimeException e) { // what the readers of the JDK throw at broken files
            throw new IOException("it is broken: " + e.getMessage(), e);
        }
    }

    /**
     * Takes the ink of a picture.
     *
     * @return [height][width], 0 is paper and 1 is ink
     */
    public static float[][] of(BufferedImage picture) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        BufferedImage onPaper = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = onPaper.createGraphics();
        graphics.drawImage(picture, 0, 0, Color.WHITE, null);
        graphics.dispose();
        byte[][] grey = new byte[height][width];
        int[] counts = new int[LEVELS];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                int rgb = onPaper.getRGB(x, y);
                int level = (299 * (rgb >> 16 & 0xff) + 587 * (rgb >> 8 & 0xff) + 114 * (rgb & 0xff)) / 1000;
                grey[y][x] = (byte) level;
                counts[level]++;
            }
        }
        boolean isLightOnDark = quantile(counts, PAPER) < LEVELS / 2;
        if (isLightOnDark) {
            for (byte[] row : grey) {
                for (int x = 0; x < width; x++) {
                    row[x] = (byte) ~row[x];
                }
            }
            for (int i = 0; i < LEVELS / 2; i++) {
                int other = counts[i];
                counts[i] = counts[LEVELS - 1 - i];
                counts[LEVELS - 1 - i] = other;
            }
        }
        int paper = quantile(counts, PAPER);
        int darkest = Math.min(quantile(counts, DARKEST), paper - LEAST_CONTRAST);
        float[][] ink = new float[height][width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                ink[y][x] = Math.max(0f, Math.min(1f, (paper - (grey[y][x] & 0xff)) / (float) (paper - darkest)));
            }
        }
        return ink;
    }

    /** The level below which so large a share of the pixels is. */
    private static int quantile(int[] counts, double share) {
        long all = Arrays.stream(counts).asLongStream().sum();
        long seen = 0;
        for (int level = 0; level < LEVELS; level++) {
            seen += counts[level];
            if (seen >= share * all) {
                return level;
            }
        }
        return LEVELS - 1;
    }
}
