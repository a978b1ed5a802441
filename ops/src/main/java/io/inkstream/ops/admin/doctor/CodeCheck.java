package io.inkstream.ops.admin.doctor;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.TopicSnapshot;
import io.inkstream.schemas.CodeVersion;
import io.inkstream.schemas.avro.LineImage;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Whether the servers that drew the latest lines run the release of this command: their images say so. */
final class CodeCheck implements Check {
    /** Offsets at the end of each partition that are looked at. */
    private static final long LATEST = 20;

    private static final Duration POLL = Duration.ofMillis(200);

    private final Cluster cluster;
    private final Duration limit;

    CodeCheck(Cluster cluster, Duration limit) {
        this.cluster = cluster;
        this.limit = limit;
    }

    @Override
    public String part() {
        return "releases";
    }

    @Override
    public void look(Findings findings) {
        Map<String, Integer> lines = latest();
        String own = CodeVersion.current();
        if (lines.isEmpty()) {
            findings.ok("no line has been drawn yet that would say its release; this command is " + own);
        } else if (lines.keySet().equals(java.util.Set.of(own))) {
            findings.ok("the latest lines were drawn by release " + own + ", as this command is");
        } else {
            findings.warning(
                    "the latest lines were drawn by "
                            + String.join(
                                    ", ",
                                    lines.entrySet().stream()
                                            .map(entry -> "release " + entry.getKey() + " (" + entry.getValue() + ")")
                                            .toList())
                            + "; this command is " + own,
                    "finish the upgrade, one process after the other, or use the command of the servers' release");
        }
    }

    private Map<String, Integer> latest() {
        Map<String, Object> config = new HashMap<>(cluster.settings().clientConfig());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) limit.toMillis());
        Map<String, Integer> lines = new TreeMap<>();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<PartitionInfo> known =
                    consumer.partitionsFor(cluster.topics().lines().name());
            List<TopicPartition> partitions = known == null
                    ? List.of()
                    : known.stream()
                            .map(info -> new TopicPartition(info.topic(), info.partition()))
                            .toList();
            Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            consumer.assign(partitions);
            partitions.forEach(at -> consumer.seek(at, Math.max(begins.get(at), ends.get(at) - LATEST)));
            long startNanos = System.nanoTime();
            while (partitions.stream().anyMatch(at -> consumer.position(at) < ends.get(at))
                    && System.nanoTime() - startNanos < limit.toNanos()) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                for (ConsumerRecord<byte[], byte[]> record : records) {
                    count(record, lines);
                }
            }
        }
        return lines;
    }

    private void count(ConsumerRecord<byte[], byte[]> record, Map<String, Integer> lines) {
        try {
            LineImage line = TopicSnapshot.value(cluster.topics().lines(), record);
            if (line != null) {
                lines.merge(line.getProvenance().getCodeVersion(), 1, Integer::sum);
            }
        } catch (SerializationException e) {
            // Anybody may write to a topic; what is no line says nothing of a release.
            return;
        }
    }
}
