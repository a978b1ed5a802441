package io.inkstream.ops.rollout;

import static java.util.Objects.requireNonNull;

import io.inkstream.ops.client.Announcements;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ReadOnlyConsumer;
import io.inkstream.ops.client.TopicSnapshot;
import io.inkstream.ops.rollout.Situation.Heard;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.schemas.rollout.PolicyRules;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.schemas.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads the topics that rollouts live on and follows them; committed records only. A record that cannot be used is logged
 * and skipped. For one thread.
 */
public final class SituationReader implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(SituationReader.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final Topics topics;
    private final Duration silence;
    private final InstantSource clock;
    private final Consumer<byte[], byte[]> consumer;
    private final List<TopicPartition> partitions = new ArrayList<>();

    private final TreeMap<String, ModelAnnouncement> models = new TreeMap<>();
    private final TreeMap<String, Heard<ModelStatus>> statuses = new TreeMap<>();
    private final TreeMap<String, RolloutPolicy> policies = new TreeMap<>();
    private final TreeMap<String, Heard<RolloutStatus>> instances = new TreeMap<>();
    private boolean hasReadAll;

    /**
     * Connects and reads nothing yet.
     *
     * @param silence a process that is silent for longer is considered dead
     * @throws org.apache.kafka.common.KafkaException if the brokers do not answer
     */
    public SituationReader(Cluster cluster, Duration silence, InstantSource clock) {
        topics = cluster.topics();
        this.silence = requireNonNull(silence, "silence");
        this.clock = requireNonNull(clock, "clock");
        consumer = ReadOnlyConsumer.open(cluster.settings().clientConfig(), Map.of());
        for (Topic<?, ?> topic :
                List.of(topics.models(), topics.modelStatus(), topics.rollouts(), topics.rolloutStatus())) {
            List<PartitionInfo> known = consumer.partitionsFor(topic.name());
            if (known != null) { // a cluster that has never had the topic has nothing on it
                known.forEach(info -> partitions.add(new TopicPartition(info.topic(), info.partition())));
            }
        }
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /**
     * Reads all that the topics hold when this is called.
     *
     * @throws TimeoutException if the brokers stop answering
     */
    public Situation read() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        long lastNanos = System.nanoTime();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            if (take(POLL) > 0) {
                lastNanos = System.nanoTime();
            } else if (System.nanoTime() - lastNanos > PATIENCE.toNanos()) {
                throw new TimeoutException("the brokers returned nothing of topics "
                        + topics.models().name() + ", " + topics.rollouts().name() + " and their status for "
                        + PATIENCE.toSeconds() + " s");
            }
        }
        hasReadAll = true;
        return situation();
    }

    /** Waits for something new, at most as long as said; {@link #read} comes before. */
    public Situation poll(Duration limit) {
        take(limit);
        return situation();
    }

    @Override
    public void close() {
        consumer.close();
    }

    private Situation situation() {
        return new Situation(models, statuses, policies, instances, clock.instant(), silence);
    }

    private int take(Duration limit) {
        int records = 0;
        for (ConsumerRecord<byte[], byte[]> record : consumer.poll(limit)) {
            records++;
            try {
                enter(record);
            } catch (SerializationException | IllegalArgumentException e) {
                LOG.warn(
                        "Skipped a record that cannot be used: {}-{}@{}: {}",
                        record.topic(),
                        record.partition(),
                        record.offset(),
                        Limits.cut(String.valueOf(e.getMessage()), Limits.MESSAGE_CHARS));
            }
        }
        return records;
    }

    private void enter(ConsumerRecord<byte[], byte[]> record) {
        if (record.key() == null) {
            return; // means nothing on a compacted topic
        }
        if (record.value() != null && record.value().length > Limits.CONTROL_RECORD_BYTES) {
            throw new IllegalArgumentException(record.value().length + " bytes are too many");
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        if (record.topic().equals(topics.models().name())) {
            Announcements.enter(models, key, TopicSnapshot.value(topics.models(), record));
        } else if (record.topic().equals(topics.modelStatus().name())) {
            put(statuses, key, heard(TopicSnapshot.value(topics.modelStatus(), record), record));
        } else if (record.topic().equals(topics.rolloutStatus().name())) {
            put(instances, key, heard(TopicSnapshot.value(topics.rolloutStatus(), record), record));
        } else {
            RolloutPolicy policy = TopicSnapshot.value(topics.rollouts(), record);
            if (policy != null) {
                PolicyRules.check(key, policy, record.timestamp());
            }
            put(policies, key, policy);
        }
    }

    /** What comes while we listen was said now, whatever the sender's clock shows; nothing was said later than now. */
    private <T> Heard<T> heard(T said, ConsumerRecord<byte[], byte[]> record) {
        Instant now = clock.instant();
        Instant written = Instant.ofEpochMilli(record.timestamp());
        Instant at = hasReadAll || written.isAfter(now) ? now : written;
        return said == null ? null : new Heard<>(said, at);
    }

    private static <T> void put(Map<String, T> values, String key, T value) {
        if (value == null) {
            values.remove(key);
        } else {
            values.put(key, value);
        }
    }
}
