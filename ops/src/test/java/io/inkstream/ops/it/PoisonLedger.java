package io.inkstream.ops.it;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.DeadLetter;
import io.inkstream.ops.client.TopicSnapshot;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.schemas.topics.DeadLetterHeaders;
import io.inkstream.schemas.topics.Topics;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * All that an installation has said from the beginning, committed records only, by the bytes of their keys; images are
 * looked at and forgotten. What is on the topics that anybody may write to is read only where it is asked for.
 */
final class PoisonLedger implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(20);

    private final Topics topics;
    private final KafkaConsumer<byte[], byte[]> consumer;
    private final Map<ByteBuffer, List<Line>> lines = new HashMap<>();
    private final Map<ByteBuffer, List<PageImage>> pages = new HashMap<>();
    private final Map<Place, List<Refusal>> refusals = new HashMap<>();
    private final Map<String, ConsumerRecord<byte[], byte[]>> statuses = new HashMap<>();

    /** One line image without its pixels. */
    record Line(int index, int count, String text, int pngBytes, long timestamp) {}

    /** Where a text lies. */
    record Place(int partition, long offset) {}

    /** A dead letter, and whether it says that it leaves something out. */
    record Refusal(DeadLetter letter, boolean leavesValueOut, boolean leavesKeyOut) {}

    PoisonLedger(Cluster cluster) {
        topics = cluster.topics();
        Map<String, Object> config = new HashMap<>(cluster.settings().clientConfig());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        consumer = new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        List<TopicPartition> partitions = Stream.of(
                        topics.lines(),
                        topics.pages(),
                        topics.deadLetters(),
                        topics.modelStatus(),
                        topics.rolloutStatus())
                .flatMap(topic -> consumer.partitionsFor(topic.name()).stream())
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        consumer.assign(partitions);
        consumer.seekToBeginning(partitions);
    }

    /** Reads on until the condition holds; returns whether it does by the end of the limit. */
    boolean await(BooleanSupplier condition, Duration limit) {
        long start = System.nanoTime();
        do {
            if (condition.getAsBoolean()) {
                return true;
            }
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                enter(record);
            }
        } while (System.nanoTime() - start < limit.toNanos());
        return condition.getAsBoolean();
    }

    List<Line> lines(byte[] key) {
        return key == null ? List.of() : lines.getOrDefault(ByteBuffer.wrap(key), List.of());
    }

    List<PageImage> pages(byte[] key) {
        return key == null ? List.of() : pages.getOrDefault(ByteBuffer.wrap(key), List.of());
    }

    List<Refusal> refusals(int partition, long offset) {
        return refusals.getOrDefault(new Place(partition, offset), List.of());
    }

    /** Dead letters that do not say which record they are of. */
    int strayRefusals() {
        return refusals(-1, -1).size();
    }

    Optional<RolloutStatus> rolloutStatus(String key) {
        return Optional.ofNullable(statuses.get(topics.rolloutStatus().name() + " " + key))
                .map(record -> TopicSnapshot.value(topics.rolloutStatus(), record));
    }

    Optional<ModelStatus> modelStatus(String key) {
        return Optional.ofNullable(statuses.get(topics.modelStatus().name() + " " + key))
                .map(record -> TopicSnapshot.value(topics.modelStatus(), record));
    }

    private void enter(ConsumerRecord<byte[], byte[]> record) {
        if (record.topic().equals(topics.lines().name())) {
            LineImage image = TopicSnapshot.value(topics.lines(), record);
            lines.computeIfAbsent(ByteBuffer.wrap(record.key()), key -> new ArrayList<>())
                    .add(new Line(
                            image.getIndex(),
                            image.getCount(),
                            image.getText(),
                            image.getPng().remaining(),
                            record.timestamp()));
        } else if (record.topic().equals(topics.pages().name())) {
            pages.computeIfAbsent(ByteBuffer.wrap(record.key()), key -> new ArrayList<>())
                    .add(TopicSnapshot.value(topics.pages(), record));
        } else if (record.topic().equals(topics.deadLetters().name())) {
            DeadLetter letter = DeadLetter.of(record);
            refusals.computeIfAbsent(new Place(letter.partition(), letter.offset()), place -> new ArrayList<>())
                    .add(new Refusal(
                            letter,
                            has(record, DeadLetterHeaders.VALUE_OMITTED),
                            has(record, DeadLetterHeaders.KEY_OMITTED)));
        } else if (record.key() != null && record.key().length < 1_000) {
            statuses.put(record.topic() + " " + new String(record.key(), StandardCharsets.UTF_8), record);
        }
    }

    private static boolean has(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header != null;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
