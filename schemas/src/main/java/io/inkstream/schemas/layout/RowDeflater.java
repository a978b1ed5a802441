package io.inkstream.schemas.layout;

import java.util.Arrays;
import java.util.zip.Adler32;

/**
 * Packs the rows of an image of a byte a pixel for a PNG, each without a filter, as a zlib stream. It looks for what
 * handwriting on paper consists of, and for nothing else: runs of one byte, and pieces that are equal to the row above. So it
 * takes less than half the time of a general deflate, and its output depends on the pixels alone and on no library. One image
 * an instance.
 *
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1951">RFC 1951, deflate</a>
 * @see <a href="https://www.rfc-editor.org/rfc/rfc1950">RFC 1950, zlib</a>
 */
final class RowDeflater {
    /** Deflate with the largest window, by a fast algorithm. */
    private static final int ZLIB_HEADER = 0x0178;

    private static final int WINDOW = 1 << 15;
    private static final int LEAST_MATCH = 3;
    private static final int MOST_MATCH = 258;

    private static final int STORED = 0;
    private static final int DYNAMIC = 2;
    private static final int BLOCK_HEADER_BITS = 3;
    private static final int MOST_STORED = 0xffff;

    private static final int END_OF_BLOCK = 256;
    private static final int FIRST_LENGTH = 257;
    private static final int SYMBOLS = 286;
    private static final int CODE_LIMIT = 15;
    /** Symbol of each length of a match; a symbol stands for some lengths from its least, and extra bits say which. */
    private static final int[] LENGTH_SYMBOL = new int[MOST_MATCH + 1];

    private static final int[] LEAST_LENGTH = new int[SYMBOLS];
    private static final int[] EXTRA_BITS = new int[SYMBOLS];

    static {
        int length = LEAST_MATCH;
        for (int symbol = FIRST_LENGTH; symbol < SYMBOLS - 1; symbol++) {
            EXTRA_BITS[symbol] = Math.max(0, (symbol - FIRST_LENGTH) / 4 - 1);
            LEAST_LENGTH[symbol] = length;
            length += 1 << EXTRA_BITS[symbol];
            Arrays.fill(LENGTH_SYMBOL, LEAST_LENGTH[symbol], Math.min(length, MOST_MATCH), symbol);
        }
        LEAST_LENGTH[SYMBOLS - 1] = MOST_MATCH;
        LENGTH_SYMBOL[MOST_MATCH] = SYMBOLS - 1;
    }

    /** About what a line of 64 pixels has; then another block begins, with a code of its own. */
    private static final int MOST_TOKENS = 1 << 13;

    /** A token is a byte, or one of these with the length of the match. */
    private static final int RUN = 1 << 9;

    private static final int ABOVE = 1 << 10;
    private static final int LENGTH_OF_TOKEN = RUN - 1;

    private final byte[] pixels;
    private final int width;
    private final boolean isRowInWindow;
    private final RowDistance distance;
    private final BitSink sink;

    /** Of the block, which begins with that byte of all filters and pixels. */
    private int blockFrom;

    private final char[] tokens = new char[MOST_TOKENS];
    private int tokenCount;
    private int aboveCount;
    private final int[] counts = new int[SYMBOLS];
    private final HuffmanCode code = new HuffmanCode(SYMBOLS, CODE_LIMIT);

    private RowDeflater(byte[] pixels, int width) {
        this.pixels = pixels;
        this.width = width;
        isRowInWindow = width + 1 <= WINDOW;
        distance = RowDistance.of(isRowInWindow ? width + 1 : WINDOW);
        sink = new BitSink(256 + pixels.length / 6);
    }

    /**
     * Packs an image.
     *
     * @param pixels row after row
     * @param width pixels of a row; at least 1
     * @return the stream
     */
    static byte[] zlib(byte[] pixels, int width) {
        RowDeflater deflater = new RowDeflater(pixels, width);
        deflater.sink.put(ZLIB_HEADER, 2 * Byte.SIZE);
        deflater.pack();
        deflater.sink.align();
        deflater.sink.put(Integer.reverseBytes(deflater.checksum()), Integer.SIZE);
        return deflater.sink.toBytes();
    }

    private int checksum() {
        byte[] filter = {0};
        Adler32 sum = new Adler32();
        for (int row = 0; row < pixels.length; row += width) {
            sum.update(filter);
            sum.update(pixels, row, width);
        }
        return (int) sum.getValue();
    }

