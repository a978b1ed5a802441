package io.inkstream.topology.flow;

import io.inkstream.schemas.Limits;
import java.util.function.ToIntFunction;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Tells whether a topic takes a record. A record that is too large must be found before it is forwarded: a broker's refusal
 * undoes the transaction, and the next one would meet it again.
 *
 * @param maxBytes largest record that a topic takes, by its name
 */
public record RecordLimits(ToIntFunction<String> maxBytes) {

    /** Whether the topic takes the record. */
    public boolean fits(String topic, Record<byte[], byte[]> record) {
        return size(record) <= maxBytes.applyAsInt(topic);
    }

    /** Bytes that a record takes at most, alone in its batch and uncompressed. */
    public static long size(Record<byte[], byte[]> record) {
        long size = Limits.RECORD_OVERHEAD_BYTES + length(record.key()) + length(record.value());
        for (Header header : record.headers()) {
            // A name may take up to three bytes a character; lengths take up to five each.
            size += 3L * header.key().length() + length(header.value()) + 10;
        }
        return size;
    }

    private static long length(byte[] bytes) {
        return bytes == null ? 0 : bytes.length;
    }
}
