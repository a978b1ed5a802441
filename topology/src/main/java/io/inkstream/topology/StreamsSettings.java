package io.inkstream.topology;

import io.inkstream.schemas.settings.Settings;
import io.inkstream.schemas.settings.SettingsException;
import io.inkstream.schemas.topics.Topics;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.streams.StreamsConfig;

/** Turns settings into what the Kafka clients of this process are configured with. */
final class StreamsSettings {
    /** What an operator may change by Kafka's own keys. The measurements behind these are in RATIONALE.md. */
    private static final Map<String, Object> DEFAULTS = Map.ofEntries(
            Map.entry(StreamsConfig.NUM_STREAM_THREADS_CONFIG, 1),
            // An answer waits for the loop to come round.
            Map.entry(StreamsConfig.POLL_MS_CONFIG, 5),
            // A reader of committed records sees a line no sooner; a commit asked for by each line would cost more.
            Map.entry(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, 30),
            Map.entry(StreamsConfig.STATESTORE_CACHE_MAX_BYTES_CONFIG, 0),
            // With the throttle these bound what is fetched before its turn.
            Map.entry(StreamsConfig.BUFFERED_RECORDS_PER_PARTITION_CONFIG, 16),
            Map.entry(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_POLL_RECORDS_CONFIG), 64),
            Map.entry(StreamsConfig.mainConsumerPrefix(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG), 1 << 20),
            Map.entry(StreamsConfig.mainConsumerPrefix(ConsumerConfig.FETCH_MAX_BYTES_CONFIG), 8 << 20),
            // The work of a killed instance goes over after this, instead of Kafka's 45 seconds.
            Map.entry(StreamsConfig.mainConsumerPrefix(ConsumerConfig.SESSION_TIMEOUT_MS_CONFIG), 6_000),
            Map.entry(StreamsConfig.mainConsumerPrefix(ConsumerConfig.HEARTBEAT_INTERVAL_MS_CONFIG), 1_500),
            // A killed instance's transaction hides what others write after it until this has passed: as long as its
            // session.
            Map.entry(StreamsConfig.producerPrefix(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG), 6_000),
            // Where there is another instance, it has a copy of the state.
            Map.entry(StreamsConfig.NUM_STANDBY_REPLICAS_CONFIG, 1),
            // What a crash leaves in a store is what was committed: nothing is wiped, and only the rest is read again.
            Map.entry(StreamsConfig.TRANSACTIONAL_STATE_STORES_CONFIG, true),
            // A queue's changelog is all tombstones: small segments let the broker forget it soon. Here and not with
            // the
            // stores, whose own settings an operator's would not change.
            Map.entry(StreamsConfig.topicPrefix(TopicConfig.SEGMENT_BYTES_CONFIG), 16 << 20),
            Map.entry(StreamsConfig.topicPrefix(TopicConfig.MIN_CLEANABLE_DIRTY_RATIO_CONFIG), "0.2"),
            Map.entry(StreamsConfig.producerPrefix(ProducerConfig.LINGER_MS_CONFIG), 5),
            Map.entry(StreamsConfig.producerPrefix(ProducerConfig.BATCH_SIZE_CONFIG), 128 << 10),
            Map.entry(StreamsConfig.producerPrefix(ProducerConfig.MAX_REQUEST_SIZE_CONFIG), Topics.MAX_MESSAGE_BYTES));

    private StreamsSettings() {}

    /**
     * What Kafka Streams is configured with.
     *
     * @throws SettingsException if a key of Kafka's is set that exactly-once or the application id depends on
     */
    static Map<String, Object> streams(Settings settings) {
        Map<String, Object> owned = Map.of(
                StreamsConfig.APPLICATION_ID_CONFIG,
                settings.get(TopologySettings.APPLICATION_ID),
                StreamsConfig.PROCESSING_GUARANTEE_CONFIG,
                StreamsConfig.EXACTLY_ONCE_V2,
                StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG,
                true,
                StreamsConfig.ROCKSDB_CONFIG_SETTER_CLASS_CONFIG,
                BoundedRocks.class,
                StreamsConfig.PRODUCTION_EXCEPTION_HANDLER_CLASS_CONFIG,
                ProductionFailures.class);
        Map<String, Object> own = settings.clientConfig();
        owned.keySet().stream().filter(own::containsKey).findFirst().ifPresent(key -> {
            throw new SettingsException(key + " cannot be set: " + key + " = " + owned.get(key)
                    + (key.equals(StreamsConfig.APPLICATION_ID_CONFIG)
                            ? " comes from " + TopologySettings.APPLICATION_ID.key()
                            : " is required by this topology"));
        });
        Map<String, Object> config = new HashMap<>(DEFAULTS);
        config.putAll(own);
        config.putAll(owned);
        return config;
    }

    /** What the serdes are configured with. */
    static Map<String, Object> serdes(Settings settings) {
        // The stream thread asks the registry, so it must not wait long; it asks again by itself.
        Map<String, Object> config = new HashMap<>(
                Map.of("max.retries", "0", "http.connect.timeout.ms", "1000", "http.read.timeout.ms", "2000"));
        config.putAll(settings.clientConfig());
        return config;
    }

    /** What the producer of topic rollout-status is configured with. */
    static Map<String, Object> reporter(Settings settings, String instance) {
        Map<String, Object> config = new HashMap<>(settings.clientConfig());
        config.put(ProducerConfig.CLIENT_ID_CONFIG, settings.get(TopologySettings.APPLICATION_ID) + "-" + instance);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 5_000);
        config.remove(ProducerConfig.TRANSACTIONAL_ID_CONFIG);
        return config;
    }

    /** Names the process on topics, alike after a restart unless its port is any free one. */
    static String instance(Settings settings, String hostName, Supplier<String> anyName) {
        String id = settings.get(TopologySettings.ID);
        int port = settings.get(TopologySettings.HTTP_PORT);
        return id.isEmpty() ? hostName + ":" + (port > 0 ? Integer.toString(port) : anyName.get()) : id;
    }

    /** What the consumer of the model topics is configured with. */
    static Map<String, Object> follower(Settings settings) {
        Map<String, Object> config = new HashMap<>(settings.clientConfig());
        config.put(ConsumerConfig.CLIENT_ID_CONFIG, settings.get(TopologySettings.APPLICATION_ID) + "-models");
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.remove(ConsumerConfig.GROUP_ID_CONFIG);
        return config;
    }
}
