package io.inkstream.modelserver.compositing;

import java.util.Arrays;

/**
 * A square of black and white pixels, 64 to a word, that thins itself to lines of one pixel.
 *
 * <p>The outermost pixels stay white, so that every pixel that may be black has eight neighbours. Not thread-safe.
 *
 * @see <a href="https://doi.org/10.1145/62065.62074">Guo and Hall: Parallel thinning with two-subiteration algorithms</a>
 */
final class BitRows {
    private final int side;
    /** Words of a row, with a white one at either end: a word's neighbours need no question whether they are there. */
    private final int stride;

    private long[] words;
    private long[] next;
    private int firstRow;
    private int lastRow;

    /** A white square of {@code side} rows and columns. */
    BitRows(int side) {
        this.side = side;
        stride = (side + Long.SIZE - 1) / Long.SIZE + 2;
        words = new long[side * stride];
        next = new long[side * stride];
        clear();
    }

    /** Makes all pixels white. */
    void clear() {
        Arrays.fill(words, 0);
        firstRow = side;
        lastRow = -1;
    }

    /**
     * Blackens the pixels of a row that are at least {@code level}.
     *
     * @param row 1 to side - 2
     * @param values [side * side] by rows
     */
    void cut(int row, float[] values, float level) {
        int in = row * side;
        for (int from = 0; from < side; from += Long.SIZE) {
            int columns = Math.min(Long.SIZE, side - from);
            long word = 0;
            for (int i = 0; i < columns; i++) {
                word |= (values[in + from + i] >= level ? 1L : 0L) << i;
            }
            words[row * stride + 1 + from / Long.SIZE] = word;
        }
        set(row, 0, false);
        set(row, side - 1, false);
        if (!isWhite(row)) {
            firstRow = Math.min(firstRow, row);
            lastRow = Math.max(lastRow, row);
        }
    }

    /** Takes the pixels of another square of the same size. */
    void copy(BitRows other) {
        System.arraycopy(other.words, 0, words, 0, words.length);
        firstRow = other.firstRow;
        lastRow = other.lastRow;
    }

    /** Whether a pixel is black; those beyond the square are white. */
    boolean isBlack(int row, int column) {
        return row >= 0 && row < side && column >= 0 && column < side && (at(row, column) & 1) == 1;
    }

    /** Whitens a pixel. */
    void whiten(int row, int column) {
        set(row, column, false);
    }

    /**
     * Lists the black pixels in the order of rows.
     *
     * @param pixels where row * side + column of each goes
     * @return how many they are
     */
    int list(int[] pixels) {
        int count = 0;
        for (int row = firstRow; row <= lastRow; row++) {
            for (int w = 0; w < stride - 2; w++) {
                int first = row * side + w * Long.SIZE;
                for (long left = words[row * stride + 1 + w]; left != 0; left &= left - 1) {
                    pixels[count++] = first + Long.numberOfTrailingZeros(left);
                }
            }
        }
        return count;
    }

    /** Which neighbours of a pixel that is not outermost are black: bit k for neighbour k, clockwise from north. */
    int neighbours(int row, int column) {
        int above = (int) at(row - 1, column - 1) & 7; // bit 0 is west, 2 is east
        int here = (int) at(row, column - 1) & 7;
        int below = (int) at(row + 1, column - 1) & 7;
        return above >> 1 & 1
                | (above >> 2) << 1
                | (here >> 2) << 2
                | (below >> 2) << 3
                | (below >> 1 & 1) << 4
                | (below & 1) << 5
                | (here & 1) << 6
                | (above & 1) << 7;
    }

    /** The pixels of a row from a column on: the first in the lowest bit, 3 at least. */
    private long at(int row, int column) {
        int word = row * stride + 1 + column / Long.SIZE;
        int bit = column % Long.SIZE;
        return bit <= Long.SIZE - 3 ? words[word] >>> bit : words[word] >>> bit | words[word + 1] << (Long.SIZE - bit);
    }

    private void set(int row, int column, boolean black) {
        int word = row * stride + 1 + column / Long.SIZE;
        long bit = 1L << (column % Long.SIZE);
        words[word] = black ? words[word] | bit : words[word] & ~bit;
    }

