package io.inkstream.trainer.report;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.schemas.topics.Topics;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the events of a run without ever holding it up: a bounded number waits for the broker, then the oldest give
 * way to the newest. That the broker is away is said once, and how much was lost once it is back.
 *
 * <p>Its own thread does what may block: asking the schema registry and sending.
 */
public final class EventPublisher implements TrainingListener {
    private static final Logger LOG = LoggerFactory.getLogger(EventPublisher.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);
    private static final int MOST_WAITING = 256;
    private static final Map<String, Object> DEFAULTS = Map.of(
            ProducerConfig.MAX_BLOCK_MS_CONFIG, 10_000,
            ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000,
            ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 20_000,
            ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_MESSAGE_BYTES,
            ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");

    private final Producer<byte[], byte[]> producer;
    private final Topic<String, TrainingEvent> topic;
    private final String runId;
    private final BlockingQueue<TrainingEvent> waiting;
    private final AtomicLong lost = new AtomicLong();
    private final Duration closeWithin;
    private final Thread sender;
    private volatile boolean closing;
    private boolean away;

    /**
     * @param producer closed with this publisher
     * @param runId key of every event
     * @param capacity most events that wait
     */
    public EventPublisher(
            Producer<byte[], byte[]> producer, Topic<String, TrainingEvent> topic, String runId, int capacity) {
        this(producer, topic, runId, capacity, CLOSE_WITHIN);
    }

    EventPublisher(
            Producer<byte[], byte[]> producer,
            Topic<String, TrainingEvent> topic,
            String runId,
            int capacity,
            Duration closeWithin) {
        this.producer = requireNonNull(producer, "producer");
        this.topic = requireNonNull(topic, "topic");
        this.runId = requireNonNull(runId, "runId");
        this.waiting = new ArrayBlockingQueue<>(capacity);
        this.closeWithin = requireNonNull(closeWithin, "closeWithin");
        this.sender = new Thread(this::sendAll, "training-events");
        sender.setDaemon(true);
        sender.start();
    }

    /**
     * Returns a publisher to the cluster of the client settings, which need not be there yet.
     *
     * @param clientConfig Kafka's own keys; what a producer does not know is ignored
     * @throws KafkaException if the settings make no client
     */
    public static EventPublisher connect(
            Map<String, ?> clientConfig, Topic<String, TrainingEvent> topic, String runId) {
        Map<String, Object> config = new HashMap<>(DEFAULTS);
        config.putAll(clientConfig);
        return new EventPublisher(
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()),
                topic,
                runId,
                MOST_WAITING);
    }

    @Override
    public void on(TrainingEvent event) {
        while (!waiting.offer(event)) {
            if (waiting.poll() != null) {
                lost.incrementAndGet();
            }
        }
    }

    /** Returns how many events were given up so far. */
    long lost() {
        return lost.get();
    }

    /** Gives what waits a few seconds to leave. */
    @Override
    public void close() {
        closing = true;
        try {
            sender.join(closeWithin.toMillis());
            if (sender.isAlive()) {
                sender.interrupt();
                sender.join(closeWithin.toMillis());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        producer.close(Duration.ZERO);
        if (lost.get() + waiting.size() > 0) {
            LOG.warn("{} events of run {} did not reach {}", lost.get() + waiting.size(), runId, topic.name());
        }
    }

    private void sendAll() {
        try {
            while (!closing || !waiting.isEmpty()) {
                TrainingEvent event = waiting.poll(100, TimeUnit.MILLISECONDS);
                if (event != null) {
                    send(event);
                }
            }
        } catch (InterruptedException | InterruptException e) {
            LOG.debug("stopped with {} events unsent", waiting.size());
        }
    }

    /** One at a time: an event a second is much, and so a failure is known before the next one is tried. */
    private void send(TrainingEvent event) throws InterruptedException {
        try {
            byte[] key = topic.key().serializer().serialize(topic.name(), runId);
            byte[] value = topic.value().serializer().serialize(topic.name(), event);
            producer.send(new ProducerRecord<>(topic.name(), key, value)).get();
            if (away) {
                LOG.info("Recovered: {} accepts events; {} were lost meanwhile", topic.name(), lost.get());
                away = false;
            }
        } catch (InterruptException | InterruptedException e) {
            lost.incrementAndGet();
            throw e;
        } catch (KafkaException | ExecutionException e) {
            lost.incrementAndGet();
            if (!away) {
                LOG.warn("{} does not accept events; the training continues without: {}", topic.name(), e.toString());
                away = true;
            }
        }
    }
}
