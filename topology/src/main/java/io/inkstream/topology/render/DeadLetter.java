package io.inkstream.topology.render;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.topics.DeadLetterHeaders;
import io.inkstream.topology.flow.RecordLimits;
import io.inkstream.topology.state.PendingDocument;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.streams.processor.api.Record;

/**
 * Writes unusable input down as it came, with the reason beside it.
 *
 * <p>Where the topic would not take it, first the value is left out and then the key, and headers say so; where the record
 * lies on its own topic is always said.
 */
final class DeadLetter {
    private DeadLetter() {}

    /**
     * Makes the record.
     *
     * @param key as it came, may be null
     * @param value as it came; null where it was null or is not kept
     * @param source where it came from; its own key and value are not looked at
     * @param stage name of the topology's node
     * @param topic of dead letters
     */
    static Record<byte[], byte[]> of(
            byte[] key,
            byte[] value,
            PendingDocument source,
            String stage,
            Refusal refusal,
            long nowMs,
            String topic,
            RecordLimits limits) {
        Headers headers = HandedOn.headers(source.getHeaders());
        add(headers, DeadLetterHeaders.REASON, refusal.reason().name());
        add(headers, DeadLetterHeaders.MESSAGE, Limits.cut(refusal.message(), Limits.MESSAGE_CHARS));
        add(headers, DeadLetterHeaders.STAGE, stage);
        refusal.cause()
                .ifPresent(c ->
                        add(headers, DeadLetterHeaders.EXCEPTION, c.getClass().getName()));
        add(headers, DeadLetterHeaders.TOPIC, source.getTopic());
        add(headers, DeadLetterHeaders.PARTITION, Integer.toString(source.getPartition()));
        add(headers, DeadLetterHeaders.OFFSET, Long.toString(source.getOffset()));
        if (source.getValueBytes() >= 0 && value == null) {
            add(headers, DeadLetterHeaders.VALUE_OMITTED, Integer.toString(source.getValueBytes()));
        }
        Record<byte[], byte[]> letter = new Record<>(key, value, nowMs, headers);
        if (value != null && !limits.fits(topic, letter)) {
            add(headers, DeadLetterHeaders.VALUE_OMITTED, Integer.toString(value.length));
            letter = new Record<>(key, null, nowMs, headers);
        }
        if (key != null && !limits.fits(topic, letter)) {
            add(headers, DeadLetterHeaders.KEY_OMITTED, Integer.toString(key.length));
            letter = new Record<>(null, null, nowMs, headers);
        }
        return limits.fits(topic, letter) ? letter : new Record<>(null, null, nowMs, bare(headers));
    }

    /** The least that helps: why, and where the record lies. */
    private static Headers bare(Headers headers) {
        Headers bare = new RecordHeaders();
        for (String name : new String[] {
            DeadLetterHeaders.REASON, DeadLetterHeaders.TOPIC, DeadLetterHeaders.PARTITION, DeadLetterHeaders.OFFSET
        }) {
            bare.add(headers.lastHeader(name));
        }
        return bare;
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
