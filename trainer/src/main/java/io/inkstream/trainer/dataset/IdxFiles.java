package io.inkstream.trainer.dataset;

import java.io.BufferedInputStream;
import java.io.Closeable;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Reads idx files, plain or gzip, and refuses whatever is not exactly what its header says.
 *
 * <p>An idx file is: two zero bytes, a type code, the number of dimensions, each dimension as big-endian uint32, then
 * the values. See Y. LeCun's description of the MNIST files.
 */
public final class IdxFiles {
    private static final int TYPE_UNSIGNED_BYTE = 0x08;
    private static final int TYPE_INT = 0x0C;
    private static final long MOST_VALUES = 1L << 31;
    /** Of a list, which is in memory at once: more samples than anybody has. */
    private static final int MOST_ITEMS = 50_000_000;

    private IdxFiles() {}

    /** Images as one block: image {@code i} occupies {@code rows * columns} bytes from {@code i * rows * columns}. */
    public record Images(int count, int rows, int columns, byte[] pixels) {
        /** Returns a copy of image {@code i}. */
        public byte[] image(int i) {
            int length = rows * columns;
            return Arrays.copyOfRange(pixels, i * length, (i + 1) * length);
        }
    }

    /** An idx file that is not what it claims; the message names the file, the offset of the fault and the reason. */
    public static final class BadIdxFileException extends BadDatasetException {
        private static final long serialVersionUID = 1L;

        BadIdxFileException(Path file, long offset, String reason) {
            super(file, "at byte " + offset + " (uncompressed)", reason);
        }
    }

    /** Images one after the other, however many there are; for one thread. */
    public static final class ImageStream implements Closeable {
        private final Reader in;
        private final int[] shape;
        private int next;

        private ImageStream(Reader in) throws IOException {
            this.in = in;
            this.shape = in.header(TYPE_UNSIGNED_BYTE, 3);
        }

        /** Returns how many images the header announces. */
        public int count() {
            return shape[0];
        }

        public int rows() {
            return shape[1];
        }

        public int columns() {
            return shape[2];
        }

        /** Returns the offset of the next image in the uncompressed file. */
        public long offset() {
            return in.offset;
        }

        /**
         * Returns the next image, or null after the last.
         *
         * @throws BadIdxFileException if the file ends before, or goes on after, what its header announces
         */
        public byte[] next() throws IOException {
            if (next == count()) {
                in.expectEnd();
                return null;
            }
            next++;
            return in.bytes((long) rows() * columns());
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }

    /**
     * Opens a file of images: unsigned bytes of three dimensions.
     *
     * @throws BadIdxFileException if the header is wrong
     */
    public static ImageStream openImages(Path file) throws IOException {
        Reader in = new Reader(file);
        try {
            return new ImageStream(in);
        } catch (IOException e) {
            in.close();
            throw e;
        }
    }

    /**
     * Reads a file of images: unsigned bytes of three dimensions.
     *
     * @throws BadIdxFileException if the header or the length is wrong
     */
    public static Images readImages(Path file) throws IOException {
        try (Reader in = new Reader(file)) {
            int[] shape = in.header(TYPE_UNSIGNED_BYTE, 3);
            byte[] pixels = in.values((long) shape[0] * shape[1] * shape[2], 1);
            return new Images(shape[0], shape[1], shape[2], pixels);
        }
    }

    /**
     * Reads a list of unsigned bytes (labels, support) as ints in 0 .. 255.
     *
     * @throws BadIdxFileException if the header or the length is wrong
     */
    public static int[] readBytes(Path file) throws IOException {
        try (Reader in = new Reader(file)) {
            int count = in.items(TYPE_UNSIGNED_BYTE);
            byte[] bytes = in.values(count, 1);
            int[] values = new int[count];
            for (int i = 0; i < count; i++) {
                values[i] = bytes[i] & 0xff;
            }
            return values;
        }
    }

    /**
     * Reads a list of big-endian int32 (writers).
     *
     * @throws BadIdxFileException if the header or the length is wrong
     */
    public static int[] readInts(Path file) throws IOException {
        try (Reader in = new Reader(file)) {
            int count = in.items(TYPE_INT);
            byte[] bytes = in.values(count, Integer.BYTES);
            int[] values = new int[count];
            java.nio.ByteBuffer.wrap(bytes).asIntBuffer().get(values);
            return values;
        }
    }

    private static final class Reader implements AutoCloseable {
        private final Path file;
        private final DataInputStream in;
        private long offset;

        Reader(Path file) throws IOException {
            this.file = file;
            InputStream raw = new BufferedInputStream(Files.newInputStream(file), 1 << 16);
            try {
                raw.mark(2);
                boolean gzip = raw.read() == 0x1f && raw.read() == 0x8b;
                raw.reset();
                this.in = new DataInputStream(gzip ? new GZIPInputStream(raw, 1 << 16) : raw);
            } catch (IOException e) {
                raw.close();
                throw e instanceof ZipException || e instanceof EOFException
                        ? bad("not readable as gzip: " + e.getMessage())
                        : e;
            }
        }

        int[] header(int type, int dimensions) throws IOException {
            int magic = readInt("the magic number");
            int expected = type << 8 | dimensions;
            if (magic != expected) {
                offset -= Integer.BYTES;
                throw bad(String.format("magic number 0x%08x, expected 0x%08x", magic, expected));
            }
            int[] shape = new int[dimensions];
            for (int d = 0; d < dimensions; d++) {
                shape[d] = readInt("dimension " + d);
                if (shape[d] < 0) {
                    throw bad("dimension " + d + " is too large: " + Integer.toUnsignedString(shape[d]));
                }
            }
            return shape;
        }

        /** The length of a list. */
        int items(int type) throws IOException {
            int count = header(type, 1)[0];
            if (count > MOST_ITEMS) {
                throw bad("the header announces " + count + " values, more than " + MOST_ITEMS);
            }
            return count;
        }

        private int readInt(String what) throws IOException {
            try {
                int value = in.readInt();
                offset += Integer.BYTES;
                return value;
            } catch (EOFException | ZipException e) {
                throw bad("the file ends or breaks inside " + what);
            }
        }

        byte[] values(long count, int width) throws IOException {
            byte[] bytes = bytes(count * width);
            expectEnd();
            return bytes;
        }

        byte[] bytes(long length) throws IOException {
            if (length >= MOST_VALUES) {
                throw bad("the header announces " + length + " bytes of values, more than fit in memory");
            }
            try {
                // Grows with what is really there, so a lying header cannot ask for gigabytes.
                byte[] bytes = in.readNBytes((int) length);
                offset += bytes.length;
                if (bytes.length < length) {
                    throw bad("the file ends after " + bytes.length + " of " + length + " bytes of values");
                }
                return bytes;
            } catch (EOFException | ZipException e) {
                throw bad("broken gzip data in the values: " + e.getMessage());
            }
        }

        void expectEnd() throws IOException {
            try {
                if (in.read() >= 0) {
                    throw bad("more bytes follow than the header announces");
                }
            } catch (EOFException | ZipException e) {
                throw bad("broken gzip data at the end: " + e.getMessage());
            }
        }

        private BadIdxFileException bad(String reason) {
            return new BadIdxFileException(file, offset, reason);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
