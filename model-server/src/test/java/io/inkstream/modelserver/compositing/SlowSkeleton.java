package io.inkstream.modelserver.compositing;

import java.util.Arrays;

/**
 * What {@link Skeleton} does, pixel by pixel and from tables: slow, and plainly the paper's rules.
 *
 * @see <a href="https://doi.org/10.1145/62065.62074">Guo and Hall: Parallel thinning with two-subiteration algorithms</a>
 */
final class SlowSkeleton {
    // Neighbours clockwise from north; bit k of a code says that neighbour k is ink.
    private static final int NORTH = 1;
    private static final int EAST = 1 << 2;
    private static final int SOUTH = 1 << 4;
    private static final int WEST = 1 << 6;
    private static final int SURROUNDED = 255;
    /** The bit that a pixel has in the code of its neighbour {@code k}. */
    private static final int[] FROM = {1 << 4, 1 << 5, 1 << 6, 1 << 7, 1, 1 << 1, 1 << 2, 1 << 3};

    private static final boolean[] DELETE_FIRST = new boolean[256];
    private static final boolean[] DELETE_SECOND = new boolean[256];
    /** The neighbours that a thinned pixel is joined to: a diagonal only where no shared side neighbour joins them. */
    private static final int[] JOINED = new int[256];

    static {
        for (int code = 0; code < 256; code++) {
            boolean border = isBorder(code);
            DELETE_FIRST[code] = border && !((isSet(code, 4) || isSet(code, 5) || !isSet(code, 7)) && isSet(code, 6));
            DELETE_SECOND[code] = border && !((isSet(code, 0) || isSet(code, 1) || !isSet(code, 3)) && isSet(code, 2));
            int joined = code & (NORTH | EAST | SOUTH | WEST);
            for (int k = 1; k < 8; k += 2) {
                boolean sideNeighbour = isSet(code, k - 1) || isSet(code, k + 1);
                joined |= sideNeighbour ? 0 : code & (1 << k);
            }
            JOINED[code] = joined;
        }
    }

    private final int side;
    private final int longestSpur;
    private final int[] offsets;
    private final boolean[] mask;
    private final boolean[] thin;
    private final int[] code;
    private final int[] alive;
    private final int[] border;
    private final int[] marked;
    private int pixels;

    /** @param longestSpur longest that is looked at, in pixels */
    SlowSkeleton(int side, int longestSpur) {
        this.side = side;
        this.longestSpur = longestSpur;
        offsets = new int[] {-side, -side + 1, 1, side + 1, side, side - 1, -1, -side - 1};
        mask = new boolean[side * side];
        thin = new boolean[side * side];
        code = new int[side * side];
        alive = new int[side * side];
        border = new int[side * side];
        marked = new int[side * side];
    }

    /** Takes the ink by rows that is at least {@code level}. */
    void take(float[] ink, float level) {
        int cut = cut(ink, level);
        int thinned = thin(cut);
        pruneSpurs(thinned);
        pixels = listThin(thinned);
    }

    /** How many pixels are left. */
    int count() {
        return pixels;
    }

