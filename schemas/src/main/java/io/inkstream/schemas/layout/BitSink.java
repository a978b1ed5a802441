package io.inkstream.schemas.layout;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/** Takes bits, the lowest first, and bytes, in a buffer that grows. Not thread-safe. */
final class BitSink {
    private static final VarHandle INTS = MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

    private byte[] bytes;
    private int length;
    private long pending;
    private int pendingBits;

    /** @param capacity first size of the buffer */
    BitSink(int capacity) {
        bytes = new byte[Math.max(Long.BYTES, capacity)];
    }

    /**
     * Puts the lowest bits of a number.
     *
     * @param value without any other bit
     * @param count 0 to 32
     */
    void put(int value, int count) {
        pending |= (value & 0xffff_ffffL) << pendingBits;
        pendingBits += count;
        if (pendingBits >= Integer.SIZE) {
            room(Integer.BYTES);
            INTS.set(bytes, length, (int) pending);
            length += Integer.BYTES;
            pending >>>= Integer.SIZE;
            pendingBits -= Integer.SIZE;
        }
    }

    /** Fills a byte that was begun with zeros. */
    void align() {
        room(Integer.BYTES);
        for (; pendingBits > 0; pendingBits -= Byte.SIZE) {
            bytes[length++] = (byte) pending;
            pending >>>= Byte.SIZE;
        }
        pendingBits = 0;
    }

    private void room(int more) {
        if (bytes.length - length < more) {
            bytes = Arrays.copyOf(bytes, 2 * bytes.length);
        }
    }

    /** The whole bytes that it holds. */
    byte[] toBytes() {
        return Arrays.copyOf(bytes, length);
    }
}
