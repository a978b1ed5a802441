package io.inkstream.topology.render;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.nio.ByteBuffer;
import java.util.function.Supplier;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.state.KeyValueStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which texts of a partition were taken, beside the offsets of the consumer group: a broker forgets those of a group
 * that was away for longer than {@code offsets.retention.minutes}, and all of the topic would be drawn again.
 *
 * <p>Kept in the transaction that takes the text. A topic that was made anew under its old name begins at 0 again: the id that
 * the broker gave it tells. For one thread.
 */
final class Progress {
    private static final Logger LOG = LoggerFactory.getLogger(Progress.class);
    private static final Bytes NEXT = Bytes.wrap("next".getBytes(UTF_8));

    private final KeyValueStore<Bytes, byte[]> store;
    private final Supplier<String> topicId;
    private long next;
    private String nextIn;
    private boolean isSkipping;

    /**
     * Reads what is known.
     *
     * @param topicId asks the broker for the id of the topic of texts; throws if it does not answer
     */
    Progress(KeyValueStore<Bytes, byte[]> store, Supplier<String> topicId) {
        this.store = store;
        this.topicId = topicId;
        byte[] known = store.get(NEXT);
        if (known != null) {
            ByteBuffer value = ByteBuffer.wrap(known);
            next = value.getLong();
            nextIn = UTF_8.decode(value).toString();
        }
    }

    /** Whether the text at an offset was taken before. */
    boolean isDone(long offset) {
        if (offset >= next || nextIn == null) {
            isSkipping = false;
            return false;
        }
        String now = topicId.get();
        if (!now.equals(nextIn)) {
            LOG.warn("The topic of texts was recreated: offset {} follows {} of its predecessor", offset, next - 1);
            nextIn = now;
            next = offset;
            return false;
        }
        if (!isSkipping) {
            isSkipping = true;
            LOG.warn(
                    "Texts from offset {} to {} were processed before and are skipped: the consumer group's offsets were"
                            + " lost or reset. To draw them again, stop every instance and see"
                            + " inkstream reset --help",
                    offset,
                    next - 1);
        }
        return true;
    }

    /** The text at an offset is taken. */
    void taken(long offset) {
        if (nextIn == null) {
            nextIn = topicId.get();
        }
        next = offset + 1;
        byte[] id = nextIn.getBytes(UTF_8);
        store.put(
                NEXT,
                ByteBuffer.allocate(Long.BYTES + id.length)
                        .putLong(next)
                        .put(id)
                        .array());
    }
}
