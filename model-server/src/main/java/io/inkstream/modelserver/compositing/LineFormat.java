package io.inkstream.modelserver.compositing;

/**
 * The canvas of a line: how high it is, how wide it may get, and how far letters may reach over each other.
 *
 * @param heightPx height of the image, 16 to 256; one x-height is this divided by 3.2
 * @param maxWidthPx the image is never wider; 2 to 256 times the height
 * @param maxOverlap share of the narrower of two neighbouring ink boxes that may overlap, 0 to 1/3
 */
public record LineFormat(int heightPx, int maxWidthPx, double maxOverlap) {
    public static final int LEAST_HEIGHT_PX = 16;
    public static final int GREATEST_HEIGHT_PX = 256;
    /** A third, and what rounding a third to a float and back may add. */
    private static final double GREATEST_OVERLAP = 1.0 / 3 + 1e-6;

    public LineFormat {
        if (heightPx < LEAST_HEIGHT_PX || heightPx > GREATEST_HEIGHT_PX) {
            throw new IllegalArgumentException(
                    "a line is " + LEAST_HEIGHT_PX + " to " + GREATEST_HEIGHT_PX + " pixels high, got " + heightPx);
        }
        if (maxWidthPx < 2 * heightPx || maxWidthPx > 256 * heightPx) {
            throw new IllegalArgumentException("a line of " + heightPx + " pixels height is " + 2 * heightPx + " to "
                    + 256 * heightPx + " pixels wide, got " + maxWidthPx);
        }
        if (!(maxOverlap >= 0 && maxOverlap <= GREATEST_OVERLAP)) {
            throw new IllegalArgumentException("letters may overlap by 0 to 1/3 of the narrower, got " + maxOverlap);
        }
    }

    /** Pixels of one x-height. */
    double xHeightPx() {
        return heightPx / 3.2;
    }

    /** Row of the baseline: two x-heights below the top, for an ascender's 1.9 and the pen, and 1.2 above the bottom. */
    double baselinePx() {
        return heightPx * (2.0 / 3.2);
    }
}
