package io.inkstream.schemas.rollout;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads which policy of a name counts at the end of the topic. Safe for use by many threads. */
final class PolicyReader {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyReader.class);
    private static final Duration POLL = Duration.ofMillis(100);

    private final Topic<String, RolloutPolicy> topic;
    private final Supplier<Consumer<byte[], byte[]>> uncommitted;
    private final LongSupplier nanos;
    private final Duration limit;

    /**
     * Connects nothing.
     *
     * @param uncommitted makes a consumer that sees where uncommitted records end
     * @param limit of one reading of the topic
     */
    PolicyReader(
            Topic<String, RolloutPolicy> topic,
            Supplier<Consumer<byte[], byte[]>> uncommitted,
            LongSupplier nanos,
            Duration limit) {
        this.topic = topic;
        this.uncommitted = uncommitted;
        this.nanos = nanos;
        this.limit = limit;
    }

    /** The policy at the end of the topic, as it is after we have fenced the others. Bounded by the limit. */
    Optional<PolicyWriter.Current> read(String name, Consumer<byte[], byte[]> reader) {
        List<TopicPartition> partitions = partitions(reader);
        Map<TopicPartition, Long> ends;
        // Committed records end where any transaction is open, of another name even, and ours may lie behind it.
        try (Consumer<byte[], byte[]> all = uncommitted.get()) {
            ends = all.endOffsets(partitions);
        }
        reader.assign(partitions);
        reader.seekToBeginning(partitions);
        Optional<PolicyWriter.Current> current = Optional.empty();
        long begin = nanos.getAsLong();
        while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
            if (nanos.getAsLong() - begin > limit.toNanos()) {
                throw new TimeoutException("topic " + topic.name() + " could not be read to its end within "
                        + limit.toSeconds() + " s; another writer's transaction may be open");
            }
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                if (!isOf(name, record)) {
                    continue;
                }
                Optional<PolicyWriter.Current> read = record.value() == null ? Optional.empty() : usable(name, record);
                if (read.isPresent() || record.value() == null) {
                    current = read;
                }
            }
        }
        return current;
    }

    private List<TopicPartition> partitions(Consumer<byte[], byte[]> reader) {
        List<PartitionInfo> known = reader.partitionsFor(topic.name());
        if (known == null || known.isEmpty()) {
            throw new KafkaException("topic " + topic.name() + " does not exist");
        }
        return known.stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    /** The policy of a record, unless nobody can use it; then the one before counts. */
    private Optional<PolicyWriter.Current> usable(String name, ConsumerRecord<byte[], byte[]> record) {
        try {
            if (record.value().length > Limits.CONTROL_RECORD_BYTES) {
                throw new IllegalArgumentException(record.value().length + " bytes are too many");
            }
            RolloutPolicy policy =
                    topic.value().deserializer().deserialize(topic.name(), record.headers(), record.value());
            PolicyRules.check(name, policy, record.timestamp());
            return Optional.of(new PolicyWriter.Current(policy, Instant.ofEpochMilli(record.timestamp())));
        } catch (RetriableException e) {
            throw e; // the registry is away, which says nothing of the record
        } catch (IllegalArgumentException | SerializationException e) {
            LOG.warn(
                    "Skipped a policy of {} that cannot be used, at offset {}: {}",
                    name,
                    record.offset(),
                    Limits.cut(String.valueOf(e.getMessage()), Limits.MESSAGE_CHARS));
            return Optional.empty();
        }
    }

    /** Who wrote between our reading and our record without the fence. */
    List<String> overwritten(String name, Consumer<byte[], byte[]> reader, RecordMetadata at) {
        TopicPartition partition = new TopicPartition(at.topic(), at.partition());
        List<String> others = new ArrayList<>();
        long begin = nanos.getAsLong();
        try {
            while (reader.position(partition) <= at.offset() && nanos.getAsLong() - begin <= limit.toNanos()) {
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                    if (isOf(name, record) && record.partition() == at.partition() && record.offset() < at.offset()) {
                        others.add(
                                record.value() == null
                                        ? ""
                                        : usable(name, record)
                                                .map(other -> other.policy().getRevision())
                                                .orElse("that cannot be used"));
                    }
                }
            }
        } catch (KafkaException e) {
            LOG.debug("Cannot see whether another policy of {} was overwritten", name, e);
        }
        return others;
    }

    private static boolean isOf(String name, ConsumerRecord<byte[], byte[]> record) {
        return record.key() != null && Arrays.equals(record.key(), name.getBytes(StandardCharsets.UTF_8));
    }
}
