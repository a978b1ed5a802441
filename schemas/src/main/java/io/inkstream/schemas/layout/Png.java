package io.inkstream.schemas.layout;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * Writes PNG files: 8 bits a sample, with their resolution, and with no colour profile and no gamma, so that a program that
 * manages colours takes a grey of 128 for what every other takes it for. Equal pixels give equal bytes. Thread-safe.
 *
 * @see <a href="https://www.w3.org/TR/png-3/">Portable Network Graphics, third edition</a>
 */
final class Png {
    /** Of pages in colours: above it, handwriting hardly gets smaller, but the time doubles. */
    private static final int COMPRESSION_LEVEL = 4;

    private static final byte[] SIGNATURE = {(byte) 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n'};
    private static final int TYPE_GREY = 0;
    private static final int TYPE_RGB = 2;
    private static final int TYPE_INDEXED = 3;
    private static final double INCH_METRES = .0254;
    private static final int CHUNK_FRAME = 12;
    /** Where the width is, and the height after it. */
    private static final int SIZE_FROM = 16;

    private static final int AFTER_LENGTH_AND_TYPE = 8;
    private static final String TEXT = "iTXt";
    private static final String FIRST_OF_PIXELS = "IDAT";

    private Png() {}

    /** Grey. */
    static byte[] grey(int width, int height, byte[] pixels, int resolutionDpi) {
        return write(width, height, TYPE_GREY, 1, pixels, resolutionDpi);
    }

    /** Red, green and blue, three bytes a pixel. */
    static byte[] rgb(int width, int height, byte[] pixels, int resolutionDpi) {
        return write(width, height, TYPE_RGB, 3, pixels, resolutionDpi);
    }

    /**
     * Places of a palette.
     *
     * @param palette red, green and blue of each of 256 places
     * @param alpha of each place; empty where all are opaque
     */
    static byte[] indexed(int width, int height, byte[] pixels, byte[] palette, byte[] alpha, int resolutionDpi) {
        byte[][] tables = alpha.length == 0
                ? new byte[][] {chunk("PLTE", palette)}
                : new byte[][] {chunk("PLTE", palette), chunk("tRNS", alpha)};
        return write(width, height, TYPE_INDEXED, 1, pixels, resolutionDpi, tables);
    }

    private static byte[] write(
            int width, int height, int type, int samples, byte[] pixels, int resolutionDpi, byte[]... tables) {
        byte[] header = chunk(
                "IHDR",
                ByteBuffer.allocate(13)
                        .putInt(width)
                        .putInt(height)
                        .put((byte) 8)
                        .put((byte) type)
                        .array());
        int perMetre = (int) Math.round(resolutionDpi / INCH_METRES);
        byte[] resolution = chunk(
                "pHYs",
                ByteBuffer.allocate(9)
                        .putInt(perMetre)
                        .putInt(perMetre)
                        .put((byte) 1)
                        .array());
        byte[] packed = samples == 1 ? RowDeflater.zlib(pixels, width) : deflated(width * samples, height, pixels);
        int before = SIGNATURE.length
                + header.length
                + Arrays.stream(tables).mapToInt(table -> table.length).sum()
                + resolution.length;
        ByteBuffer png = ByteBuffer.allocate(before + packed.length + 2 * CHUNK_FRAME)
                .put(SIGNATURE)
                .put(header);
        for (byte[] table : tables) {
            png.put(table);
        }
        png.put(resolution);
        putChunk(png, FIRST_OF_PIXELS, packed);
        return putChunk(png, "IEND", new byte[0]).array();
    }

    /**
     * Packs rows of three bytes a pixel, without a filter too: of pen strokes on paper, each would make them larger. In
     * colours a grey of an edge is three bytes that occur together, which only a search in what went before finds.
     */
    private static byte[] deflated(int rowBytes, int height, byte[] pixels) {
        byte[] rows = new byte[(rowBytes + 1) * height];
        for (int y = 0; y < height; y++) {
            System.arraycopy(pixels, y * rowBytes, rows, y * (rowBytes + 1) + 1, rowBytes);
        }
        Deflater deflater = new Deflater(COMPRESSION_LEVEL);
        try {
            deflater.setInput(rows);
            deflater.finish();
            byte[] packed = new byte[Math.max(1024, rows.length / 4)];
            int length = 0;
            while (!deflater.finished()) {
                if (length == packed.length) {
                    packed = Arrays.copyOf(packed, 2 * length);
                }
                length += deflater.deflate(packed, length, packed.length - length);
            }
            return Arrays.copyOf(packed, length);
        } finally {
            deflater.end();
        }
    }

    /**
     * Puts a text before the pixels of a PNG.
     *
     * @param keyword Latin letters, 1 to 79
     * @throws IllegalArgumentException if it is no PNG
     */
    static byte[] withText(byte[] png, String keyword, String text) {
        int at = place(png, FIRST_OF_PIXELS).orElseThrow(() -> new IllegalArgumentException("the image is not a PNG"));
        byte[] words = text.getBytes(StandardCharsets.UTF_8);
        byte[] name = keyword.getBytes(StandardCharsets.ISO_8859_1);
        // Keyword, then: not compressed, by method 0; no language; no translated keyword.
        byte[] chunk = chunk(
                TEXT,
                ByteBuffer.allocate(name.length + 5 + words.length)
                        .put(name)
                        .put(new byte[5])
                        .put(words)
                        .array());
        return ByteBuffer.allocate(png.length + chunk.length)
                .put(png, 0, at)
                .put(chunk)
                .put(png, at, png.length - at)
                .array();
    }

    /** The text of a keyword, as {@link #withText} puts it; empty where there is none. */
    static Optional<String> text(byte[] png, String keyword) {
        byte[] begin = (keyword + "\0\0\0\0\0").getBytes(StandardCharsets.ISO_8859_1);
        int at = SIGNATURE.length;
        while (isChunk(png, at)) {
            int length = ByteBuffer.wrap(png).getInt(at);
            int from = at + AFTER_LENGTH_AND_TYPE;
            if (type(png, at).equals(TEXT)
                    && length >= begin.length
                    && Arrays.equals(png, from, from + begin.length, begin, 0, begin.length)) {
                return Optional.of(new String(png, from + begin.length, length - begin.length, StandardCharsets.UTF_8));
            }
            at += CHUNK_FRAME + length;
        }
        return Optional.empty();
    }

    /** Pixels that the header of a PNG claims; 0 if it is none. */
    static long pixels(byte[] png) {
        if (!isChunk(png, SIGNATURE.length) || png.length < SIZE_FROM + 2 * Integer.BYTES) {
            return 0;
        }
        ByteBuffer header = ByteBuffer.wrap(png);
        return Math.max(0L, header.getInt(SIZE_FROM)) * Math.max(0L, header.getInt(SIZE_FROM + Integer.BYTES));
    }

    private static Optional<Integer> place(byte[] png, String type) {
        int at = SIGNATURE.length;
        while (isChunk(png, at)) {
            if (type(png, at).equals(type)) {
                return Optional.of(at);
            }
            at += CHUNK_FRAME + ByteBuffer.wrap(png).getInt(at);
        }
        return Optional.empty();
    }

    /** Whether a whole chunk begins there, in a file that anybody may have made. */
    private static boolean isChunk(byte[] png, int at) {
        if (png.length < at + CHUNK_FRAME || !Arrays.equals(png, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)) {
            return false;
        }
        int length = ByteBuffer.wrap(png).getInt(at);
        return length >= 0 && length <= png.length - at - CHUNK_FRAME;
    }

    private static String type(byte[] png, int at) {
        return new String(png, at + Integer.BYTES, Integer.BYTES, StandardCharsets.US_ASCII);
    }

    private static byte[] chunk(String type, byte[] data) {
        return putChunk(ByteBuffer.allocate(data.length + CHUNK_FRAME), type, data)
                .array();
    }

    private static ByteBuffer putChunk(ByteBuffer png, String type, byte[] data) {
        png.putInt(data.length);
        int from = png.position();
        png.put(type.getBytes(StandardCharsets.US_ASCII)).put(data);
        CRC32 crc = new CRC32();
        crc.update(png.array(), from, png.position() - from);
        return png.putInt((int) crc.getValue());
    }
}
