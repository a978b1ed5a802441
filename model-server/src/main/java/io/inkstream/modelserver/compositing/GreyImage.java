package io.inkstream.modelserver.compositing;

import io.inkstream.schemas.layout.Appearance;
import io.inkstream.schemas.layout.OutputFormat;

/**
 * A grey image of 8 bits, 255 is paper and 0 is ink.
 *
 * @param pixels [height * width] by rows; not copied, and not to be written
 */
@SuppressWarnings("ArrayRecordComponent") // identity is never asked for, and a copy would double a line's memory
public record GreyImage(int widthPx, int heightPx, byte[] pixels) {
    public GreyImage {
        if (widthPx < 1 || heightPx < 1 || pixels.length != widthPx * heightPx) {
            throw new IllegalArgumentException(
                    "an image of " + widthPx + " x " + heightPx + " cannot have " + pixels.length + " pixels");
        }
    }

    /** The image as readers of lines see it: [heightPx][widthPx], 0 is paper and 1 is ink. */
    public float[][] ink() {
        float[][] ink = new float[heightPx][widthPx];
        for (int y = 0; y < heightPx; y++) {
            for (int x = 0; x < widthPx; x++) {
                ink[y][x] = (255 - (pixels[y * widthPx + x] & 0xff)) / 255f;
            }
        }
        return ink;
    }

    /** The image as a PNG file: grey, 8 bit. Equal images give equal bytes. */
    public byte[] toPng() {
        return encoded(OutputFormat.PNG, Appearance.STANDARD);
    }

    /** The image as a file. Equal images give equal bytes. */
    public byte[] encoded(OutputFormat format, Appearance appearance) {
        return format.encode(widthPx, heightPx, pixels, appearance);
    }
}
