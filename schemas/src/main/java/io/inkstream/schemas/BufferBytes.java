package io.inkstream.schemas;

import java.nio.ByteBuffer;

/** Takes the bytes out of buffers, as Avro's records hold them. */
public final class BufferBytes {
    private BufferBytes() {}

    /** A copy of what is left in a buffer, which stays as it is. */
    public static byte[] of(ByteBuffer buffer) {
        byte[] bytes = new byte[buffer.remaining()];
        buffer.duplicate().get(bytes);
        return bytes;
    }
}