    private void pack() {
        int left = 0; // of the row; with none left, the next one's filter follows
        for (int at = 0; at < pixels.length; ) {
            if (tokenCount == MOST_TOKENS) {
                writeBlock(at + (at + left) / width, false);
            }
            if (left == 0) {
                int packed = packBegin(at);
                at += packed;
                left = width - packed;
            } else {
                int packed = packPiece(at, left);
                at += packed;
                left -= packed;
                left += left < 0 ? width : 0;
            }
        }
        writeBlock(pixels.length + pixels.length / width, true);
    }

    /** The filter of a row, together with the first pixels if they are equal to those above. */
    private int packBegin(int at) {
        int above = equalAbove(at, Math.min(MOST_MATCH - 1, width));
        if (above > 0) {
            addMatch(ABOVE, 1 + above);
        } else {
            addByte((byte) 0);
        }
        return above;
    }

    /** One byte or more that are equal to others; those above may reach into the next row, over its filter. */
    private int packPiece(int at, int left) {
        int run = left < width ? equal(at, at - 1, Math.min(MOST_MATCH, left)) : 0;
        int most =
                left >= MOST_MATCH ? MOST_MATCH : Math.min(pixels.length - at, Math.min(MOST_MATCH - 1, left + width));
        int above = run < most ? equalAbove(at, most) : 0;
        // The row above has more extra bits, and a byte that stands for itself costs less than three of them.
        if (above > run + 1 && above > LEAST_MATCH) {
            addMatch(ABOVE, above > left ? above + 1 : above);
            return above;
        }
        if (run > 0) {
            addMatch(RUN, run);
            return run;
        }
        addByte(pixels[at]);
        return 1;
    }

    private int equalAbove(int at, int most) {
        return isRowInWindow && at >= width ? equal(at, at - width, most) : 0;
    }

    /** How many bytes are equal to those at the other place; 0 if too few for a match. */
    private int equal(int at, int other, int most) {
        if (most < LEAST_MATCH
                || pixels[at] != pixels[other]
                || pixels[at + 1] != pixels[other + 1]
                || pixels[at + 2] != pixels[other + 2]) {
            return 0;
        }
        int length = Arrays.mismatch(pixels, at, at + most, pixels, other, other + most);
        return length < 0 ? most : length;
    }

    private void addByte(byte value) {
        tokens[tokenCount++] = (char) (value & 0xff);
        counts[value & 0xff]++;
    }

    private void addMatch(int kind, int length) {
        tokens[tokenCount++] = (char) (kind | length);
        counts[LENGTH_SYMBOL[length]]++;
        aboveCount += kind == ABOVE ? 1 : 0;
    }

    private void writeBlock(int streamTo, boolean isLast) {
        counts[END_OF_BLOCK] = 1;
        code.make(counts);
        CodeHeader header = new CodeHeader(code, distance.symbol());
        int length = streamTo - blockFrom;
        int stored = Byte.SIZE * length + (1 + length / MOST_STORED) * (BLOCK_HEADER_BITS + 5 * Byte.SIZE);
        if (BLOCK_HEADER_BITS + header.bits() + tokenBits() < stored) {
            sink.put(isLast ? 1 : 0, 1);
            sink.put(DYNAMIC, 2);
            header.write(sink);
            writeTokens();
        } else {
            writeStored(streamTo, isLast);
        }
        blockFrom = streamTo;
        tokenCount = 0;
        aboveCount = 0;
        Arrays.fill(counts, 0);
    }

    private int tokenBits() {
        int bits = aboveCount * distance.extraBits();
        for (int symbol = 0; symbol < SYMBOLS; symbol++) {
            int distanceCode = symbol < FIRST_LENGTH ? 0 : 1;
            bits += counts[symbol] * (code.length(symbol) + EXTRA_BITS[symbol] + distanceCode);
        }
        return bits;
    }

    private void writeTokens() {
        for (int i = 0; i < tokenCount; i++) {
            int token = tokens[i];
            if (token < RUN) {
                sink.put(code.code(token), code.length(token));
                continue;
            }
            int length = token & LENGTH_OF_TOKEN;
            int symbol = LENGTH_SYMBOL[length];
            int bits = code.length(symbol);
            sink.put(code.code(symbol) | length - LEAST_LENGTH[symbol] << bits, bits + EXTRA_BITS[symbol]);
            if (token < ABOVE) {
                sink.put(0, 1);
            } else {
                sink.put(1 | distance.extra() << 1, 1 + distance.extraBits());
            }
        }
        sink.put(code.code(END_OF_BLOCK), code.length(END_OF_BLOCK));
    }

