package io.inkstream.ops.client;

import io.inkstream.schemas.DeadLetterHeaders;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * An input that the pipeline refused.
 *
 * @param reason name of a {@link io.inkstream.schemas.DeadLetterReason}
 * @param message the reason in a sentence
 * @param stage node of the topology that refused
 * @param topic where the input was
 * @param partition its partition there
 * @param offset its offset there
 * @param key of the input; may be null
 * @param value bytes of the input as they came; may be null
 */
public record DeadLetter(
        String reason,
        String message,
        String stage,
        String topic,
        int partition,
        long offset,
        byte[] key,
        byte[] value) {

    /** Reads a record of topic {@code dead-letters}; a missing header is empty text or -1. */
    public static DeadLetter of(ConsumerRecord<byte[], byte[]> record) {
        return new DeadLetter(
                text(record, DeadLetterHeaders.REASON),
                text(record, DeadLetterHeaders.MESSAGE),
                text(record, DeadLetterHeaders.STAGE),
                text(record, DeadLetterHeaders.TOPIC),
                (int) number(record, DeadLetterHeaders.PARTITION),
                number(record, DeadLetterHeaders.OFFSET),
                record.key(),
                record.value());
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }

    private static long number(ConsumerRecord<byte[], byte[]> record, String name) {
        String text = text(record, name);
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }
}
