package io.inkstream.topology.routing;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.schemas.topics.Topics;
import io.inkstream.topology.flow.Backoff;
import io.inkstream.topology.health.Troubles;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the model topics from their beginning and always holds what they say, for every thread of the process to read.
 *
 * <p>A record that cannot be decoded is logged and skipped. Whatever else fails, broker or registry, is retried; the
 * last known fleet stays in force, and its servers age.
 */
public final class FleetFollower implements Supplier<Fleet>, Runnable, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(FleetFollower.class);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final String BROKER = "model-topics";
    private static final String REGISTRY = "schema-registry";

    private final Topics topics;
    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Duration serverTimeout;
    private final Backoff backoff;
    private final InstantSource clock;
    private final Troubles troubles;
    private final CountDownLatch closing = new CountDownLatch(1);

    private Optional<String> held = Optional.empty();
    private volatile Fleet fleet = Fleet.unknown();
    private volatile Consumer<byte[], byte[]> consumer;

    /**
     * Connects nothing yet.
     *
     * @param consumers makes a consumer of committed records without a group, again after each failure
     * @param serverTimeout a server that is silent for longer is considered dead
     */
    public FleetFollower(
            Topics topics,
            Supplier<Consumer<byte[], byte[]>> consumers,
            Duration serverTimeout,
            Backoff backoff,
            InstantSource clock,
            Troubles troubles) {
        this.topics = topics;
        this.consumers = consumers;
        this.serverTimeout = serverTimeout;
        this.backoff = backoff;
        this.clock = clock;
        this.troubles = troubles;
    }

    @Override
    public Fleet get() {
        return fleet;
    }

    /** Makes {@link #run} return soon. */
    @Override
    public void close() {
        closing.countDown();
        Consumer<byte[], byte[]> current = consumer;
        if (current != null) {
            current.wakeup();
        }
    }

    /** Follows until closed. */
    @Override
    public void run() {
        int failures = 0;
        while (!isClosing()) {
            try (Consumer<byte[], byte[]> current = consumers.get()) {
                consumer = current;
                follow(current);
            } catch (WakeupException e) {
                LOG.debug("Woken up to close", e);
            } catch (RuntimeException e) {
                troubles.raise(BROKER, String.valueOf(e.getMessage()));
                pause(++failures);
            }
        }
    }

    private void follow(Consumer<byte[], byte[]> current) {
        FleetBook book = new FleetBook(serverTimeout);
        List<TopicPartition> partitions = new ArrayList<>();
        for (Topic<?, ?> topic :
                List.of(topics.models(), topics.modelStatus(), topics.rollouts(), topics.rolloutStatus())) {
            List<PartitionInfo> known = current.partitionsFor(topic.name());
            if (known == null || known.isEmpty()) {
                throw new IllegalStateException("topic " + topic.name() + " does not exist");
            }
            known.forEach(partition -> partitions.add(new TopicPartition(topic.name(), partition.partition())));
        }
        current.assign(partitions);
        current.seekToBeginning(partitions);
        Map<TopicPartition, Long> ends = current.endOffsets(partitions);
        boolean complete = false;
        while (!isClosing()) {
            ConsumerRecords<byte[], byte[]> records = current.poll(POLL);
            troubles.clear(BROKER);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                enter(record, book, complete);
            }
            boolean isNowComplete = complete
                    || ends.entrySet().stream().allMatch(end -> current.position(end.getKey()) >= end.getValue());
            // After a failure the fleet of before is better than a part of the new one.
            if (isNowComplete && (!complete || !records.isEmpty())) {
                book.settle(clock.instant());
                fleet = book.fleet(true);
                sayWhatIsHeld();
            }
            complete = isNowComplete;
        }
    }

    private void enter(ConsumerRecord<byte[], byte[]> record, FleetBook book, boolean isLive) {
        if (record.key() == null) {
            LOG.warn("Ignored a record without a key: {}", place(record));
            return;
        }
        if (record.key().length > Limits.CONTROL_KEY_CHARS
                || (record.value() != null && record.value().length > Limits.CONTROL_RECORD_BYTES)) {
            LOG.warn("Ignored a record that exceeds the size limit: {}", place(record));
            return;
        }
        String key = new String(record.key(), StandardCharsets.UTF_8);
        Instant written = Instant.ofEpochMilli(record.timestamp());
        for (int failures = 1; !isClosing(); failures++) {
            try {
                if (record.topic().equals(topics.models().name())) {
                    book.model(key, announcement(record));
                } else if (record.topic().equals(topics.rollouts().name())) {
                    book.policy(key, decoded(topics.rollouts(), record), written, record.partition());
                } else if (record.topic().equals(topics.rolloutStatus().name())) {
                    book.rollout(decoded(topics.rolloutStatus(), record));
                } else {
                    book.status(key, decoded(topics.modelStatus(), record), heard(written, isLive));
                }
                if (failures > 1) {
                    troubles.clear(REGISTRY); // ours; a schema that is known says nothing of the registry
                }
                return;
            } catch (RetriableException e) {
                troubles.raise(REGISTRY, String.valueOf(e.getMessage()));
                pause(failures);
            } catch (RuntimeException e) {
                LOG.warn(
                        "Ignored a record that cannot be read: {}: {}",
                        place(record),
                        Limits.cut(String.valueOf(e.getMessage()), Limits.MESSAGE_CHARS));
                return;
            }
        }
    }

    /** A version is no newer than its record: a wrong clock must not make it the newest for years. */
    private ModelAnnouncement announcement(ConsumerRecord<byte[], byte[]> record) {
        ModelAnnouncement announcement = decoded(topics.models(), record);
        Instant written = Instant.ofEpochMilli(Math.min(record.timestamp(), clock.millis()));
        if (announcement != null
                && record.timestamp() > 0
                && announcement.getAnnouncedAt().isAfter(written)) {
            announcement.setAnnouncedAt(written);
        }
        return announcement;
    }

    /** What arrives now was sent now, whatever the server's clock says; and nothing was sent later than now. */
    private Instant heard(Instant written, boolean isLive) {
        Instant now = clock.instant();
        return isLive || written.isAfter(now) ? now : written;
    }

    private void sayWhatIsHeld() {
        Optional<String> nowHeld = Router.held(fleet, clock.instant());
        if (!nowHeld.equals(held)) {
            nowHeld.ifPresentOrElse(
                    reason -> LOG.warn("{}; what was in force before goes on serving", reason),
                    () -> LOG.info("The newest policy is in force"));
            held = nowHeld;
        }
    }

    private static <V> V decoded(Topic<String, V> topic, ConsumerRecord<byte[], byte[]> record) {
        return topic.value().deserializer().deserialize(topic.name(), record.value());
    }

    private static String place(ConsumerRecord<byte[], byte[]> record) {
        return record.topic() + "-" + record.partition() + " at offset " + record.offset();
    }

    private boolean isClosing() {
        return closing.getCount() == 0;
    }

    private void pause(int failures) {
        try {
            if (closing.await(backoff.millisAfter(failures), TimeUnit.MILLISECONDS)) {
                LOG.debug("Closing");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            closing.countDown();
        }
    }
}