    /** Where the pixel with an index is, by rows; in their order. */
    int pixel(int index) {
        return alive[index];
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

    private int cut(float[] ink, float level) {
        Arrays.fill(mask, false);
        int count = 0;
        for (int y = 1; y < side - 1; y++) {
            for (int p = y * side + 1; p < y * side + side - 1; p++) {
                if (ink[p] >= level) {
                    mask[p] = true;
                    alive[count++] = p;
                }
            }
        }
        System.arraycopy(mask, 0, thin, 0, mask.length);
        for (int i = 0; i < count; i++) {
            int p = alive[i];
            int bits = 0;
            for (int k = 0; k < 8; k++) {
                bits |= mask[p + offsets[k]] ? 1 << k : 0;
            }
            code[p] = bits;
        }
        return count;
    }

    /** Peels borders off until lines of one pixel are left, which {@link #alive} then lists; no piece vanishes. */
    private int thin(int count) {
        int borders = 0;
        for (int i = 0; i < count; i++) {
            if (code[alive[i]] != SURROUNDED) {
                border[borders++] = alive[i];
            }
        }
        boolean changed = true;
        for (boolean first = true; changed || !first; first = !first) {
            boolean[] delete = first ? DELETE_FIRST : DELETE_SECOND;
            int left = 0;
            int gone = 0;
            for (int i = 0; i < borders; i++) {
                int p = border[i];
                if (delete[code[p]]) {
                    marked[gone++] = p;
                } else {
                    border[left++] = p;
                }
            }
            borders = left;
            Arrays.sort(marked, 0, gone);
            for (int i = 0; i < gone; i++) {
                int p = marked[i];
                if (code[p] == 0) {
                    border[borders++] = p; // a block of four would vanish all at once, and it may be the dot of an i
                    continue;
                }
                thin[p] = false;
                for (int k = 0; k < 8; k++) {
                    int neighbour = p + offsets[k];
                    int bits = code[neighbour];
                    if (bits == SURROUNDED && thin[neighbour]) {
                        border[borders++] = neighbour;
                    }
                    code[neighbour] = bits & ~FROM[k];
                }
            }
            changed = first ? gone > 0 : changed || gone > 0;
        }
        return listThin(count);
    }

    /** Keeps of the first pixels listed those that are still there. */
    private int listThin(int count) {
        int left = 0;
        for (int i = 0; i < count; i++) {
            if (thin[alive[i]]) {
                alive[left++] = alive[i];
            }
        }
        return left;
    }

    private void remove(int p) {
        thin[p] = false;
        for (int k = 0; k < 8; k++) {
            code[p + offsets[k]] &= ~FROM[k];
        }
    }

    /** Cuts end branches that are no longer than the ink was wide where they leave: corners of the ink, not strokes. */
    private void pruneSpurs(int count) {
        for (int i = 0; i < count; i++) {
            int end = alive[i];
            if (!thin[end] || degree(end) != 1) {
                continue;
            }
            int length = 0;
            int previous = -1;
            int at = end;
            while (length < longestSpur && degree(at) <= 2) {
                marked[length++] = at;
                int next = -1;
                for (int k = 0; k < 8; k++) {
                    int neighbour = at + offsets[k];
                    if (isSet(JOINED[code[at]], k) && neighbour != previous) {
                        next = neighbour;
                    }
                }
                if (next < 0) {
                    break;
                }
                previous = at;
                at = next;
            }
            if (degree(at) > 2 && length < inkRadius(at)) {
                for (int j = 0; j < length; j++) {
                    remove(marked[j]);
                }
            }
        }
    }

    /** Distance from a pixel of the cut ink to the nearest paper, in pixels. */
    private float inkRadius(int p) {
        int y = p / side;
        int x = p % side;
        int nearest = Integer.MAX_VALUE;
        for (int ring = 1; (ring - 1) * (ring - 1) < nearest && ring < side; ring++) {
            for (int dy = -ring; dy <= ring; dy++) {
                int step = Math.abs(dy) == ring ? 1 : 2 * ring;
                for (int dx = -ring; dx <= ring; dx += step) {
                    int row = y + dy;
                    int column = x + dx;
                    boolean ink = row >= 0 && column >= 0 && row < side && column < side && mask[row * side + column];
                    if (!ink) {
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

    /** Whether a pixel with these neighbours is neither an end nor a bridge nor inside. */
    private static boolean isBorder(int code) {
        int crossings = 0;
        int pairs = 0;
        int otherPairs = 0;
        for (int k = 0; k < 8; k += 2) {
            crossings += !isSet(code, k) && (isSet(code, k + 1) || isSet(code, k + 2)) ? 1 : 0;
            pairs += isSet(code, k) || isSet(code, k + 1) ? 1 : 0;
            otherPairs += isSet(code, k) || isSet(code, k - 1) ? 1 : 0;
        }
        int neighbours = Math.min(pairs, otherPairs);
        return crossings == 1 && neighbours >= 2 && neighbours <= 3;
    }
}
