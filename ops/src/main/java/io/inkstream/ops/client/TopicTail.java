package io.inkstream.ops.client;

import io.inkstream.schemas.topics.Topic;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows a topic from its latest records on: the first read connects and gives the last ones of each partition, a later one
 * what has come since. For one thread at a time.
 */
public final class TopicTail<V> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicTail.class);
    private static final Duration POLL = Duration.ofMillis(200);

    private final Topic<String, V> topic;
    private final Map<String, Object> clientConfig;
    private final long most;
    private KafkaConsumer<byte[], byte[]> consumer;
    private boolean isClosed;

    /**
     * Connects to nothing yet.
     *
     * @param most records of each partition that the first read gives
     */
    public TopicTail(Topic<String, V> topic, Map<String, Object> clientConfig, long most) {
        this.topic = topic;
        this.clientConfig = clientConfig;
        this.most = most;
    }

    /**
     * Shows what is there, and stops at what was the end when asked, or when the time is over; the rest comes next time. A
     * record that cannot be read is skipped. Shows nothing once it is closed.
     *
     * @throws org.apache.kafka.common.KafkaException if the brokers do not answer
     */
    public void read(Duration limit, BiConsumer<String, V> each) {
        if (isClosed) {
            return;
        }
        long deadline = System.nanoTime() + limit.toNanos();
        if (consumer == null) {
            consumer = ReadOnlyConsumer.open(clientConfig, Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"));
        }
        if (consumer.assignment().isEmpty()) {
            begin();
        }
        Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
        while (System.nanoTime() - deadline < 0
                && ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                try {
                    String key = topic.key().deserializer().deserialize(record.topic(), record.key());
                    V value = TopicSnapshot.value(topic, record);
                    if (key != null && value != null) {
                        each.accept(key, value);
                    }
                } catch (SerializationException e) {
                    LOG.debug("skipped {}-{}@{}", record.topic(), record.partition(), record.offset(), e);
                }
            }
        }
    }

    private void begin() {
        List<PartitionInfo> known = consumer.partitionsFor(topic.name());
        if (known == null) {
            return; // a cluster that has never had the topic has nothing on it
        }
        List<TopicPartition> partitions = known.stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
        consumer.endOffsets(partitions)
                .forEach((partition, end) -> consumer.seek(partition, Math.max(first.get(partition), end - most)));
    }

    @Override
    public void close() {
        isClosed = true;
        if (consumer != null) {
            consumer.close();
        }
    }
}
