package io.inkstream.schemas.serde;

import java.nio.ByteBuffer;
import java.util.HexFormat;

/** Confluent's frame around an Avro record: a zero byte, the schema's id in four bytes big-endian, the record. */
final class Wire {
    static final byte MAGIC = 0;
    static final int HEADER = 5;

    private Wire() {}

    /** Returns what comes before the record. */
    static byte[] header(int schemaId) {
        return ByteBuffer.allocate(HEADER).put(MAGIC).putInt(schemaId).array();
    }

    /**
     * Returns the id of the schema that the record was written with.
     *
     * @throws UnreadableRecordException if the bytes do not begin with a frame
     */
    static int schemaId(byte[] record) {
        if (record.length < HEADER || record[0] != MAGIC) {
            throw new UnreadableRecordException(
                    "not Avro in Confluent's wire format: " + record.length + " bytes that begin with 0x"
                            + HexFormat.of().formatHex(record, 0, Math.min(HEADER, record.length)));
        }
        return ByteBuffer.wrap(record).getInt(1);
    }
}
