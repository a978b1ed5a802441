package io.inkstream.ops.client;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.topics.Topic;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a compacted topic says right now. */
public final class TopicSnapshot {
    private static final Logger LOG = LoggerFactory.getLogger(TopicSnapshot.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private TopicSnapshot() {}

    /**
     * Reads a topic from its beginning to what is its end when asked; the last value of each key, without withdrawn ones.
     *
     * @throws org.apache.kafka.common.KafkaException if the brokers or the registry do not answer
     */
    public static <K, V> Map<K, V> read(Topic<K, V> topic, Map<String, Object> clientConfig) {
        return read(topic, clientConfig, key -> true);
    }

    /** Like the other, keeping only some keys in memory. */
    public static <K, V> Map<K, V> read(Topic<K, V> topic, Map<String, Object> clientConfig, Predicate<K> wanted) {
        Map<K, V> values = new LinkedHashMap<>();
        forEach(topic, clientConfig, wanted, (key, value) -> {
            if (value == null) {
                values.remove(key);
            } else {
                values.put(key, value);
            }
        });
        return values;
    }

    /**
     * Shows every committed key and value, null where the key was withdrawn, from the topic's beginning to what is its end
     * when asked. A record that nobody can read, or that has no key, is skipped: anybody may write to a topic.
     *
     * @throws org.apache.kafka.common.KafkaException if the brokers or the registry do not answer
     */
    public static <K, V> void forEach(Topic<K, V> topic, Map<String, Object> clientConfig, BiConsumer<K, V> each) {
        forEach(topic, clientConfig, key -> true, each);
    }

    private static <K, V> void forEach(
            Topic<K, V> topic, Map<String, Object> clientConfig, Predicate<K> wanted, BiConsumer<K, V> each) {
        forEach(topic.name(), clientConfig, record -> {
            K key = topic.key().deserializer().deserialize(record.topic(), record.key());
            if (key == null || !wanted.test(key)) {
                return;
            }
            V value;
            try {
                value = value(topic, record);
            } catch (SerializationException e) {
                LOG.warn(
                        "Skipped a record that cannot be read: {}-{}@{}: {}",
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        Limits.cut(String.valueOf(e.getMessage()), Limits.MESSAGE_CHARS));
                return;
            }
            each.accept(key, value);
        });
    }

    /** The value of a record of the topic; null of one that withdraws its key. */
    public static <V> V value(Topic<?, V> topic, ConsumerRecord<byte[], byte[]> record) {
        return record.value() == null
                ? null
                : topic.value().deserializer().deserialize(record.topic(), record.headers(), record.value());
    }

    /**
     * Shows every committed record from the topic's beginning to what is its end when asked.
     *
     * @throws org.apache.kafka.common.KafkaException if the brokers do not answer
     */
    public static void forEach(
            String topic, Map<String, Object> clientConfig, Consumer<ConsumerRecord<byte[], byte[]>> each) {
        forEachWhile(topic, clientConfig, record -> {
            each.accept(record);
            return true;
        });
    }

    /**
     * The same until one says that no more are wanted.
     *
     * @throws org.apache.kafka.common.KafkaException if the brokers do not answer
     */
    public static void forEachWhile(
            String topic, Map<String, Object> clientConfig, Predicate<ConsumerRecord<byte[], byte[]>> goOn) {
        try (KafkaConsumer<byte[], byte[]> consumer = ReadOnlyConsumer.open(clientConfig, Map.of())) {
            List<PartitionInfo> known = consumer.partitionsFor(topic);
            if (known == null || known.isEmpty()) {
                return; // a cluster that has never had the topic has nothing on it
            }
            List<TopicPartition> partitions = known.stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long lastNanos = System.nanoTime();
            while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    if (!goOn.test(record)) {
                        return;
                    }
                }
                if (!records.isEmpty()) {
                    lastNanos = System.nanoTime();
                } else if (System.nanoTime() - lastNanos > PATIENCE.toNanos()) {
                    throw new TimeoutException(
                            "the brokers returned nothing of topic " + topic + " for " + PATIENCE.toSeconds() + " s");
                }
            }
        }
    }
}