    /** As it is: of noise, a code would make more. */
    private void writeStored(int streamTo, boolean isLast) {
        for (int from = blockFrom; from < streamTo; ) {
            int to = Math.min(streamTo, from + MOST_STORED);
            sink.put(isLast && to == streamTo ? 1 : 0, 1);
            sink.put(STORED, 2);
            sink.align();
            sink.put(to - from, 2 * Byte.SIZE);
            sink.put(~(to - from) & 0xffff, 2 * Byte.SIZE);
            for (; from < to; from++) {
                int row = from / (width + 1);
                int column = from % (width + 1) - 1;
                sink.put(column < 0 ? 0 : pixels[row * width + column] & 0xff, Byte.SIZE);
            }
        }
    }

    /**
     * The distance of the row above, 2 or more, as deflate writes it. The other distance is 1, so their codes are a bit each:
     * 0 for a distance of 1, and 1 for this one.
     *
     * @param symbol of some distances
     * @param extra which of them it is, in that many bits
     */
    private record RowDistance(int symbol, int extra, int extraBits) {
        static RowDistance of(int distance) {
            int more = distance - 1;
            int extraBits = Math.max(0, Integer.SIZE - 2 - Integer.numberOfLeadingZeros(more));
            return new RowDistance(2 * extraBits + (more >> extraBits), more & (1 << extraBits) - 1, extraBits);
        }
    }

    /** The lengths of the codes of a block, which are written in a code of their own. */
    private static final class CodeHeader {
        private static final int SYMBOLS = 19;
        private static final int LIMIT = 7;
        private static final int[] ORDER = {16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15};
        private static final int LEAST_WRITTEN = 4;
        /** Two symbols beside the lengths stand for that many zeros. */
        private static final int ZEROS = 17;

        private static final int LEAST_ZEROS = 3;
        private static final int ZEROS_BITS = 3;
        private static final int MANY_ZEROS = 18;
        private static final int LEAST_MANY_ZEROS = 11;
        private static final int MOST_ZEROS = 138;
        private static final int MANY_ZEROS_BITS = 7;

        private final int literals;
        private final int distances;
        private final byte[] symbols;
        private final byte[] extras;
        private int symbolCount;
        private final int[] counts = new int[SYMBOLS];
        private final HuffmanCode code = new HuffmanCode(SYMBOLS, LIMIT);
        private int written = SYMBOLS;

        CodeHeader(HuffmanCode ofTokens, int rowDistance) {
            int last = RowDeflater.SYMBOLS - 1;
            while (ofTokens.length(last) == 0) {
                last--;
            }
            literals = last + 1;
            distances = rowDistance + 1;
            byte[] lengths = new byte[literals + distances];
            for (int symbol = 0; symbol < literals; symbol++) {
                lengths[symbol] = (byte) ofTokens.length(symbol);
            }
            lengths[literals] = 1;
            lengths[literals + rowDistance] = 1;
            symbols = new byte[lengths.length];
            extras = new byte[lengths.length];
            symbolise(lengths);
            code.make(counts);
            while (written > LEAST_WRITTEN && code.length(ORDER[written - 1]) == 0) {
                written--;
            }
        }

        private void symbolise(byte[] lengths) {
            for (int i = 0; i < lengths.length; ) {
                int zeros = 0;
                while (zeros < MOST_ZEROS && i + zeros < lengths.length && lengths[i + zeros] == 0) {
                    zeros++;
                }
                if (zeros >= LEAST_MANY_ZEROS) {
                    add(MANY_ZEROS, zeros - LEAST_MANY_ZEROS);
                } else if (zeros >= LEAST_ZEROS) {
                    add(ZEROS, zeros - LEAST_ZEROS);
                } else {
                    add(lengths[i], 0);
                    zeros = 1;
                }
                i += zeros;
            }
        }

        private void add(int symbol, int extra) {
            symbols[symbolCount] = (byte) symbol;
            extras[symbolCount++] = (byte) extra;
            counts[symbol]++;
        }

        private static int extraBits(int symbol) {
            return symbol == ZEROS ? ZEROS_BITS : symbol == MANY_ZEROS ? MANY_ZEROS_BITS : 0;
        }

        int bits() {
            int bits = 5 + 5 + 4 + 3 * written;
            for (int symbol = 0; symbol < SYMBOLS; symbol++) {
                bits += counts[symbol] * (code.length(symbol) + extraBits(symbol));
            }
            return bits;
        }

        void write(BitSink sink) {
            sink.put(literals - FIRST_LENGTH, 5);
            sink.put(distances - 1, 5);
            sink.put(written - LEAST_WRITTEN, 4);
            for (int i = 0; i < written; i++) {
                sink.put(code.length(ORDER[i]), 3);
            }
            for (int i = 0; i < symbolCount; i++) {
                sink.put(code.code(symbols[i]), code.length(symbols[i]));
                sink.put(extras[i], extraBits(symbols[i]));
            }
        }
    }
}