    private boolean isWhite(int row) {
        long any = 0;
        for (int w = row * stride + 1; w < (row + 1) * stride - 1; w++) {
            any |= words[w];
        }
        return any == 0;
    }

    /** Peels borders off until lines of one pixel are left; no piece vanishes. */
    void thin() {
        System.arraycopy(words, 0, next, 0, words.length);
        boolean changed = true;
        for (boolean first = true; changed || !first; first = !first) {
            boolean gone = peel(first);
            changed = first ? gone : changed || gone;
        }
    }

    /** One half of a round: whitens all pixels at once whose neighbours allow it. */
    private boolean peel(boolean first) {
        long any = 0;
        for (int row = firstRow; row <= lastRow; row++) {
            for (int w = row * stride + 1; w < (row + 1) * stride - 1; w++) {
                long here = words[w];
                long gone = here == 0 ? 0 : here & deletable(words, w, stride, first);
                next[w] = here & ~gone;
                any |= gone;
            }
        }
        if (any == 0) {
            return false;
        }
        keepLastOfEachPiece();
        long[] former = words;
        words = next;
        next = former;
        return true;
    }

    /**
     * Guo and Hall's conditions for 64 pixels at once.
     *
     * @param w index of their word
     */
    private static long deletable(long[] words, int w, int stride, boolean first) {
        long above = words[w - stride];
        long here = words[w];
        long below = words[w + stride];
        long n = above;
        long ne = above >>> 1 | words[w - stride + 1] << 63;
        long e = here >>> 1 | words[w + 1] << 63;
        long se = below >>> 1 | words[w + stride + 1] << 63;
        long s = below;
        long sw = below << 1 | words[w + stride - 1] >>> 63;
        long west = here << 1 | words[w - 1] >>> 63;
        long nw = above << 1 | words[w - stride - 1] >>> 63;

        // Neither an end nor a bridge: going round, paper turns to ink just once.
        long a = ~n & (ne | e);
        long b = ~e & (se | s);
        long c = ~s & (sw | west);
        long d = ~west & (nw | n);
        long once = (a ^ b ^ c ^ d) & ~(a & b | c & d);

        // Two or three of the pairs of neighbours hold ink, whichever of the two ways they are paired.
        long q0 = n | ne;
        long q1 = e | se;
        long q2 = s | sw;
        long q3 = west | nw;
        long r0 = n | nw;
        long r1 = e | ne;
        long r2 = s | se;
        long r3 = west | sw;
        long two = (q0 & q1 | q2 & q3 | (q0 | q1) & (q2 | q3)) & (r0 & r1 | r2 & r3 | (r0 | r1) & (r2 | r3));
        long notFour = ~(q0 & q1 & q2 & q3 & r0 & r1 & r2 & r3);

        long keep = first ? (s | sw | ~nw) & west : (n | ne | ~se) & e;
        return once & two & notFour & ~keep;
    }

    /** A block of four would vanish all at once, and it may be the dot of an i: its last pixel stays. */
    private void keepLastOfEachPiece() {
        for (int row = firstRow; row <= lastRow; row++) {
            for (int w = row * stride + 1; w < (row + 1) * stride - 1; w++) {
                long gone = words[w] & ~next[w];
                if (gone == 0) {
                    continue;
                }
                // All neighbours of such a pixel go, too, and none of them comes after it.
                long left = next[w - stride] | next[w] | next[w + stride];
                long leftEast = next[w - stride + 1] | next[w + 1] | next[w + stride + 1];
                long leftWest = next[w - stride - 1] | next[w - 1] | next[w + stride - 1];
                long besideWhatIsLeft = left | left << 1 | left >>> 1 | leftEast << 63 | leftWest >>> 63;
                long below = words[w + stride];
                long after = words[w] >>> 1
                        | words[w + 1] << 63
                        | below
                        | below << 1
                        | words[w + stride - 1] >>> 63
                        | below >>> 1
                        | words[w + stride + 1] << 63;
                next[w] |= gone & ~besideWhatIsLeft & ~after;
            }
        }
    }
}
