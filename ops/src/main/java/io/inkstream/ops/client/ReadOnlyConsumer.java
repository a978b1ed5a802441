package io.inkstream.ops.client;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Opens consumers that leave no trace: they read committed records only, commit no offsets, and make no topics. */
public final class ReadOnlyConsumer {
    private ReadOnlyConsumer() {}

    /**
     * A consumer of bytes, to be closed by the caller.
     *
     * @param clientConfig of the cluster
     * @param own what this consumer needs beside; it wins over the former
     */
    public static KafkaConsumer<byte[], byte[]> open(Map<String, Object> clientConfig, Map<String, Object> own) {
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
        config.putAll(own);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }
}
