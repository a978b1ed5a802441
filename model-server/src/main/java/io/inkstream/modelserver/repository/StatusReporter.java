package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.topics.Topic;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.RetriableException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes to topic {@code model-status} what this server says of each version: at once when it changes, and again at every
 * heartbeat. Only the latest of a version counts, so nothing piles up while the cluster is away; what is said of a version
 * that is gone is withdrawn at the next heartbeat, so nothing piles up on the topic either.
 *
 * <p>The latest report under a key of this server is its own: what somebody else writes or withdraws there is overwritten, at
 * once, but at most once a second, so that two servers of the same id do not fill the topic.
 *
 * <p>Where the topic does not take a report with its drawing, the drawing is left out; a report that it does not take at all
 * is said in the log once, and keeps no other one waiting.
 *
 * <p>One thread; {@link #changed} and {@link #heard} never block.
 */
public final class StatusReporter implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(StatusReporter.class);
    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration ANSWER_PAUSE = Duration.ofSeconds(1);
    /** Words of others that are kept until they are answered; a server knows fewer versions. */
    private static final int MOST_HEARD = 10_000;

    private final Supplier<Producer<String, byte[]>> producers;
    private final Topic<String, ModelStatus> topic;
    private final String serverId;
    private final Duration heartbeat;
    private final InstantSource clock;
    private final Thread thread;

    // Of the thread alone:
    private final Set<ModelId> tooLargeWithDrawing = new HashSet<>();
    private final Set<ModelId> tooLarge = new HashSet<>();
    private final Map<ModelId, Place> written = new HashMap<>();
    /** Nobody knows then which reports are own ones. */
    private boolean isWithoutAcknowledgements;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock:
    private final Map<ModelId, VersionStatus> latest = new LinkedHashMap<>();
    private final Map<ModelId, VersionStatus> due = new LinkedHashMap<>();
    private final Set<ModelId> gone = new LinkedHashSet<>();
    private final Map<Heard, Report> heard = new HashMap<>();

    private long untilHeartbeatNanos;
    private long untilAnswerNanos;
    private boolean closed;

    /** Where the latest own report about a version is. */
    private record Place(int partition, long offset) {}

    /** What the latest record that was seen is about: others need not write into the partition of the key. */
    private record Heard(ModelId id, int partition) {}

    private record Report(long offset, boolean isWithdrawal) {}

    /**
     * Reports nothing before {@link #start}.
     *
     * @param producers makes a producer; asked again only if one fails in a way that it does not get over
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
    }

    /** Begins to report, with what was heard before. */
    public void start() {
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

    /**
     * Hears a record of topic {@code model-status}, of this server or of anybody.
     *
     * @param isWithdrawal whether its value is null
     */
    public void heard(String key, int partition, long offset, boolean isWithdrawal) {
        if (!key.startsWith(serverId + "/")) {
            return;
        }
        Optional<ModelId> model = ModelId.ifValid(key.substring(serverId.length() + 1));
        if (model.isEmpty()) {
            return; // nobody counts what is said under it
        }
        Heard about = new Heard(model.get(), partition);
        lock.lock();
        try {
            if (heard.size() < MOST_HEARD || heard.containsKey(about)) {
                heard.put(about, new Report(offset, isWithdrawal));
                changed.signal();
            }
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
            thread.join(SEND_TIMEOUT.toMillis()); // returns at once if it was never started
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
                trouble = String.valueOf(e.getMessage());
                if (producer != null && !isPassing(e)) {
                    closeNow(producer); // some errors never leave a producer
                    producer = null;
                }
            } catch (InterruptedException e) {
                trouble = "interrupted; only close() ends it";
            } catch (RuntimeException e) {
                LOG.error("Reporting the versions' states failed.", e);
                trouble = e.toString();
            }
            boolean isWell = trouble.isEmpty();
            if (isWell && !wasWell) {
                LOG.info("Recovered: topic {} can be written.", topic.name());
            } else if (!isWell && wasWell) {
                LOG.warn("Topic {} cannot be written; retried at every heartbeat: {}", topic.name(), trouble);
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

    private static boolean isPassing(KafkaException trouble) {
        return trouble instanceof RetriableException || trouble.getCause() instanceof RetriableException;
    }

    private static void closeNow(Producer<String, byte[]> producer) {
        try {
            producer.close(Duration.ZERO);
        } catch (KafkaException e) {
            LOG.debug("A producer that had failed did not close.", e);
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
                boolean answers = wasWell && !heard.isEmpty();
                long wait = answers ? Math.min(untilHeartbeatNanos, untilAnswerNanos) : untilHeartbeatNanos;
                long waited = wait - changed.awaitNanos(wait);
                untilHeartbeatNanos -= waited;
                untilAnswerNanos -= waited;
            }
            if (untilAnswerNanos <= 0 && answer(forgotten)) {
                untilAnswerNanos = ANSWER_PAUSE.toNanos();
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

    /** Finds what others wrote over this server's own reports; between two batches all own offsets are known. */
    private boolean answer(List<ModelId> forgotten) {
        int others = 0;
        for (Map.Entry<Heard, Report> one : heard.entrySet()) {
            ModelId id = one.getKey().id();
            Place place = written.get(id);
            boolean isOwn = place != null
                    && place.partition() == one.getKey().partition()
                    && place.offset() >= one.getValue().offset();
            VersionStatus own = latest.get(id);
            if (isOwn || isWithoutAcknowledgements) {
                continue;
            }
            if (own != null) {
                due.putIfAbsent(id, own);
                others++;
            } else if (!due.containsKey(id) && !one.getValue().isWithdrawal()) {
                forgotten.add(id);
                others++;
            }
        }
        heard.clear();
        if (others > 0) {
            LOG.warn(
                    "Somebody else wrote to topic {} what {} says of {} versions; it is overwritten. Only this server may"
                            + " write under keys that begin with {}/.",
                    topic.name(),
                    serverId,
                    others,
                    serverId);
        }
        return others > 0;
    }

    private void send(Producer<String, byte[]> producer, List<VersionStatus> batch, List<ModelId> forgotten)
            throws InterruptedException {
        Map<VersionStatus, Future<RecordMetadata>> sent = new LinkedHashMap<>();
        for (VersionStatus status : batch) {
            sent.put(status, send(producer, status, !tooLargeWithDrawing.contains(status.id())));
        }
        Map<ModelId, Future<RecordMetadata>> withdrawn = new LinkedHashMap<>();
        for (ModelId id : forgotten) {
            withdrawn.put(id, producer.send(new ProducerRecord<>(topic.name(), serverId + "/" + id, null)));
            tooLarge.remove(id);
            tooLargeWithDrawing.remove(id);
        }
        for (Map.Entry<VersionStatus, Future<RecordMetadata>> one : sent.entrySet()) {
            VersionStatus status = one.getKey();
            if (isTooLarge(status.id(), one.getValue())) {
                tooLargeWithDrawing.add(status.id());
                if (isTooLarge(status.id(), send(producer, status, false)) && tooLarge.add(status.id())) {
                    LOG.error(
                            "Topic {} does not accept even the shortest status of {}: raise its max.message.bytes.",
                            topic.name(),
                            status.id());
                }
            }
        }
        for (Map.Entry<ModelId, Future<RecordMetadata>> one : withdrawn.entrySet()) {
            boolean ignored = isTooLarge(one.getKey(), one.getValue());
            written.remove(one.getKey());
        }
    }

    private Future<RecordMetadata> send(Producer<String, byte[]> producer, VersionStatus status, boolean withDrawing) {
        byte[] value = topic.value().serializer().serialize(topic.name(), record(status, withDrawing));
        return producer.send(new ProducerRecord<>(topic.name(), serverId + "/" + status.id(), value));
    }

    /** Waits until the record is written. */
    private boolean isTooLarge(ModelId id, Future<RecordMetadata> sent) throws InterruptedException {
        try {
            RecordMetadata where = sent.get(SEND_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
            written.put(id, new Place(where.partition(), where.offset()));
            isWithoutAcknowledgements = !where.hasOffset();
            return false;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RecordTooLargeException) {
                return true;
            }
            throw new KafkaException("a status was not taken: " + e.getCause(), e.getCause());
        } catch (TimeoutException e) {
            throw new KafkaException(
                    "a status was not taken in time", new org.apache.kafka.common.errors.TimeoutException(e));
        }
    }

    private ModelStatus record(VersionStatus status, boolean withDrawing) {
        return ModelStatus.newBuilder()
                .setServerId(serverId)
                .setModel(status.id().toString())
                .setSha256(status.sha256())
                .setState(status.state().onTopic())
                .setReason(status.reason())
                .setCanary(status.canary().map(CanaryReport::figures).orElse(Map.of()))
                .setCanaryPng(status.canary()
                        .filter(canary -> withDrawing)
                        .map(canary -> ByteBuffer.wrap(canary.png()))
                        .orElse(null))
                .setPredictor(status.engine())
                .setReportedAt(clock.instant())
                .build();
    }
}
