package io.inkstream.trainer.publish;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.topics.Topics;
import io.inkstream.trainer.kafka.TransactionalWriter;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/**
 * Publishes to the model topics and, in the same transaction, commits the offsets of the samples that the model has learned
 * from to a consumer group, with the model and the samples' digest beside them. Writers of one model name take over from
 * each other before they look, so that no two publish the same samples.
 */
public final class KafkaPublication implements Publication {
    private static final int ANSWER_WITHIN_MS = 20_000;

    private final Topics topics;
    private final String group;
    private final InstantSource clock;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Writers writers;

    /** Makes a writer of the model's name. */
    interface Writers {
        TransactionalWriter open() throws WriteFailedException;
    }

    /**
     * @param clientConfig Kafka's own keys
     * @param modelName of all models
     */
    public static KafkaPublication of(
            Map<String, ?> clientConfig, Topics topics, String modelName, InstantSource clock) {
        String group = groupOf(modelName);
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.GROUP_PROTOCOL_CONFIG, "classic"); // it only asks, and never joins
        // Offsets of a transaction that is still open are waited for, not overlooked.
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, ANSWER_WITHIN_MS);
        return new KafkaPublication(
                topics,
                group,
                clock,
                () -> new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer()),
                () -> TransactionalWriter.ofModel(clientConfig, modelName));
    }

    KafkaPublication(
            Topics topics,
            String group,
            InstantSource clock,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Writers writers) {
        this.topics = requireNonNull(topics, "topics");
        this.group = requireNonNull(group, "group");
        this.clock = requireNonNull(clock, "clock");
        this.consumers = requireNonNull(consumers, "consumers");
        this.writers = requireNonNull(writers, "writers");
    }

    /** The consumer group whose offsets say what models of the name have learned from. */
    public static String groupOf(String modelName) {
        return "inkstream-trainer-" + modelName;
    }

    @Override
    public Optional<Learned> last() throws WriteFailedException {
        try (Consumer<byte[], byte[]> consumer = consumers.get()) {
            return last(consumer);
        } catch (KafkaException e) {
            throw new WriteFailedException(
                    "the cluster does not say what consumer group " + group + " has learned from: " + e.getMessage(),
                    e);
        }
    }

    @Override
    public Learned publish(byte[] file, ModelBundle bundle, Learned learned) throws WriteFailedException {
        try (TransactionalWriter writer = writers.open();
                Consumer<byte[], byte[]> consumer = consumers.get()) {
            ModelPublisher publisher = new ModelPublisher(writer, topics.models(), topics.modelChunks(), clock);
            Learned[] last = {learned};
            writer.write(sink -> {
                // Within the transaction: whoever was at it before is shut out by now, and has published or not.
                Optional<Learned> before = last(consumer);
                if (before.isPresent() && before.get().digest().equals(learned.digest())) {
                    last[0] = before.get();
                    return;
                }
                publisher.send(sink, file, bundle);
                sink.commit(group, offsets(learned));
            });
            return last[0];
        } catch (KafkaException e) {
            throw new WriteFailedException("no Kafka client: " + e.getMessage(), e);
        }
    }

    private Map<TopicPartition, OffsetAndMetadata> offsets(Learned learned) {
        return learned.offsets().entrySet().stream()
                .collect(Collectors.toMap(
                        offset -> new TopicPartition(topics.glyphSamples().name(), offset.getKey()),
                        offset -> new OffsetAndMetadata(offset.getValue(), learned.note())));
    }

    private Optional<Learned> last(Consumer<byte[], byte[]> consumer) {
        List<PartitionInfo> partitions =
                consumer.partitionsFor(topics.glyphSamples().name());
        if (partitions == null || partitions.isEmpty()) {
            return Optional.empty();
        }
        Map<TopicPartition, OffsetAndMetadata> committed = consumer.committed(partitions.stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .collect(Collectors.toSet()));
        committed.values().removeIf(Objects::isNull);
        // All of one transaction say the same; where somebody has changed some, what most of them say counts.
        return committed.values().stream()
                .collect(Collectors.groupingBy(OffsetAndMetadata::metadata, TreeMap::new, Collectors.counting()))
                .entrySet()
                .stream()
                .max(Map.Entry.comparingByValue())
                .flatMap(note -> Learned.of(note.getKey(), byPartition(committed)));
    }

    private static Map<Integer, Long> byPartition(Map<TopicPartition, OffsetAndMetadata> committed) {
        return committed.entrySet().stream()
                .collect(Collectors.toMap(
                        offset -> offset.getKey().partition(),
                        offset -> offset.getValue().offset(),
                        (one, other) -> one,
                        TreeMap::new));
    }
}
