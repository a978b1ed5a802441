package io.inkstream.modelserver.compositing;

import com.pngencoder.PngEncoder;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;

/**
 * A grey image of 8 bits, 255 is paper and 0 is ink.
 *
 * @param pixels [height * width] by rows; not copied, and not to be written
 */
@SuppressWarnings("ArrayRecordComponent") // identity is never asked for, and a copy would double a line's memory
public record GreyImage(int widthPx, int heightPx, byte[] pixels) {
    /** Above it, handwriting hardly gets smaller, but the time of a line doubles. */
    private static final int COMPRESSION_LEVEL = 4;

    public GreyImage {
        if (widthPx < 1 || heightPx < 1 || pixels.length != widthPx * heightPx) {
            throw new IllegalArgumentException(
                    "an image of " + widthPx + " x " + heightPx + " cannot have " + pixels.length + " pixels");
        }
    }

    /** The image as a PNG file: grey, 8 bit. Equal images give equal bytes. */
    public byte[] toPng() {
        BufferedImage image = new BufferedImage(widthPx, heightPx, BufferedImage.TYPE_BYTE_GRAY);
        byte[] data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        System.arraycopy(pixels, 0, data, 0, pixels.length);
        return new PngEncoder()
                .withBufferedImage(image)
                .withCompressionLevel(COMPRESSION_LEVEL)
                .withMultiThreadedCompressionEnabled(false)
                .toBytes();
    }
}
