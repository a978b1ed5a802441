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
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
 * heartbeat. Only the latest of a version counts, so nothing piles up while the cluster is away; what is said of a version
 * that is gone is withdrawn at the next heartbeat, so nothing piles up on the topic either.
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
    private final Set<ModelId> gone = new LinkedHashSet<>();
    private long untilHeartbeatNanos;
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
        untilHeartbeatNanos = heartbeat.toNanos();
        thread = new Thread(this::run, "status-reporter");
        thread.setDaemon(true);
        thread.start();
    }

    /** Hears that a version has changed. */
    public void changed(VersionStatus status) {
        lock.lock();
        try {
            if (status.state() == VersionState.UNLOADED) {
                latest.remove(status.id()); // said once, and withdrawn at the heartbeat after
            } else {
                latest.put(status.id(), status);
            }
            gone.remove(status.id());
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
            List<ModelId> forgotten = new ArrayList<>();
            goesOn = await(batch, forgotten, wasWell);
            String trouble = "";
            try {
                if (producer == null) {
                    producer = producers.get();
                }
                send(producer, batch, forgotten);
                remember(batch);
            } catch (KafkaException e) {
                trouble = e.getMessage();
            } catch (InterruptedException e) {
                trouble = "interrupted; only close() ends it";
            } catch (RuntimeException e) {
                LOG.error("Reporting the versions' states failed.", e);
                trouble = e.toString();
            }
            boolean isWell = trouble.isEmpty();
            if (isWell && !wasWell) {
                LOG.info("Topic {} can be written again.", topic.name());
            } else if (!isWell && wasWell) {
                LOG.warn("Topic {} cannot be written; it is tried again at every heartbeat: {}", topic.name(), trouble);
            }
            if (!isWell) {
                putBack(batch, forgotten);
            }
            wasWell = isWell;
        }
        if (producer != null) {
            producer.close(SEND_TIMEOUT);
        }
    }

    /** What was not written is due again, unless it has changed meanwhile. */
    private void putBack(List<VersionStatus> batch, List<ModelId> forgotten) {
        lock.lock();
        try {
            batch.forEach(status -> due.putIfAbsent(status.id(), status));
            forgotten.stream().filter(this::isUnheardOf).forEach(gone::add);
        } finally {
            lock.unlock();
        }
    }

    private void remember(List<VersionStatus> written) {
        lock.lock();
        try {
            written.stream()
                    .filter(status -> status.state() == VersionState.UNLOADED)
                    .map(VersionStatus::id)
                    .filter(this::isUnheardOf)
                    .forEach(gone::add);
        } finally {
            lock.unlock();
        }
    }

    private boolean isUnheardOf(ModelId id) {
        return !latest.containsKey(id) && !due.containsKey(id);
    }

    /**
     * Waits for changes, or for the heartbeat, at which everything is due; after trouble for the heartbeat or a new change.
     *
     * @return false when this is the last time
     */
    @SuppressWarnings("WaitNotInLoop") // the caller loops, and asks anew what is due
    private boolean await(List<VersionStatus> batch, List<ModelId> forgotten, boolean wasWell) {
        lock.lock();
        try {
            if (!closed && (due.isEmpty() || !wasWell)) {
                untilHeartbeatNanos = changed.awaitNanos(untilHeartbeatNanos);
            }
            if (untilHeartbeatNanos <= 0) {
                untilHeartbeatNanos = heartbeat.toNanos();
                latest.forEach(due::putIfAbsent);
                forgotten.addAll(gone);
                gone.clear();
            }
            batch.addAll(due.values());
            due.clear();
            return !closed;
        } catch (InterruptedException e) {
            LOG.warn("The status reporter was interrupted and goes on: only close() ends it.");
            return !closed;
        } finally {
            lock.unlock();
        }
    }

    private void send(Producer<String, byte[]> producer, List<VersionStatus> batch, List<ModelId> forgotten)
            throws InterruptedException {
        List<Future<RecordMetadata>> sent = new ArrayList<>(batch.size());
        for (VersionStatus status : batch) {
            byte[] value = topic.value().serializer().serialize(topic.name(), record(status));
            sent.add(producer.send(new ProducerRecord<>(topic.name(), serverId + "/" + status.id(), value)));
        }
        for (ModelId id : forgotten) {
            sent.add(producer.send(new ProducerRecord<>(topic.name(), serverId + "/" + id, null)));
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
