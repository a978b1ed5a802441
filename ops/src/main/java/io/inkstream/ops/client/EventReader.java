package io.inkstream.ops.client;

import io.inkstream.schemas.Topic;
import io.inkstream.schemas.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Reads what the pipeline says about documents, committed records only, from all partitions of {@code lines},
 * {@code pages} and {@code dead-letters}; within one document in the order of its lines. For one thread, except for
 * {@link #wakeup}.
 */
public final class EventReader implements AutoCloseable {
    /** Where reading begins. */
    public enum From {
        BEGINNING,
        END
    }

    private final Topics topics;
    private final Consumer<byte[], byte[]> consumer;

    /**
     * Connects, and fixes where reading begins: whatever is written after this returns will be read.
     *
     * @throws org.apache.kafka.common.KafkaException if the brokers do not answer or lack the topics
     */
    public EventReader(Topics topics, Map<String, Object> clientConfig, From from) {
        this.topics = topics;
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        this.consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = Stream.of(topics.lines(), topics.pages(), topics.deadLetters())
                .map(Topic::name)
                .flatMap(name -> partitionsOf(name).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        if (from == From.BEGINNING) {
            consumer.seekToBeginning(partitions);
        } else {
            consumer.seekToEnd(partitions);
        }
        // Seeking is lazy; asking for the position does it now.
        partitions.forEach(consumer::position);
    }

    /**
     * Waits for events, at most as long as said.
     *
     * @throws org.apache.kafka.common.errors.WakeupException after {@link #wakeup}
     */
    public List<DocumentEvent> poll(Duration limit) {
        List<DocumentEvent> events = new ArrayList<>();
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(limit)) {
            String document = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
            if (record.topic().equals(topics.lines().name())) {
                events.add(new DocumentEvent.Line(document, read(topics.lines(), record)));
            } else if (record.topic().equals(topics.pages().name())) {
                events.add(new DocumentEvent.Page(document, read(topics.pages(), record)));
            } else {
                events.add(new DocumentEvent.Refused(document, DeadLetter.of(record)));
            }
        }
        return events;
    }

    /** Ends a {@link #poll} that waits; any thread may call it. */
    public void wakeup() {
        consumer.wakeup();
    }

    @Override
    public void close() {
        consumer.close();
    }

    private List<PartitionInfo> partitionsOf(String topic) {
        List<PartitionInfo> partitions = consumer.partitionsFor(topic);
        if (partitions == null || partitions.isEmpty()) {
            throw new org.apache.kafka.common.errors.UnknownTopicOrPartitionException(
                    "the cluster has no topic " + topic);
        }
        return partitions;
    }

    private static <V> V read(Topic<String, V> topic, ConsumerRecord<byte[], byte[]> record) {
        return topic.value().deserializer().deserialize(record.topic(), record.headers(), record.value());
    }
}
