package io.inkstream.schemas.serde;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import org.apache.avro.AvroTypeException;
import org.apache.avro.io.Decoder;
import org.apache.avro.util.Utf8;

/**
 * Decodes Avro's binary form from an array, and believes no length that the array cannot hold. Avro's own decoder first
 * allocates what a length says: twelve bytes of rubbish could ask it for two gigabytes.
 *
 * <p>A collection has at most as many items as bytes are left, so items of no bytes (arrays of null) are refused.
 */
public final class BoundedDecoder extends Decoder {
    private static final int MAX_VARINT = 10;

    private final byte[] bytes;
    private int position;

    /**
     * Reads from a place of an array, which is not copied.
     *
     * @param from index of the first byte
     */
    public BoundedDecoder(byte[] bytes, int from) {
        this.bytes = bytes;
        this.position = from;
    }

    /** Bytes that nobody has read. */
    int remaining() {
        return bytes.length - position;
    }

    @Override
    public void readNull() {}

    @Override
    public boolean readBoolean() throws IOException {
        int at = take(1);
        if (bytes[at] != 0 && bytes[at] != 1) {
            throw new AvroTypeException("a boolean is 0 or 1, not " + bytes[at]);
        }
        return bytes[at] == 1;
    }

    @Override
    public int readInt() throws IOException {
        long value = readLong();
        if (value != (int) value) {
            throw new AvroTypeException(value + " is not an int");
        }
        return (int) value;
    }

    @Override
    public long readLong() throws IOException {
        long zigzag = 0;
        for (int i = 0; i < MAX_VARINT; i++) {
            byte next = bytes[take(1)];
            zigzag |= (next & 0x7FL) << (7 * i);
            if (next >= 0) {
                return (zigzag >>> 1) ^ -(zigzag & 1);
            }
        }
        throw new AvroTypeException("a number goes on after " + MAX_VARINT + " bytes");
    }

    @Override
    public float readFloat() throws IOException {
        return littleEndian(Float.BYTES).getFloat();
    }

    @Override
    public double readDouble() throws IOException {
        return littleEndian(Double.BYTES).getDouble();
    }

    @Override
    public Utf8 readString(Utf8 old) throws IOException {
        int length = length();
        int at = take(length);
        Utf8 result = old == null ? new Utf8() : old;
        result.setByteLength(length);
        System.arraycopy(bytes, at, result.getBytes(), 0, length);
        return result;
    }

    @Override
    public String readString() throws IOException {
        int length = length();
        return new String(bytes, take(length), length, StandardCharsets.UTF_8);
    }

    @Override
    public void skipString() throws IOException {
        take(length());
    }

    @Override
    public ByteBuffer readBytes(ByteBuffer old) throws IOException {
        int length = length();
        byte[] copy = new byte[length];
        System.arraycopy(bytes, take(length), copy, 0, length);
        return ByteBuffer.wrap(copy);
    }

    @Override
    public void skipBytes() throws IOException {
        take(length());
    }

    @Override
    public void readFixed(byte[] target, int start, int length) throws IOException {
        System.arraycopy(bytes, take(length), target, start, length);
    }

    @Override
    public void skipFixed(int length) throws IOException {
        take(length);
    }

    @Override
    public int readEnum() throws IOException {
        return readInt();
    }

    @Override
    public long readArrayStart() throws IOException {
        return items();
    }

    @Override
    public long arrayNext() throws IOException {
        return items();
    }

    @Override
    public long skipArray() throws IOException {
        return skipItems();
    }

    @Override
    public long readMapStart() throws IOException {
        return items();
    }

    @Override
    public long mapNext() throws IOException {
        return items();
    }

    @Override
    public long skipMap() throws IOException {
        return skipItems();
    }

    @Override
    public int readIndex() throws IOException {
        return readInt();
    }

    /** Items of the next block of a collection, 0 at its end; a negative count is followed by the block's size. */
    private long items() throws IOException {
        long count = readLong();
        if (count < 0) {
            length();
            count = -count;
        }
        return checked(count, "items");
    }

    /** Skips the blocks that say their size; answers how many items the caller has to skip one by one. */
    private long skipItems() throws IOException {
        for (long count = readLong(); ; count = readLong()) {
            if (count >= 0) {
                return checked(count, "items");
            }
            take(length());
        }
    }

    private int length() throws IOException {
        return checked(readLong(), "bytes");
    }

    private int checked(long count, String what) throws IOException {
        if (count < 0 || count > remaining()) {
            throw new EOFException(count + " " + what + " are announced where " + remaining() + " bytes are left");
        }
        return (int) count;
    }

    private ByteBuffer littleEndian(int length) throws IOException {
        return ByteBuffer.wrap(bytes, take(length), length).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Moves over the next bytes; returns where they begin. */
    private int take(int length) throws IOException {
        if (length > remaining()) {
            throw new EOFException("the record ends after " + bytes.length + " bytes, in the middle of a value");
        }
        int at = position;
        position += length;
        return at;
    }
}
