package io.inkstream.trainer.dataset;

import io.inkstream.schemas.avro.GlyphSample;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.trainer.kafka.PlainAvro;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;

/** A topic that keeps its records, and consumers of it. */
public final class TestTopic {
    public static final Topic<String, GlyphSample> TOPIC = PlainAvro.topic("glyph-samples", GlyphSample.class);

    private final List<List<ConsumerRecord<byte[], byte[]>>> partitions = new ArrayList<>();
    private final Map<Integer, Long> ends = new HashMap<>();

    public TestTopic(int count) {
        for (int p = 0; p < count; p++) {
            partitions.add(new ArrayList<>());
            ends.put(p, 0L);
        }
    }

    public void put(int partition, String id, GlyphSample sample) {
        putBytes(
                partition,
                id,
                sample == null ? null : TOPIC.value().serializer().serialize(TOPIC.name(), sample));
    }

    public void putBytes(int partition, String id, byte[] value) {
        putKey(partition, id.getBytes(StandardCharsets.UTF_8), value);
    }

    public void putKey(int partition, byte[] key, byte[] value) {
        partitions
                .get(partition)
                .add(new ConsumerRecord<>(
                        TOPIC.name(), partition, ends.merge(partition, 1L, Long::sum) - 1, key, value));
    }

    /** What compaction does to a withdrawn key in the end. */
    public void forget(int partition, String id) {
        partitions.get(partition).removeIf(record -> new String(record.key(), StandardCharsets.UTF_8).equals(id));
    }

    public MockConsumer<byte[], byte[]> consumer() {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("none");
        List<PartitionInfo> infos = new ArrayList<>();
        Map<TopicPartition, Long> beginnings = new HashMap<>();
        Map<TopicPartition, Long> ends = new HashMap<>();
        for (int p = 0; p < partitions.size(); p++) {
            TopicPartition partition = new TopicPartition(TOPIC.name(), p);
            infos.add(new PartitionInfo(TOPIC.name(), p, null, null, null));
            beginnings.put(partition, 0L);
            ends.put(partition, this.ends.get(p));
        }
        consumer.updatePartitions(TOPIC.name(), infos);
        consumer.updateBeginningOffsets(beginnings);
        consumer.updateEndOffsets(ends);
        consumer.schedulePollTask(() -> partitions.forEach(records -> records.forEach(consumer::addRecord)));
        return consumer;
    }
}
