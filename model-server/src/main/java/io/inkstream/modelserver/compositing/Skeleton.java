package io.inkstream.modelserver.compositing;

/** Ink cut at a level, thinned to lines of one pixel and freed of spurs: what is left, and which of its pixels are joined. */
final class Skeleton {
    /** Longest spur that is looked at, in glyph pixels. */
    private static final int LONGEST_SPUR = 5;

    /** The neighbours that a thinned pixel is joined to: a diagonal only where no shared side neighbour joins them. */
    private static final int[] JOINED = new int[256];

    static {
        for (int code = 0; code < 256; code++) {
            int joined = code & 0b0101_0101; // north, east, south, west
            for (int k = 1; k < 8; k += 2) {
                boolean sideNeighbour = isSet(code, k - 1) || isSet(code, k + 1);
                joined |= sideNeighbour ? 0 : code & (1 << k);
            }
            JOINED[code] = joined;
        }
    }

    private final UpsampledInk ink;
    private final int side;
    private final int longestSpur;
    private final int[] offsets;
    private final BitRows mask;
    private final BitRows thin;
    /** Which neighbours of a listed pixel are left, by pixel. */
    private final int[] code;

    private final int[] pixels;
    private final int[] spur;
    private int count;

    /** A skeleton of whatever {@code ink} will hold, but for its outermost pixels, which are margin. */
    Skeleton(UpsampledInk ink) {
        this.ink = ink;
        side = ink.side();
        longestSpur = LONGEST_SPUR * ink.scale();
        offsets = new int[] {-side, -side + 1, 1, side + 1, side, side - 1, -1, -side - 1};
        mask = new BitRows(side);
        thin = new BitRows(side);
        code = new int[side * side];
        pixels = new int[side * side];
        spur = new int[longestSpur];
    }

    /** Takes the ink that is at least {@code level}. */
    void take(float level) {
        mask.clear();
        for (int row = 1; row < side - 1; row++) {
            if (ink.peak(row) >= level) {
                mask.cut(row, ink.pixels(), level);
            }
        }
        thin.copy(mask);
        thin.thin();
        int thinned = thin.list(pixels);
        for (int i = 0; i < thinned; i++) {
            code[pixels[i]] = thin.neighbours(pixels[i] / side, pixels[i] % side);
        }
        pruneSpurs(thinned);
        count = thin.list(pixels);
    }

    /** How many pixels are left. */
    int count() {
        return count;
    }

    /** Where the pixel with an index is, by rows; in their order. */
    int pixel(int index) {
        return pixels[index];
    }

    /** The neighbours that a pixel is joined to, bit {@code k} for neighbour {@code k}. */
    int joined(int pixel) {
        return JOINED[code[pixel]];
    }

    /** Where neighbour {@code k} of a pixel is, 0 to 7 clockwise from north. */
    int neighbour(int pixel, int k) {
        return pixel + offsets[k];
    }

    /** How many neighbours a pixel is joined to: 1 at an end, 2 along a line, more at a crossing. */
    int degree(int pixel) {
        return Integer.bitCount(joined(pixel));
    }

    /** Cuts end branches that are no longer than the ink was wide where they leave: corners of the ink, not strokes. */
    private void pruneSpurs(int thinned) {
        for (int i = 0; i < thinned; i++) {
            int end = pixels[i];
            if (degree(end) != 1 || !thin.isBlack(end / side, end % side)) {
                continue;
            }
            int length = 0;
            int previous = -1;
            int at = end;
            while (length < longestSpur && degree(at) <= 2) {
                spur[length++] = at;
                int next = -1;
                for (int left = joined(at); left != 0; left &= left - 1) {
                    int neighbour = neighbour(at, Integer.numberOfTrailingZeros(left));
                    next = neighbour == previous ? next : neighbour;
                }
                if (next < 0) {
                    break;
                }
                previous = at;
                at = next;
            }
            if (degree(at) > 2 && length < inkRadius(at)) {
                for (int j = 0; j < length; j++) {
                    remove(spur[j]);
                }
            }
        }
    }

    private void remove(int pixel) {
        thin.whiten(pixel / side, pixel % side);
        for (int k = 0; k < 8; k++) {
            code[pixel + offsets[k]] &= ~(1 << ((k + 4) & 7));
        }
    }

    /** Distance from a pixel of the cut ink to the nearest paper, in pixels. */
    private float inkRadius(int pixel) {
        int y = pixel / side;
        int x = pixel % side;
        int nearest = Integer.MAX_VALUE;
        for (int ring = 1; (ring - 1) * (ring - 1) < nearest && ring < side; ring++) {
            for (int dy = -ring; dy <= ring; dy++) {
                int step = Math.abs(dy) == ring ? 1 : 2 * ring;
                for (int dx = -ring; dx <= ring; dx += step) {
                    if (!mask.isBlack(y + dy, x + dx)) {
                        nearest = Math.min(nearest, dx * dx + dy * dy);
                    }
                }
            }
        }
        return (float) Math.sqrt(nearest) - .5f;
    }

    /** Whether neighbour {@code k}, counted round and round, is in a code. */
    private static boolean isSet(int code, int k) {
        return ((code >> (k & 7)) & 1) == 1;
    }
}
