package io.inkstream.topology.flow;

import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;

/**
 * Keeps held partitions paused for the time of one poll, beside the pauses of Kafka Streams itself, which it neither lifts
 * nor hides. For the thread of one consumer.
 */
final class PollGate {
    private final Throttle throttle;
    /** What Streams has paused; a partition of both must stay paused after the poll. */
    private final Set<TopicPartition> pausedByStreams = new HashSet<>();

    private List<TopicPartition> shut = List.of();

    PollGate(Throttle throttle) {
        this.throttle = throttle;
    }

    void paused(Collection<TopicPartition> partitions) {
        pausedByStreams.addAll(partitions);
    }

    void resumed(Collection<TopicPartition> partitions) {
        pausedByStreams.removeAll(partitions);
    }

    /** Partitions to pause before a poll. */
    Collection<TopicPartition> shut(Consumer<?, ?> consumer) {
        shut = consumer.assignment().stream()
                .filter(throttle::isHeld)
                .filter(partition -> !pausedByStreams.contains(partition))
                .toList();
        return shut;
    }

    /** Partitions to resume after the poll, in which the assignment may have changed and Streams may have paused. */
    Collection<TopicPartition> open(Consumer<?, ?> consumer) {
        Set<TopicPartition> assigned = consumer.assignment();
        pausedByStreams.retainAll(assigned);
        return shut.stream()
                .filter(assigned::contains)
                .filter(partition -> !pausedByStreams.contains(partition))
                .toList();
    }
}
