package io.inkstream.ops.client;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.serde.RegistryUnavailableException;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.schemas.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.WakeupException;

/**
 * Reads what the pipeline says about documents, committed records only, from all partitions of {@code lines},
 * {@code pages} and {@code dead-letters}; within one document in the order of its lines. A record that nobody can read is
 * reported and skipped: anybody may write to a topic. For one thread, except for {@link #wakeup}.
 */
public final class EventReader implements AutoCloseable {
    /** Where reading begins. */
    public enum From {
        BEGINNING,
        END
    }

    /**
     * A record that is no event.
     *
     * @param reason in a sentence
     */
    public record PassedOver(String topic, int partition, long offset, String reason) {
        @Override
        public String toString() {
            return topic + "-" + partition + "@" + offset + ": " + reason;
        }
    }

    private final Topics topics;
    private final Consumer<byte[], byte[]> consumer;
    private final java.util.function.Consumer<PassedOver> listener;
    /** Polled and not yet read: while the registry is away they wait here. */
    private final Queue<ConsumerRecord<byte[], byte[]>> polled = new ArrayDeque<>();

    private volatile boolean woken;

    /**
     * Connects, and fixes where reading begins: whatever is written after this returns will be read.
     *
     * @param listener receives each skipped record
     * @throws org.apache.kafka.common.KafkaException if the brokers do not answer or lack the topics
     */
    public static EventReader connect(
            Topics topics,
            Map<String, Object> clientConfig,
            From from,
            java.util.function.Consumer<PassedOver> listener) {
        // A reader that falls behind what the broker keeps goes on with the oldest there is, not with the newest.
        Consumer<byte[], byte[]> consumer =
                ReadOnlyConsumer.open(clientConfig, Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest"));
        try {
            return new EventReader(topics, consumer, from, listener);
        } catch (RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /** @param consumer of bytes; closed with this reader */
    EventReader(
            Topics topics,
            Consumer<byte[], byte[]> consumer,
            From from,
            java.util.function.Consumer<PassedOver> listener) {
        this.topics = topics;
        this.consumer = consumer;
        this.listener = listener;
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
     * @throws RegistryUnavailableException if a record cannot be read for now; it is the first of a later call
     * @throws WakeupException after {@link #wakeup}
     */
    public List<DocumentEvent> poll(Duration limit) {
        if (polled.isEmpty()) {
            consumer.poll(limit).forEach(polled::add);
        } else if (woken) {
            throw new WakeupException(); // the consumer, which would say so, is not asked while records wait
        }
        List<DocumentEvent> events = new ArrayList<>();
        while (!polled.isEmpty()) {
            ConsumerRecord<byte[], byte[]> record = polled.element();
            try {
                events.add(read(record));
            } catch (SerializationException e) {
                listener.accept(new PassedOver(
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        Limits.cut(String.valueOf(e.getMessage()), Limits.MESSAGE_CHARS)));
            } catch (RegistryUnavailableException e) {
                if (events.isEmpty()) {
                    throw e;
                }
                return events;
            }
            polled.remove();
        }
        return events;
    }

    /** Ends a {@link #poll} that waits; any thread may call it. */
    public void wakeup() {
        woken = true;
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
                    "the cluster has no topic " + topic + "; is " + CommonSettings.TOPIC_PREFIX.key()
                            + " right? Publishing a model creates the topics");
        }
        return partitions;
    }

    private DocumentEvent read(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(topics.deadLetters().name())) {
            // Its key is whatever somebody has sent.
            String document = record.key() == null ? "" : new String(record.key(), StandardCharsets.UTF_8);
            return new DocumentEvent.Refused(document, DeadLetter.of(record));
        }
        String document = document(record.key());
        return record.topic().equals(topics.lines().name())
                ? new DocumentEvent.Line(document, value(topics.lines(), record))
                : new DocumentEvent.Page(document, value(topics.pages(), record));
    }

    private static String document(byte[] key) {
        if (key == null) {
            return "";
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
        } catch (CharacterCodingException e) {
            throw new SerializationException("its key is not UTF-8 text", e);
        }
    }

    private static <V> V value(Topic<String, V> topic, ConsumerRecord<byte[], byte[]> record) {
        V value = topic.value().deserializer().deserialize(record.topic(), record.headers(), record.value());
        if (value == null) {
            throw new SerializationException("it has no value");
        }
        return value;
    }
}
