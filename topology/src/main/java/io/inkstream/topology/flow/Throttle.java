package io.inkstream.topology.flow;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.kafka.common.TopicPartition;

/**
 * Lets a task say that it has enough, so that nothing more is fetched for it: what is not taken yet stays on the topic,
 * where it costs no memory. Safe for use by many threads.
 */
public final class Throttle {
    private final Set<TopicPartition> held = ConcurrentHashMap.newKeySet();

    /** Pause fetching from the partition. */
    public void hold(TopicPartition partition) {
        held.add(partition);
    }

    /** Fetch from the partition (again). */
    public void release(TopicPartition partition) {
        held.remove(partition);
    }

    /** Whether the partition is held. */
    public boolean isHeld(TopicPartition partition) {
        return held.contains(partition);
    }
}
