package io.inkstream.topology.routing;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.topology.flow.Backoff;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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
 * Writes to topic {@code rollout-status} what this instance makes of the policies of each model name: soon after it changes,
 * and again at every heartbeat. Only the latest counts, so nothing piles up while the cluster is away.
 *
 * <p>A thread of its own, so that no document ever waits for it.
 */
public final class RolloutReporter implements Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(RolloutReporter.class);

    /** How soon a halt is told to the other instances; looking at a fleet that is the same as before costs nothing. */
    private static final Duration LOOK = Duration.ofMillis(100);

    private static final Duration SEND_TIMEOUT = Duration.ofSeconds(10);

    private final Supplier<Producer<String, byte[]>> producers;
    private final Topic<String, RolloutStatus> topic;
    private final String instance;
    private final Supplier<Fleet> fleet;
    private final RoutedDocuments routed;
    private final Duration heartbeat;
    private final Backoff backoff;
    private final InstantSource clock;
    private final CountDownLatch closing = new CountDownLatch(1);

    // Of the one thread:
    private final Map<String, Standing> written = new HashMap<>();
    private final Set<String> refused = new HashSet<>();
    private Fleet seen = Fleet.unknown();
    private Instant heartbeatDue = Instant.MIN;
    private Producer<String, byte[]> producer;

    /**
     * Connects nothing yet.
     *
     * @param producers makes a producer; asked again only if it fails
     * @param instance names this process, unlike every other one, and alike after a restart
     * @param heartbeat time between two reports of the same
     */
    public RolloutReporter(
            Supplier<Producer<String, byte[]>> producers,
            Topic<String, RolloutStatus> topic,
            String instance,
            Supplier<Fleet> fleet,
            RoutedDocuments routed,
            Duration heartbeat,
            Backoff backoff,
            InstantSource clock) {
        this.producers = producers;
        this.topic = topic;
        this.instance = instance;
        this.fleet = fleet;
        this.routed = routed;
        this.heartbeat = heartbeat;
        this.backoff = backoff;
        this.clock = clock;
    }

    /** Reports until closed. */
    @Override
    public void run() {
        try {
            int failures = 0;
            long waitMs = LOOK.toMillis();
            while (!closing.await(waitMs, TimeUnit.MILLISECONDS)) {
                try {
                    look();
                    if (failures > 0) {
                        LOG.info("Recovered: topic {} can be written", topic.name());
                    }
                    failures = 0;
                    waitMs = LOOK.toMillis();
                } catch (RuntimeException e) {
                    failures++;
                    waitMs = backoff.millisAfter(failures);
                    if (failures == 1) {
                        LOG.warn("Topic {} cannot be written; retrying: {}", topic.name(), e.getMessage());
                    }
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            if (producer != null) {
                producer.close(Duration.ZERO);
            }
        }
    }

    /** Makes {@link #run} return soon. */
    @Override
    public void close() {
        closing.countDown();
    }

    /**
     * Writes what is due, and waits for the broker to have it.
     *
     * @throws RuntimeException if it is not written; the same is due again
     */
    void look() throws InterruptedException {
        Fleet known = fleet.get();
        Instant now = clock.instant();
        boolean isHeartbeat = !now.isBefore(heartbeatDue);
        // What is not known yet must not be overwritten: a halt may be all that this instance has said before.
        if (!known.complete() || (known == seen && !isHeartbeat)) {
            return;
        }
        Map<String, Standing> due = new TreeMap<>();
        for (String name : names(known)) {
            Standing standing = Router.standing(known, now, name);
            if (isHeartbeat || !standing.equals(written.get(name))) {
                due.put(name, standing);
            }
        }
        send(due, now);
        seen = known;
        if (isHeartbeat) {
            heartbeatDue = now.plus(heartbeat);
        }
    }

    /** Writes each, whatever becomes of the others; what cannot be written at all is said, and left until the next heartbeat. */
    private void send(Map<String, Standing> due, Instant now) throws InterruptedException {
        if (due.isEmpty()) {
            return;
        }
        if (producer == null) {
            producer = producers.get();
        }
        Map<String, Long> documents = routed.lastMinute(now.toEpochMilli());
        Map<String, Future<RecordMetadata>> sent = new TreeMap<>();
        due.forEach((name, standing) -> sent.put(name, send(name, standing, documents, now)));
        KafkaException failure = null;
        for (Map.Entry<String, Future<RecordMetadata>> one : sent.entrySet()) {
            String name = one.getKey();
            Standing standing = due.get(name);
            try {
                try {
                    await(one.getValue());
                } catch (RecordTooLargeException e) {
                    await(send(name, standing, Map.of(), now)); // the counts are what grows
                }
                refused.remove(name);
                written.put(name, standing);
            } catch (KafkaException e) {
                if (e instanceof RetriableException) {
                    failure = e;
                } else {
                    sayRefused(name, e);
                    written.put(name, standing);
                }
            }
        }
        if (failure != null) {
            throw failure;
        }
    }

    private Future<RecordMetadata> send(String name, Standing standing, Map<String, Long> documents, Instant now) {
        try {
            byte[] value = topic.value().serializer().serialize(topic.name(), record(name, standing, documents, now));
            return producer.send(new ProducerRecord<>(topic.name(), instance + "/" + name, value));
        } catch (KafkaException e) {
            return CompletableFuture.failedFuture(e);
        }
    }

    private static void await(Future<RecordMetadata> sent) throws InterruptedException {
        try {
            sent.get(SEND_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS);
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException kafka
                    ? kafka
                    : new KafkaException(e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new org.apache.kafka.common.errors.TimeoutException(
                    "the broker has not answered within " + SEND_TIMEOUT.toSeconds() + " s", e);
        }
    }

    private void sayRefused(String name, KafkaException e) {
        if (refused.add(name)) {
            LOG.warn(
                    "Topic {} does not accept the status of {}, so other instances do not see its halts: {}",
                    topic.name(),
                    name,
                    Limits.cut(String.valueOf(e.getMessage()), Limits.MESSAGE_CHARS));
        }
    }

    private RolloutStatus record(String name, Standing standing, Map<String, Long> documents, Instant now) {
        Map<String, Long> own = new TreeMap<>(documents);
        own.keySet().removeIf(model -> !model.startsWith(name + ":"));
        return RolloutStatus.newBuilder()
                .setInstance(instance)
                .setModel(name)
                .setPolicyRevision(standing.newest())
                .setInForce(standing.inForce().orElse(""))
                .setStable(standing.stable().map(Version::id).orElse(null))
                .setCandidate(standing.candidate().map(Version::id).orElse(null))
                .setCandidatePercent(standing.candidatePercent())
                .setHeld(standing.held().orElse(""))
                .setHaltedRevision(standing.halt().map(Standing.Halt::revision).orElse(null))
                .setHaltReason(standing.halt().map(Standing.Halt::reason).orElse(""))
                .setRoutedDocuments(own)
                .setReportedAt(now)
                .build();
    }

    private static Set<String> names(Fleet fleet) {
        Set<String> names = new TreeSet<>(fleet.policies().keySet());
        fleet.versions().values().forEach(version -> names.add(version.name()));
        return names;
    }
}
