package io.inkstream.ops.client;

import io.inkstream.schemas.AdminClients;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.schemas.topics.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One installation of Inkstream on one Kafka cluster, by its settings.
 *
 * @param settings checked
 * @param topics of the installation
 */
public record Cluster(Settings settings, Topics topics) {
    private static final Logger LOG = LoggerFactory.getLogger(Cluster.class);
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    public Cluster(Settings settings) {
        this(settings, Topics.of(settings));
    }

    /** Addresses of the brokers, for messages. */
    public String brokers() {
        return String.join(",", settings.get(CommonSettings.BOOTSTRAP_SERVERS));
    }

    /** Whether any broker answers within the time. */
    public boolean isReachable(Duration limit) {
        Map<String, Object> config = new HashMap<>(settings.clientConfig());
        config.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, (int) limit.toMillis());
        config.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) limit.toMillis());
        try (Admin admin = AdminClients.create(config)) {
            return !admin.describeCluster()
                    .nodes()
                    .get(limit.toMillis(), TimeUnit.MILLISECONDS)
                    .isEmpty();
        } catch (ExecutionException | TimeoutException e) {
            return false;
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    /** Creates the topics that are missing; returns their names. */
    public Set<String> createTopics() {
        try (Admin admin = AdminClients.create(settings.clientConfig())) {
            return topics.create(
                    admin,
                    settings.get(CommonSettings.TOPIC_PARTITIONS),
                    settings.get(CommonSettings.TOPIC_REPLICATION));
        }
    }

    /** A reader that logs the records that it skips. */
    public EventReader eventReader(EventReader.From from) {
        return eventReader(from, record -> LOG.warn("Skipped a record that is not an event: {}", record));
    }

    /**
     * A reader of all that is written from now on, or was ever written.
     *
     * @param listener receives each skipped record
     */
    public EventReader eventReader(EventReader.From from, Consumer<EventReader.PassedOver> listener) {
        return EventReader.connect(topics, settings.clientConfig(), from, listener);
    }

    /**
     * The line at a place of topic {@code lines}; nothing if there is none, or not any more.
     *
     * @throws org.apache.kafka.common.errors.SerializationException if what lies there is no line
     * @throws org.apache.kafka.common.KafkaException if the brokers do not answer
     */
    public Optional<LineImage> lineAt(int partition, long offset) {
        TopicPartition at = new TopicPartition(topics.lines().name(), partition);
        try (KafkaConsumer<byte[], byte[]> consumer = ReadOnlyConsumer.open(
                settings.clientConfig(), Map.of(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none"))) {
            List<PartitionInfo> partitions = consumer.partitionsFor(at.topic());
            if (partitions == null || partitions.stream().noneMatch(info -> info.partition() == partition)) {
                return Optional.empty();
            }
            consumer.assign(List.of(at));
            if (offset < consumer.beginningOffsets(List.of(at)).get(at)) {
                return Optional.empty();
            }
            long end = consumer.endOffsets(List.of(at)).get(at);
            consumer.seek(at, offset);
            long start = System.nanoTime();
            while (consumer.position(at) < end) {
                if (System.nanoTime() - start > PATIENCE.toNanos()) {
                    throw new org.apache.kafka.common.errors.TimeoutException(
                            "the brokers returned nothing of " + at + " for " + PATIENCE.toSeconds() + " s");
                }
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    // At the offset itself there may be the mark of a transaction, which is no record.
                    return record.offset() == offset
                            ? Optional.ofNullable(topics.lines()
                                    .value()
                                    .deserializer()
                                    .deserialize(record.topic(), record.headers(), record.value()))
                            : Optional.empty();
                }
            }
            return Optional.empty();
        }
    }

    public TextWriter textWriter() {
        return new TextWriter(topics, settings.clientConfig());
    }
}
