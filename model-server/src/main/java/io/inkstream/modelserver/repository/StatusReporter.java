package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.Topic;
import io.inkstream.schemas.avro.ModelStatus;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to topic {@code model-status} what this server says of each version: at once when it changes, and again at every
 * heartbeat. Only the latest of a version counts, so nothing piles up while the cluster is away.
 *
 * <p>One thread; {@link #changed} never blocks.
 */
public final class StatusReporter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusReporter.class);
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(10);

    private final Supplier<Producer<String, byte[]>> producers;
    private final Topic<String, ModelStatus> topic;
    private final String serverId;
    private final Duration heartbeat;
    private final InstantSource clock;
    private final Thread thread;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock:
    private final Map<ModelId, VersionStatus> latest = new LinkedHashMap<>();
    private final Map<ModelId, VersionStatus> due = new LinkedHashMap<>();
    private boolean closed;

    /**
     * Starts reporting.
     *
     * @param producers makes a producer; asked again only if it fails
     * @param heartbeat time between two reports of the same
     */
    public StatusReporter(
            Supplier<Producer<String, byte[]>> producers,
            Topic<String, ModelStatus> topic,
            String serverId,
            Duration heartbeat,
            InstantSource clock) {
        this.producers = requireNonNull(producers, "producers");
        this.topic = requireNonNull(topic, "topic");
        this.serverId = requireNonNull(serverId, "serverId");
        this.heartbeat = requireNonNull(heartbeat, "heartbeat");
        this.clock = requireNonNull(clock, "clock");
        thread = new Thread(this::run, "status-reporter");
        thread.setDaemon(true);
        thread.start();
    }

    /** Hears that a version has changed. */
    public void changed(VersionStatus status) {
        lock.lock();
        try {
            if (status.state() == VersionState.UNLOADED) {
                latest.remove(status.id()); // said once, then silence
            } else {
                latest.put(status.id(), status);
            }
            due.put(status.id(), status);
            changed.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Writes what is due, for as long as one sending may take, and ends. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signal();
        } finally {
            lock.unlock();
        }
        try {
            thread.join(SEND_TIMEOUT.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        boolean wasWell = true;
        boolean goesOn = true;
        Producer<String, byte[]> producer = null;
        while (goesOn) {
            List<VersionStatus> batch = new ArrayList<>();
            goesOn = await(batch);
            try {
                if (producer == null) {
                    producer = producers.get();
                }
                send(producer, batch);
                if (!wasWell) {
                    LOG.info("Topic {} can be written again.", topic.name());
                }
                wasWell = true;
            } catch (KafkaException e) {
                if (wasWell) {
                    LOG.warn(
                            "Topic {} cannot be written; it is tried again at every heartbeat: {}",
                            topic.name(),
                            e.getMessage());
                }
                wasWell = false;
            } catch (InterruptedException e) {
                LOG.warn("The status reporter was interrupted and goes on: only close() ends it.");
            } catch (RuntimeException e) {
                LOG.error("Reporting the versions' states failed; it is tried again at the next heartbeat.", e);
            }
        }
        if (producer != null) {
            producer.close(SEND_TIMEOUT);
        }
    }

    /** Waits for changes, or for the heartbeat, at which everything is due; returns false when this is the last time. */
    private boolean await(List<VersionStatus> batch) {
        lock.lock();
        try {
            if (due.isEmpty() && !closed) {
                try {
                    boolean isHeartbeat = !changed.await(heartbeat.toNanos(), TimeUnit.NANOSECONDS);
                    if (isHeartbeat) {
                        due.putAll(latest);
                    }
                } catch (InterruptedException e) {
                    LOG.warn("The status reporter was interrupted and goes on: only close() ends it.");
                }
            }
            batch.addAll(due.values());
            due.clear();
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void send(Producer<String, byte[]> producer, List<VersionStatus> batch) throws InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>(batch.size());
        for (VersionStatus status : batch) {
            byte[] value = topic.value().serializer().serialize(topic.name(), record(status));
            sent.add(producer.send(new ProducerRecord<>(topic.name(), serverId + "/" + status.id(), value)));
        }
        for (Future<RecordMetadata> one : sent) {
            try {
                one.get(SEND_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            } catch (ExecutionException | TimeoutException e) {
                throw new KafkaException("a status was not taken: " + e, e);
            }
        }
    }

    private ModelStatus record(VersionStatus status) {
        return ModelStatus.newBuilder()
                .setServerId(serverId)
                .setModel(status.id().toString())
                .setSha256(status.sha256())
                .setState(status.state().onTopic())
                .setReason(status.reason())
                .setCanary(status.canary().map(CanaryReport::figures).orElse(Map.of()))
                .setCanaryPng(status.canary()
                        .map(canary -> ByteBuffer.wrap(canary.png()))
                        .orElse(null))
                .setPredictor(status.engine())
                .setReportedAt(clock.instant())
                .build();
    }
}
