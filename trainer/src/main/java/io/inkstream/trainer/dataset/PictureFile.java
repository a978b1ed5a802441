package io.inkstream.trainer.dataset;

import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Iterator;
import javax.imageio.ImageIO;
import javax.imageio.ImageReadParam;
import javax.imageio.ImageReader;
import javax.imageio.stream.ImageInputStream;

/** Reads a PNG, GIF, BMP or JPEG of any size as 28 x 28 grey; what is transparent is paper. */
public final class PictureFile {
    private static final int SIDE = SampleSet.SIDE_PX;
    private static final int PAPER = 255;
    /** A small file may unpack to gigabytes: more are not looked at. */
    private static final long MOST_PIXELS = 400L << 20;
    /** Of a picture that is read into memory; of a larger one every second, third, ... pixel is. */
    private static final long MOST_IN_MEMORY = 4L << 20;

    private PictureFile() {}

    /**
     * Reads a picture.
     *
     * @return [784] from 0, black, to 255, white, as unsigned bytes
     * @throws IOException if it cannot be read or has a size that is not taken, in words and without its name
     */
    public static byte[] read(Path file, PictureScale scale) throws IOException {
        try {
            return scaled(picture(file, scale), scale);
        } catch (RuntimeException e) {
            // ImageIO's readers throw unchecked exceptions on some damaged files.
            throw new IOException("not a readable image: " + e.getMessage(), e);
        }
    }

    private static BufferedImage picture(Path file, PictureScale scale) throws IOException {
        try (ImageInputStream in = ImageIO.createImageInputStream(file.toFile())) {
            Iterator<ImageReader> readers = in == null ? null : ImageIO.getImageReaders(in);
            if (readers == null || !readers.hasNext()) {
                throw new IOException("no image that is known here (PNG, GIF, BMP, JPEG)");
            }
            ImageReader reader = readers.next();
            try {
                reader.setInput(in, true, true);
                return picture(reader, scale);
            } finally {
                reader.dispose();
            }
        }
    }

    /** The head is looked at first. */
    private static BufferedImage picture(ImageReader reader, PictureScale scale) throws IOException {
        int width;
        int height;
        try {
            width = reader.getWidth(0);
            height = reader.getHeight(0);
        } catch (IOException e) {
            throw new IOException("not a readable image: " + e.getMessage(), e);
        }
        if (scale == PictureScale.NONE && (width != SIDE || height != SIDE)) {
            throw new IOException(width + " x " + height + " pixels; only " + SIDE + " x " + SIDE
                    + " is imported, or any size with --scale fit or crop");
        }
        long pixels = (long) width * height;
        if (pixels > MOST_PIXELS) {
            throw new IOException(width + " x " + height + " pixels are more than " + MOST_PIXELS);
        }
        ImageReadParam param = reader.getDefaultReadParam();
        int every = (int) Math.ceil(Math.sqrt((double) pixels / MOST_IN_MEMORY));
        if (every > 1) {
            int across = Math.max(1, Math.min(every, width / (2 * SIDE)));
            int down = Math.max(1, Math.min(every, height / (2 * SIDE)));
            param.setSourceSubsampling(across, down, 0, 0);
        }
        try {
            return reader.read(0, param);
        } catch (IOException e) {
            throw new IOException("not a readable image: " + e.getMessage(), e);
        }
    }

    private static byte[] scaled(BufferedImage picture, PictureScale scale) {
        int width = picture.getWidth();
        int height = picture.getHeight();
        double perPixel = scale == PictureScale.CROP
                ? Math.min(width, height) / (double) SIDE
                : Math.max(width, height) / (double) SIDE;
        double left = (width - SIDE * perPixel) / 2;
        double top = (height - SIDE * perPixel) / 2;
        byte[] grey = new byte[SampleSet.PIXELS];
        Arrays.fill(grey, (byte) PAPER);
        for (int i = 0; i < grey.length; i++) {
            double x = left + i % SIDE * perPixel;
            double y = top + i / SIDE * perPixel;
            grey[i] = (byte) Math.round(mean(picture, x, y, x + perPixel, y + perPixel));
        }
        return grey;
    }

    /** The mean of an area by how much of each pixel lies in it; outside the picture is paper. */
    private static double mean(BufferedImage picture, double left, double top, double right, double bottom) {
        double all = (bottom - top) * (right - left);
        double sum = all * PAPER;
        int lowest = Math.min(picture.getHeight(), (int) Math.ceil(bottom));
        int rightmost = Math.min(picture.getWidth(), (int) Math.ceil(right));
        for (int y = Math.max(0, (int) Math.floor(top)); y < lowest; y++) {
            double tall = Math.min(bottom, y + 1) - Math.max(top, y);
            for (int x = Math.max(0, (int) Math.floor(left)); x < rightmost; x++) {
                double area = tall * (Math.min(right, x + 1) - Math.max(left, x));
                sum += area * (grey(picture, x, y) - PAPER);
            }
        }
        return sum / all;
    }

    private static int grey(BufferedImage picture, int x, int y) {
        if (picture.getType() == BufferedImage.TYPE_BYTE_GRAY) {
            // getRGB would bend it: Java takes grey pictures for linear light.
            return picture.getRaster().getSample(x, y, 0);
        }
        int argb = picture.getRGB(x, y);
        int alpha = argb >>> 24;
        int grey = (299 * (argb >> 16 & 0xff) + 587 * (argb >> 8 & 0xff) + 114 * (argb & 0xff) + 500) / 1000;
        // What is transparent is paper, and most such pictures are dark on nothing.
        return (grey * alpha + PAPER * (255 - alpha)) / 255;
    }
}
