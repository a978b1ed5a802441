package io.inkstream.topology.render;

import io.inkstream.schemas.DeadLetterHeaders;
import io.inkstream.schemas.DeadLetterReason;
import io.inkstream.topology.state.PendingDocument;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/** Writes unusable input down as it came, with the reason beside it. */
final class DeadLetter {
    private DeadLetter() {}

    /**
     * Makes the record.
     *
     * @param key as it came, may be null
     * @param value as it came, may be null
     * @param source where it came from and when; its own key and value are not looked at
     * @param stage name of the topology's node
     */
    static Record<byte[], byte[]> of(
            byte[] key,
            byte[] value,
            PendingDocument source,
            String stage,
            DeadLetterReason reason,
            String message,
            Optional<Throwable> cause) {
        Headers headers = new RecordHeaders();
        add(headers, DeadLetterHeaders.REASON, reason.name());
        add(headers, DeadLetterHeaders.MESSAGE, message);
        add(headers, DeadLetterHeaders.STAGE, stage);
        cause.ifPresent(
                c -> add(headers, DeadLetterHeaders.EXCEPTION, c.getClass().getName()));
        add(headers, DeadLetterHeaders.TOPIC, source.getTopic());
        add(headers, DeadLetterHeaders.PARTITION, Integer.toString(source.getPartition()));
        add(headers, DeadLetterHeaders.OFFSET, Long.toString(source.getOffset()));
        return new Record<>(key, value, source.getTimestamp(), headers);
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
