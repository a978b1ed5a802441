package io.inkstream.ops.admin;

import static java.util.Objects.requireNonNull;

import io.inkstream.ops.client.DeadLetter;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.header.Headers;

/**
 * A dead letter where it lies on topic {@code dead-letters}.
 *
 * @param partition of that topic
 * @param offset there
 * @param at when it was written
 * @param letter what it says
 * @param headers all that it carries, ours and those of the text
 */
public record ShelvedLetter(int partition, long offset, Instant at, DeadLetter letter, Headers headers) {
    public ShelvedLetter {
        requireNonNull(at, "at");
        requireNonNull(letter, "letter");
        requireNonNull(headers, "headers");
    }

    static ShelvedLetter of(ConsumerRecord<byte[], byte[]> record) {
        return new ShelvedLetter(
                record.partition(),
                record.offset(),
                Instant.ofEpochMilli(record.timestamp()),
                DeadLetter.of(record),
                record.headers());
    }

    /** The same without the bytes of its value, for long lists. */
    ShelvedLetter withoutValue() {
        DeadLetter l = letter;
        return new ShelvedLetter(
                partition,
                offset,
                at,
                new DeadLetter(
                        l.reason(),
                        l.message(),
                        l.stage(),
                        l.topic(),
                        l.partition(),
                        l.offset(),
                        l.key(),
                        null,
                        l.keyOmitted(),
                        l.valueOmitted()),
                headers);
    }

    /** Its place, as the commands take it. */
    public String place() {
        return partition + ":" + offset;
    }

    /** Id of the refused document, as far as its key is text; empty where there is no key. */
    public String document() {
        return letter.key() == null ? "" : new String(letter.key(), StandardCharsets.UTF_8);
    }

    /** Where the refused record was, as {@code TOPIC-PARTITION@OFFSET}. */
    public String origin() {
        return letter.topic() + "-" + letter.partition() + "@" + letter.offset();
    }
}
