package io.inkstream.modelserver.compositing;

import io.inkstream.schemas.Limits;

/**
 * The canvas of a line: how high it is, how wide it may get, and how far letters may reach over each other.
 *
 * @param heightPx height of the image, {@link Limits#MIN_LINE_HEIGHT_PX} to {@link Limits#MAX_LINE_HEIGHT_PX}; one x-height is this divided by 3.2
 * @param maxWidthPx the image is never wider; {@value #LEAST_WIDTH_IN_HEIGHTS} times the height to
 *     {@link Limits#MAX_LINE_WIDTH_PX}
 * @param maxOverlap share of the narrower of two neighbouring ink boxes that may overlap, 0 to 1/3
 */
public record LineFormat(int heightPx, int maxWidthPx, double maxOverlap) {
    /** 6.4 x-heights, more than twice the widest letter. */
    public static final int LEAST_WIDTH_IN_HEIGHTS = 2;

    /** A third, and what rounding a third to a float and back may add. */
    private static final double GREATEST_OVERLAP = 1.0 / 3 + 1e-6;

    /** @throws UndrawableLineException if it is none of these */
    public LineFormat {
        if (heightPx < Limits.MIN_LINE_HEIGHT_PX || heightPx > Limits.MAX_LINE_HEIGHT_PX) {
            throw new UndrawableLineException("a line is " + Limits.MIN_LINE_HEIGHT_PX + " to "
                    + Limits.MAX_LINE_HEIGHT_PX + " pixels high, got " + heightPx);
        }
        int leastWidthPx = LEAST_WIDTH_IN_HEIGHTS * heightPx;
        if (maxWidthPx < leastWidthPx || maxWidthPx > Limits.MAX_LINE_WIDTH_PX) {
            throw new UndrawableLineException("a line of " + heightPx + " pixels height is " + leastWidthPx + " to "
                    + Limits.MAX_LINE_WIDTH_PX + " pixels wide, got " + maxWidthPx);
        }
        if (!(maxOverlap >= 0 && maxOverlap <= GREATEST_OVERLAP)) {
            throw new UndrawableLineException("letters may overlap by 0 to 1/3 of the narrower, got " + maxOverlap);
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
