package io.inkstream.ops.client;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.topics.DeadLetterHeaders;
import java.nio.charset.StandardCharsets;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Header;

/**
 * An input that the pipeline refused.
 *
 * @param reason name of a {@link io.inkstream.schemas.topics.DeadLetterReason}
 * @param message the reason in a sentence
 * @param stage node of the topology that refused
 * @param topic where the input was
 * @param partition its partition there
 * @param offset its offset there
 * @param key of the input; may be null
 * @param value bytes of the input as they came; may be null
 * @param keyOmitted bytes of the key where the dead letter leaves it out because it would outgrow its topic; else -1
 * @param valueOmitted bytes of the value likewise; else -1
 */
public record DeadLetter(
        String reason,
        String message,
        String stage,
        String topic,
        int partition,
        long offset,
        byte[] key,
        byte[] value,
        long keyOmitted,
        long valueOmitted) {

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
                record.value(),
                number(record, DeadLetterHeaders.KEY_OMITTED),
                number(record, DeadLetterHeaders.VALUE_OMITTED));
    }

    /** Whether it is of the record at that place. */
    public boolean isOf(String itsTopic, int itsPartition, long itsOffset) {
        return topic.equals(itsTopic) && partition == itsPartition && offset == itsOffset;
    }

    /** In one line: which record, why, and where what is left out still lies. */
    public String describe() {
        String place = topic + "-" + partition + "@" + offset;
        StringBuilder said = new StringBuilder(place + " " + reason + ": " + message);
        if (keyOmitted >= 0 || valueOmitted >= 0) {
            said.append(" (its ")
                    .append(keyOmitted < 0 ? "" : "key of " + keyOmitted + " bytes")
                    .append(keyOmitted >= 0 && valueOmitted >= 0 ? " and its " : "")
                    .append(valueOmitted < 0 ? "" : "value of " + valueOmitted + " bytes")
                    .append(keyOmitted >= 0 && valueOmitted >= 0 ? " are" : " is")
                    .append(" omitted here and still at ")
                    .append(place)
                    .append(')');
        }
        return Words.onOneLine(said.toString(), Limits.MESSAGE_CHARS);
    }

    private static String text(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        if (header == null || header.value() == null) {
            return "";
        }
        // Others may have written it: what is longer than ours ever is gets cut.
        byte[] bytes = header.value();
        String text = new String(bytes, 0, Math.min(bytes.length, 4 * Limits.MESSAGE_CHARS), StandardCharsets.UTF_8);
        return Limits.cut(text, Limits.MESSAGE_CHARS);
    }

    private static long number(ConsumerRecord<byte[], byte[]> record, String name) {
        String text = text(record, name);
        return text.matches("\\d{1,18}") ? Long.parseLong(text) : -1;
    }
}
