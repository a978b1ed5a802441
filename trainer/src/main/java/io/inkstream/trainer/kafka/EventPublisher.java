package io.inkstream.trainer.kafka;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.Topic;
import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.trainer.report.TrainingListener;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the events of one run as they come; a cluster that is away costs events, never the training. For one
 * thread.
 */
public final class EventPublisher implements TrainingListener {
    private static final Logger log = LoggerFactory.getLogger(EventPublisher.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);

    private final Producer<byte[], byte[]> producer;
    private final Topic<String, TrainingEvent> topic;
    private final String runId;

    /** @param producer closed with this publisher */
    public EventPublisher(Producer<byte[], byte[]> producer, Topic<String, TrainingEvent> topic, String runId) {
        this.producer = requireNonNull(producer, "producer");
        this.topic = requireNonNull(topic, "topic");
        this.runId = requireNonNull(runId, "runId");
    }

    /**
     * Returns a publisher to the cluster of the client settings.
     *
     * @param clientConfig Kafka's own keys; what a producer does not know is ignored
     * @throws KafkaException if the settings make no client
     */
    public static EventPublisher connect(
            Map<String, ?> clientConfig, Topic<String, TrainingEvent> topic, String runId) {
        Map<String, Object> config = new HashMap<>(clientConfig);
        // The training waits for this at most.
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000);
        return new EventPublisher(
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()), topic, runId);
    }

    @Override
    @SuppressWarnings("FutureReturnValueIgnored") // the callback hears of the end
    public void on(TrainingEvent event) {
        try {
            byte[] key = topic.key().serializer().serialize(topic.name(), runId);
            byte[] value = topic.value().serializer().serialize(topic.name(), event);
            producer.send(new ProducerRecord<>(topic.name(), key, value), (metadata, failure) -> {
                if (failure != null) {
                    log.warn("event of step {} is lost: {}", event.getStep(), failure.getMessage());
                }
            });
        } catch (KafkaException e) {
            log.warn("event of step {} is lost: {}", event.getStep(), e.getMessage());
        }
    }

    @Override
    public void close() {
        producer.close(CLOSE_WITHIN);
    }
}
