package io.inkstream.schemas.layout;

import java.util.Arrays;

/**
 * A prefix code of least length for symbols of known counts, no code longer than a limit, in the canonical order of deflate.
 * It is always complete, as decoders ask: where less than two symbols occur, it has codes for two. A function of the counts
 * alone; not thread-safe.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1951#section-3.2.2">RFC 1951, use of Huffman coding</a>
 */
final class HuffmanCode {
    /** Of the longest that deflate knows. */
    private static final int MOST_BITS = 15;

    /** Beside a count in one sortable number. */
    private static final int SYMBOL_BITS = 9;

    private final int limit;
    private final int[] lengths;
    private final int[] codes;

    /** Symbols in use by count, the rarest first, as count << {@link #SYMBOL_BITS} | symbol. */
    private final int[] leaves;

    /** Counts of the inner nodes of the tree in the order in which they are made, which is that of their counts. */
    private final int[] inner;

    /** Of each leaf, and then of each inner node, the number of its inner node; later its depth. */
    private final int[] above;

    /**
     * @param symbols of the alphabet, 2 to 512
     * @param limit bits of the longest code; there are at most 2^limit symbols
     */
    HuffmanCode(int symbols, int limit) {
        this.limit = limit;
        lengths = new int[symbols];
        codes = new int[symbols];
        leaves = new int[symbols];
        inner = new int[symbols];
        above = new int[2 * symbols];
    }

    /**
     * Makes the code.
     *
     * @param counts of each symbol; fewer than 2^22 in all
     */
    void make(int[] counts) {
        int used = sortLeaves(counts);
        int[] ofLength = limited(depths(used));
        int leaf = 0;
        Arrays.fill(lengths, 0);
        for (int length = limit; length > 0; length--) {
            for (int i = 0; i < ofLength[length]; i++) {
                lengths[symbol(leaf++)] = length;
            }
        }
        number(ofLength);
    }

    private int sortLeaves(int[] counts) {
        int used = 0;
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            if (counts[symbol] > 0) {
                leaves[used++] = counts[symbol] << SYMBOL_BITS | symbol;
            }
        }
        for (int symbol = 0; used < 2; symbol++) {
            if (counts[symbol] == 0) {
                leaves[used++] = symbol;
            }
        }
        Arrays.sort(leaves, 0, used);
        return used;
    }

    private int symbol(int leaf) {
        return leaves[leaf] & ((1 << SYMBOL_BITS) - 1);
    }

    /**
     * Joins the two rarest nodes until one is left: leaves are sorted, and inner nodes come sorted, so the rarest are at the
     * heads of two queues.
     *
     * @return how many leaves are that deep
     */
    private int[] depths(int used) {
        int leaf = 0;
        int node = 0;
        for (int made = 0; made < used - 1; made++) {
            int count = 0;
            for (int child = 0; child < 2; child++) {
                if (leaf < used && (node == made || leaves[leaf] >>> SYMBOL_BITS <= inner[node])) {
                    count += leaves[leaf] >>> SYMBOL_BITS;
                    above[leaf++] = made;
                } else {
                    count += inner[node];
                    above[used + node++] = made;
                }
            }
            inner[made] = count;
        }
        int[] ofDepth = new int[used];
        above[2 * used - 2] = 0; // the root
        for (int child = 2 * used - 3; child >= 0; child--) {
            above[child] = 1 + above[used + above[child]];
            if (child < used) {
                ofDepth[above[child]]++;
            }
        }
        return ofDepth;
    }

    /**
     * Shortens codes that are too long, which takes up room that others have: while there is not enough, one of the longest
     * goes to beside the longest of the others, which becomes longer by a bit. Each step frees a code of the longest, and
     * the room that is too little is less than the codes that were shortened, so it ends with a complete code.
     *
     * @return how many codes are that long
     */
    private int[] limited(int[] ofDepth) {
        int[] ofLength = new int[MOST_BITS + 1];
        int taken = 0;
        for (int depth = 1; depth < ofDepth.length; depth++) {
            int length = Math.min(depth, limit);
            ofLength[length] += ofDepth[depth];
            taken += ofDepth[depth] << (limit - length);
        }
        for (; taken > 1 << limit; taken--) {
            int shorter = limit - 1;
            while (ofLength[shorter] == 0) {
                shorter--;
            }
            ofLength[limit]--;
            ofLength[shorter]--;
            ofLength[shorter + 1] += 2;
        }
        return ofLength;
    }

    /** Codes of one length follow each other by symbol; deflate writes them from their highest bit, and all else from the lowest. */
    private void number(int[] ofLength) {
        int[] next = new int[MOST_BITS + 1];
        for (int length = 1; length < MOST_BITS; length++) {
            next[length + 1] = (next[length] + ofLength[length]) << 1;
        }
        for (int symbol = 0; symbol < lengths.length; symbol++) {
            int length = lengths[symbol];
            codes[symbol] = length == 0 ? 0 : Integer.reverse(next[length]++) >>> (Integer.SIZE - length);
        }
    }

    /** Bits of a symbol's code; 0 if it has none. */
    int length(int symbol) {
        return lengths[symbol];
    }

    /** Bits of a symbol, the first to write lowest. */
    int code(int symbol) {
        return codes[symbol];
    }
}
