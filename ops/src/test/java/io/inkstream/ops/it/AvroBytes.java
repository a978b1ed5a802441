package io.inkstream.ops.it;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/** Writes Avro's binary form by hand, right or wrong. */
final class AvroBytes {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /** A number, as a length, an index, an enum or itself. */
    AvroBytes number(long value) {
        long zigzag = (value << 1) ^ (value >> 63);
        while ((zigzag & ~0x7FL) != 0) {
            bytes.write((int) ((zigzag & 0x7F) | 0x80));
            zigzag >>>= 7;
        }
        bytes.write((int) zigzag);
        return this;
    }

    AvroBytes string(String text) {
        return bytes(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Bytes with their length before them. */
    AvroBytes bytes(byte[] content) {
        return number(content.length).raw(content);
    }

    AvroBytes real(double value) {
        return raw(ByteBuffer.allocate(Double.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putDouble(value)
                .array());
    }

    AvroBytes raw(byte... content) {
        bytes.writeBytes(content);
        return this;
    }

    /** All that follows the text in a TextDocument, by its defaults. */
    AvroBytes restOfDocument() {
        return restOfDocument(0, 0);
    }

    /**
     * The same with a layout of ours.
     *
     * @param variation index of the enum's symbol
     * @param pages the boolean's byte
     */
    AvroBytes restOfDocument(long variation, int pages) {
        return string("natural").number(0).number(0).layout(variation, pages);
    }

    AvroBytes layout() {
        return layout(0, 0);
    }

    private AvroBytes layout(long variation, int pages) {
        return number(64)
                .number(1024)
                .real(1.0 / 3)
                .number(variation)
                .raw((byte) pages)
                .number(30)
                .string("png")
                .real(1)
                .number(0)
                .real(-1)
                .real(0) // slant
                .real(1) // penWidth
                .real(0) // letterSpacing
                .real(1) // wordSpacing
                .real(0) // fatigue
                .string("#000000")
                .number(200) // resolutionDpi
                .string("fit")
                .string("plain")
                .real(-1) // marginMm
                .real(1) // lineSpacing
                .string("left")
                .raw((byte) 0); // markup
    }

    byte[] toBytes() {
        return bytes.toByteArray();
    }
}
