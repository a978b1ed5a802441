package io.inkstream.ops.admin.doctor;

import io.inkstream.ops.client.Cluster;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Whether the clocks agree: heartbeats that come now were written now by every clock but one that is wrong. */
final class ClockCheck implements Check {
    /** Longer than the interval of heartbeats, which is five seconds unless somebody has changed it. */
    static final Duration LISTENED = Duration.ofMillis(6_500);

    private static final Duration POLL = Duration.ofMillis(200);
    /** What a heartbeat may be under way, and a machine may be busy. */
    private static final Duration TOLERATED = Duration.ofSeconds(2);

    private final Cluster cluster;
    private final Duration silence;
    private final Duration limit;
    private final InstantSource clock;

    ClockCheck(Cluster cluster, Duration silence, Duration limit, InstantSource clock) {
        this.cluster = cluster;
        this.silence = silence;
        this.limit = limit;
        this.clock = clock;
    }

    @Override
    public String part() {
        return "clocks";
    }

    @Override
    public void look(Findings findings) {
        Map<String, Duration> behind = listen();
        if (behind.isEmpty()) {
            findings.warning(
                    "no heartbeat has come within " + LISTENED.toMillis() + " ms, so no clock could be compared",
                    "start a model server or a topology, and ask again");
            return;
        }
        judge(behind, silence, findings);
    }

    /** @param behind by how much this machine's clock is before each other one; negative where it is behind */
    static void judge(Map<String, Duration> behind, Duration silence, Findings findings) {
        boolean isRight = true;
        for (Map.Entry<String, Duration> other : behind.entrySet()) {
            Duration difference = other.getValue().abs();
            if (difference.compareTo(TOLERATED) <= 0) {
                continue;
            }
            isRight = false;
            String what = String.format(
                    Locale.ROOT,
                    "the clock of %s is %.1f s %s this machine's",
                    other.getKey(),
                    difference.toMillis() / 1e3,
                    other.getValue().isNegative() ? "before" : "behind");
            String remedy = "set both by NTP: ages of heartbeats, steps of rollouts and retention go by these clocks";
            if (difference.compareTo(silence.dividedBy(2)) > 0) {
                findings.problem(what + ", so that a process may count as dead that lives", remedy);
            } else {
                findings.warning(what, remedy);
            }
        }
        if (isRight) {
            findings.ok("those of " + String.join(", ", behind.keySet()) + " agree with this machine's within "
                    + TOLERATED.toSeconds() + " s");
        }
    }

    /** The least difference by sender: a heartbeat may be late, and none comes early. */
    private Map<String, Duration> listen() {
        Map<String, Object> config = new HashMap<>(cluster.settings().clientConfig());
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) limit.toMillis());
        Map<String, Duration> behind = new TreeMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = Stream.of(
                            cluster.topics().modelStatus(), cluster.topics().rolloutStatus())
                    .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToEnd(partitions);
            partitions.forEach(consumer::position); // seeking is lazy; asking for the position does it now
            long startNanos = System.nanoTime();
            while (System.nanoTime() - startNanos < LISTENED.toNanos()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    if (record.key() != null) {
                        Duration difference =
                                Duration.between(Instant.ofEpochMilli(record.timestamp()), clock.instant());
                        behind.merge(
                                sender(record), difference, (one, other) -> one.compareTo(other) < 0 ? one : other);
                    }
                }
            }
        }
        return behind;
    }

    private String sender(ConsumerRecord<byte[], byte[]> record) {
        if (record.timestampType() == TimestampType.LOG_APPEND_TIME) {
            return "the brokers";
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        int slash = key.lastIndexOf('/');
        String name = slash < 0 ? key : key.substring(0, slash);
        return (record.topic().equals(cluster.topics().modelStatus().name()) ? "model server " : "topology ") + name;
    }
}
