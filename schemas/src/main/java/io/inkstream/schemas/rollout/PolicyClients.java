package io.inkstream.schemas.rollout;

import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/** Makes the clients of one attempt to write a policy, see {@link PolicyWriter}. */
public interface PolicyClients {
    /** Within which every call ends. */
    int CALL_MS = 10_000;

    /** What a killed writer left open hides all later policies from readers for no longer; the next writer ends it at once. */
    int TRANSACTION_MS = 10_000;

    /** A producer with that transactional id, which has not been used yet. */
    Producer<byte[], byte[]> producer(String transactionalId);

    /**
     * A consumer without a group.
     *
     * @param committed whether it sees committed records only, and their end
     */
    Consumer<byte[], byte[]> consumer(boolean committed);

    /** Clients of a cluster by Kafka's own keys; what a client does not know is ignored. */
    static PolicyClients of(Map<String, ?> config) {
        return new PolicyClients() {
            @Override
            public Producer<byte[], byte[]> producer(String transactionalId) {
                Map<String, Object> own = new HashMap<>(config);
                own.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
                own.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_MS);
                own.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
                own.put(ProducerConfig.ACKS_CONFIG, "all");
                own.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, CALL_MS);
                own.remove(CommonClientConfigs.CLIENT_ID_CONFIG);
                return new KafkaProducer<>(own, new ByteArraySerializer(), new ByteArraySerializer());
            }

            @Override
            public Consumer<byte[], byte[]> consumer(boolean committed) {
                Map<String, Object> own = new HashMap<>(config);
                own.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, committed ? "read_committed" : "read_uncommitted");
                own.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
                own.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
                own.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
                own.put(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, CALL_MS);
                own.put(ConsumerConfig.REQUEST_TIMEOUT_MS_CONFIG, CALL_MS);
                own.remove(ConsumerConfig.GROUP_ID_CONFIG);
                own.remove(CommonClientConfigs.CLIENT_ID_CONFIG);
                return new KafkaConsumer<>(own, new ByteArrayDeserializer(), new ByteArrayDeserializer());
            }
        };
    }
}
