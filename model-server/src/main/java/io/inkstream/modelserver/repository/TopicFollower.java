package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.health.Readiness;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.serde.RegistryUnavailableException;
import io.inkstream.schemas.topics.Topic;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells the repository what topics {@code models}, {@code model-chunks} and {@code rollouts} say, from their beginnings and
 * for ever. A record that nothing can be made of is logged and passed over, whatever is wrong with it. Tells, besides, who
 * writes to topic {@code model-status} from now on; a cluster that does not let it read that one is followed without.
 *
 * <p>While the broker or the registry is away it waits, and goes on by itself. That is an obstacle to readiness only before
 * the topics were read for the first time: what is READY can be drawn without a cluster. One thread.
 */
public final class TopicFollower implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(TopicFollower.class);
    private static final String PART = "topics";
    private static final Duration POLL = Duration.ofMillis(200);
    private static final Duration ASK = Duration.ofSeconds(5);
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Supplier<Consumer<byte[], byte[]>> consumers;
    private final Topic<String, ModelAnnouncement> models;
    private final Topic<String, ModelChunk> chunks;
    private final Topic<String, RolloutPolicy> rollouts;
    private final Topic<String, ModelStatus> statuses;
    private final ModelRepository repository;
    private final StatusRecords statusRecords;
    private final Readiness readiness;
    private final CountDownLatch stopped = new CountDownLatch(1);
    private final Thread thread;
    private volatile Consumer<byte[], byte[]> current;
    // Of the thread alone:
    private final Map<String, List<ModelAnnouncement>> history = new LinkedHashMap<>();
    private final Map<String, Set<ModelId>> named = new HashMap<>();
    private final Map<TopicPartition, Long> statusPositions = new HashMap<>();
    private boolean isLive;
    private boolean hasReadAll;
    private boolean mayReadStatuses = true;

    /** Hears where records of topic {@code model-status} are. */
    public interface StatusRecords {
        void heard(String key, int partition, long offset, boolean isWithdrawal);
    }

    /**
     * Follows nothing before {@link #start}.
     *
     * @param consumers makes consumers that read committed records only, create no topics and belong to no group
     */
    public TopicFollower(
            Supplier<Consumer<byte[], byte[]>> consumers,
            Topic<String, ModelAnnouncement> models,
            Topic<String, ModelChunk> chunks,
            Topic<String, RolloutPolicy> rollouts,
            Topic<String, ModelStatus> statuses,
            ModelRepository repository,
            StatusRecords statusRecords,
            Readiness readiness) {
        this.consumers = requireNonNull(consumers, "consumers");
        this.models = requireNonNull(models, "models");
        this.chunks = requireNonNull(chunks, "chunks");
        this.rollouts = requireNonNull(rollouts, "rollouts");
        this.statuses = requireNonNull(statuses, "statuses");
        this.repository = requireNonNull(repository, "repository");
        this.statusRecords = requireNonNull(statusRecords, "statusRecords");
        this.readiness = requireNonNull(readiness, "readiness");
        readiness.obstacle(PART, "topic " + models.name() + " has not been read yet");
        thread = new Thread(this::run, "topic-follower");
        thread.setDaemon(true);
    }

    /** Begins to follow. */
    public void start() {
        thread.start();
    }

    @Override
    public void close() {
        stopped.countDown();
        Consumer<byte[], byte[]> consumer = current;
        if (consumer != null) {
            consumer.wakeup();
        }
        boolean interrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean isStopped() {
        return stopped.getCount() == 0;
    }

    private void run() {
        while (!isStopped()) {
            try (Consumer<byte[], byte[]> consumer = consumers.get()) {
                current = consumer;
                follow(consumer);
            } catch (WakeupException e) {
                LOG.debug("Woken to stop.");
            } catch (RegistryUnavailableException e) {
                wait("the schema registry does not answer: " + e.getMessage());
            } catch (TopicAuthorizationException e) {
                if (mayReadStatuses && e.unauthorizedTopics().equals(Set.of(statuses.name()))) {
                    mayReadStatuses = false;
                    LOG.warn(
                            "Topic {} may not be read: what others write there under this server's keys stands until"
                                    + " the next heartbeat.",
                            statuses.name());
                } else {
                    wait("the Kafka cluster refuses: " + e.getMessage());
                }
            } catch (KafkaException e) {
                wait("the Kafka cluster does not answer: " + e.getMessage());
            } catch (RuntimeException e) {
                LOG.error("Following the model topics failed; starting over.", e);
                wait("following the model topics failed: " + e);
            } finally {
                current = null;
            }
        }
    }

    private void wait(String why) {
        if (hasReadAll) {
            LOG.warn("New versions are not seen for now: {}", why);
        } else {
            readiness.obstacle(PART, why);
        }
        repository.tryFailedAgain(); // what is cached or lies elsewhere needs no cluster
        try {
            boolean ignored = stopped.await(RETRY.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            LOG.warn("The topic follower was interrupted and goes on: only close() ends it.");
        }
    }

    private void follow(Consumer<byte[], byte[]> consumer) {
        // Announcements and policies first: which chunks are wanted, and how urgently, follows from them.
        List<TopicPartition> first = partitions(consumer, models);
        List<TopicPartition> policyPartitions = partitions(consumer, rollouts);
        List<TopicPartition> chunkPartitions = partitions(consumer, chunks);
        List<TopicPartition> statusPartitions = mayReadStatuses ? partitions(consumer, statuses) : List.of();
        Map<Topic<?, ?>, List<TopicPartition>> needed = new LinkedHashMap<>();
        needed.put(models, first);
        needed.put(rollouts, policyPartitions);
        needed.put(chunks, chunkPartitions);
        if (mayReadStatuses) {
            needed.put(statuses, statusPartitions);
        }
        for (Map.Entry<Topic<?, ?>, List<TopicPartition>> topic : needed.entrySet()) {
            if (topic.getValue().isEmpty()) {
                wait("topic " + topic.getKey().name() + " does not exist yet");
                return;
            }
        }
        first.addAll(policyPartitions);
        // From before the first word of this server about what it reads now; after trouble, from where it was.
        consumer.endOffsets(statusPartitions, ASK).forEach(statusPositions::putIfAbsent);
        history.clear();
        named.clear();
        isLive = false;
        consumer.assign(first);
        consumer.seekToBeginning(first);
        readToEnd(consumer, first);
        if (isStopped()) {
            return; // half read, and what is not seen yet is not withdrawn
        }
        isLive = true;
        repository.named(namedByAll());
        history.forEach(this::announce);
        boolean again = repository.caughtUp(Optional.of(Set.copyOf(history.keySet())));
        history.clear();

        List<TopicPartition> all = new ArrayList<>(first);
        all.addAll(chunkPartitions);
        all.addAll(statusPartitions);
        Map<TopicPartition, Long> positions = positions(consumer, first);
        statusPartitions.forEach(partition -> positions.put(partition, statusPositions.get(partition)));
        consumer.assign(all);
        positions.forEach(consumer::seek);
        consumer.seekToBeginning(chunkPartitions);
        hasReadAll = true;
        readiness.clear(PART);
        while (!isStopped()) {
            if (again) {
                consumer.seekToBeginning(chunkPartitions);
            }
            readToEnd(consumer, chunkPartitions);
            again = repository.caughtUp(Optional.empty());
        }
    }

    /** Polls once at least, and until every partition has been read as far as it was written when this began. */
    private void readToEnd(Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions, ASK);
        do {
            for (ConsumerRecord<byte[], byte[]> polled : consumer.poll(POLL)) {
                handleOrPassOver(polled);
            }
        } while (!isStopped()
                && ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey(), ASK) < end.getValue()));
    }

    /** One record must not make all be read anew, where it would wait again. */
    private void handleOrPassOver(ConsumerRecord<byte[], byte[]> polled) {
        try {
            handle(polled);
        } catch (RegistryUnavailableException e) {
            throw e; // later, from the beginning
        } catch (RuntimeException | StackOverflowError e) {
            LOG.error("Skipped the record of topic {} at offset {}.", polled.topic(), polled.offset(), e);
        }
    }

    private void handle(ConsumerRecord<byte[], byte[]> polled) {
        if (polled.key() == null) {
            LOG.warn("A record of topic {} at offset {} is ignored: it has no key.", polled.topic(), polled.offset());
        } else if (polled.topic().equals(models.name())) {
            model(models.key().deserializer().deserialize(polled.topic(), polled.key()), polled);
        } else if (polled.topic().equals(rollouts.name())) {
            policy(rollouts.key().deserializer().deserialize(polled.topic(), polled.key()), polled);
        } else if (polled.topic().equals(statuses.name())) {
            statusPositions.put(new TopicPartition(polled.topic(), polled.partition()), polled.offset() + 1);
            String key = statuses.key().deserializer().deserialize(polled.topic(), polled.key());
            statusRecords.heard(key, polled.partition(), polled.offset(), polled.value() == null);
        } else if (polled.value() != null) {
            String key = chunks.key().deserializer().deserialize(polled.topic(), polled.key());
            read(chunks, polled).ifPresent(chunk -> repository.chunk(key, chunk));
        }
    }

    private void model(String key, ConsumerRecord<byte[], byte[]> polled) {
        if (polled.value() == null) {
            history.remove(key);
            if (isLive) {
                repository.withdrawn(key);
            }
            return;
        }
        Optional<ModelAnnouncement> announcement = read(models, polled);
        if (announcement.isPresent() && !ModelKind.HANDWRITING.is(announcement.get())) {
            repository.passOver(key, announcement.get());
            return;
        }
        if (isLive) {
            announcement.ifPresent(record -> repository.announced(key, record));
            return;
        }
        // What was withdrawn further on never happened. Else the first counts, and the last may have to be refused.
        List<ModelAnnouncement> known = history.computeIfAbsent(key, k -> new ArrayList<>());
        announcement.ifPresent(record -> remember(key, record, known));
    }

    private static void remember(String key, ModelAnnouncement record, List<ModelAnnouncement> known) {
        boolean hasUsable =
                !known.isEmpty() && Announcement.fault(key, known.get(0)).isEmpty();
        if (!hasUsable) {
            known.clear(); // the first of which something can be made counts
        } else if (known.size() > 1) {
            known.remove(1);
        }
        if (!hasUsable || Announcement.fault(key, record).isEmpty()) {
            known.add(record);
        }
    }

    private void announce(String key, List<ModelAnnouncement> announcements) {
        try {
            announcements.forEach(announcement -> repository.announced(key, announcement));
        } catch (RuntimeException e) {
            LOG.error("Skipped the announcement on topic {} under '{}'.", models.name(), quoted(key), e);
        }
    }

    private static String quoted(String text) {
        return Limits.cut(text, Limits.QUOTED_CHARS);
    }

    private void policy(String name, ConsumerRecord<byte[], byte[]> polled) {
        if (polled.value() == null) {
            named.remove(name);
        } else {
            // One that cannot be read leaves in force what was read before, as it does for the topology.
            read(rollouts, polled).ifPresent(policy -> {
                List<String> faults = new ArrayList<>();
                named.put(name, namedBy(name, policy, faults));
                if (!faults.isEmpty()) {
                    LOG.warn(
                            "Policy {} of {} names {} versions that are none, such as: {}",
                            quoted(policy.getRevision()),
                            quoted(name),
                            faults.size(),
                            faults.get(0));
                }
            });
        }
        if (isLive) {
            repository.named(namedByAll());
        }
    }

    private Set<ModelId> namedByAll() {
        return named.values().stream().flatMap(Set::stream).collect(Collectors.toSet());
    }

    /**
     * Versions are written {@code version} or {@code name:version}.
     *
     * @param faults is added to, for each that is no version
     */
    static Set<ModelId> namedBy(String name, RolloutPolicy policy, List<String> faults) {
        Stream<String> one = Stream.of(policy.getStable(), policy.getCandidate(), policy.getShadow());
        Stream<String> earlier = policy.getEarlier().stream().limit(1); // a rollback would return to it
        Stream<String> pins =
                Stream.concat(policy.getDocumentPins().values().stream(), policy.getStylePins().values().stream());
        Set<ModelId> ids = new HashSet<>();
        Stream.concat(Stream.concat(one, earlier), pins)
                .filter(Objects::nonNull)
                .forEach(version -> {
                    try {
                        ids.add(ModelId.parse(ModelId.resolve(name, version)));
                    } catch (IllegalArgumentException e) {
                        faults.add(e.getMessage());
                    }
                });
        return ids;
    }

    private static <V> Optional<V> read(Topic<String, V> topic, ConsumerRecord<byte[], byte[]> polled) {
        try {
            return Optional.of(topic.value().deserializer().deserialize(polled.topic(), polled.value()));
        } catch (RegistryUnavailableException e) {
            throw e;
        } catch (SerializationException e) {
            LOG.warn(
                    "The record of topic {} at offset {} is ignored: {}",
                    polled.topic(),
                    polled.offset(),
                    Limits.cut(String.valueOf(e.getMessage()), Limits.MESSAGE_CHARS));
            return Optional.empty();
        }
    }

    private static List<TopicPartition> partitions(Consumer<byte[], byte[]> consumer, Topic<?, ?> topic) {
        List<PartitionInfo> infos = consumer.partitionsFor(topic.name(), ASK);
        return infos == null
                ? List.of()
                : infos.stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .collect(Collectors.toCollection(ArrayList::new));
    }

    private static Map<TopicPartition, Long> positions(
            Consumer<byte[], byte[]> consumer, Collection<TopicPartition> partitions) {
        return partitions.stream()
                .collect(Collectors.toMap(partition -> partition, partition -> consumer.position(partition, ASK)));
    }
}
