package io.inkstream.schemas.rollout;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.topics.Topic;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.CommonClientConfigs;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortableException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replaces the policy of a model name by one that is made of it, so that no change between the two is lost.
 *
 * <p>All writers of one name share a transactional id. Who begins fences whoever began before, then reads the topic to its
 * end, and only then writes: if another writer begins meanwhile, the commit fails, nothing is written, and the change is made
 * again of what the other wrote. A record of a producer that does not use the transactional id escapes the fence; it is seen
 * afterwards, and said.
 *
 * <p>Every wait is bounded. Safe for use by many threads, though two of them that change one name fence each other.
 */
public final class PolicyWriter {
    private static final Logger LOG = LoggerFactory.getLogger(PolicyWriter.class);

    private static final int ATTEMPTS = 8;
    private static final int COMMIT_ATTEMPTS = 3;
    private static final Duration POLL = Duration.ofMillis(100);
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(400);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);
    private static final int CALL_MS = 10_000;

    /** What a killed writer left open hides all later policies from readers for no longer; the next writer ends it at once. */
    private static final int TRANSACTION_MS = 10_000;

    private final Topic<String, RolloutPolicy> topic;
    private final Clients clients;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final DoubleSupplier random;
    private final Duration limit;

    /** Makes the clients of one attempt. */
    public interface Clients {
        /** A producer with that transactional id, which has not been used yet. */
        Producer<byte[], byte[]> producer(String transactionalId);

        /**
         * A consumer without a group.
         *
         * @param committed whether it sees committed records only, and their end
         */
        Consumer<byte[], byte[]> consumer(boolean committed);

        /** Clients of a cluster by Kafka's own keys; what a client does not know is ignored. */
        static Clients of(Map<String, ?> config) {
            return new Clients() {
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

    /**
     * The policy that counts.
     *
     * @param writtenAt timestamp of its record
     */
    public record Current(RolloutPolicy policy, Instant writtenAt) {}

    /** Makes the next policy; perhaps more than once, each time of what is then written. */
    @FunctionalInterface
    public interface Change<E extends Exception> {
        /**
         * The next policy.
         *
         * @param current empty where none was written, or it was deleted
         * @return empty to leave it as it is
         */
        Optional<RolloutPolicy> of(Optional<Current> current) throws E;
    }

    /** What became of a change. */
    public sealed interface Outcome {
        <T> T match(
                Function<Written, T> written,
                Function<Unchanged, T> unchanged,
                Function<Unconfirmed, T> unconfirmed,
                Function<Failed, T> failed);

        /**
         * The policy is on the topic.
         *
         * @param overwritten revisions, empty for a deletion, that a producer without the fence wrote between our reading
         *     and our record: their changes are lost unless they are made again
         */
        record Written(Current now, List<String> overwritten) implements Outcome {
            @Override
            public <T> T match(
                    Function<Written, T> written,
                    Function<Unchanged, T> unchanged,
                    Function<Unconfirmed, T> unconfirmed,
                    Function<Failed, T> failed) {
                return written.apply(this);
            }
        }

        /** The change left the policy as it is. */
        record Unchanged(Optional<Current> now) implements Outcome {
            @Override
            public <T> T match(
                    Function<Written, T> written,
                    Function<Unchanged, T> unchanged,
                    Function<Unconfirmed, T> unconfirmed,
                    Function<Failed, T> failed) {
                return unchanged.apply(this);
            }
        }

        /** The brokers have not said whether they took it: look, and make the change again if it is not there. */
        record Unconfirmed(RolloutPolicy policy, String why) implements Outcome {
            @Override
            public <T> T match(
                    Function<Written, T> written,
                    Function<Unchanged, T> unchanged,
                    Function<Unconfirmed, T> unconfirmed,
                    Function<Failed, T> failed) {
                return unconfirmed.apply(this);
            }
        }

        /** Nothing was written. */
        record Failed(String why) implements Outcome {
            @Override
            public <T> T match(
                    Function<Written, T> written,
                    Function<Unchanged, T> unchanged,
                    Function<Unconfirmed, T> unconfirmed,
                    Function<Failed, T> failed) {
                return failed.apply(this);
            }
        }
    }

    /** A policy that was sent, and where it lies. */
    private record Sent(Current policy, RecordMetadata at) {}

    /**
     * Connects nothing.
     *
     * @param random uniform from 0 to 1, for the pause before trying again what another writer has fenced
     * @param limit of one reading of the topic
     */
    public PolicyWriter(
            Topic<String, RolloutPolicy> topic,
            Clients clients,
            InstantSource clock,
            LongSupplier nanos,
            DoubleSupplier random,
            Duration limit) {
        this.topic = requireNonNull(topic, "topic");
        this.clients = requireNonNull(clients, "clients");
        this.clock = requireNonNull(clock, "clock");
        this.nanos = requireNonNull(nanos, "nanos");
        this.random = requireNonNull(random, "random");
        this.limit = requireNonNull(limit, "limit");
    }

    /** The id that every writer of the name's policies uses. */
    public static String transactionalId(String topic, String name) {
        return "inkstream-policy-" + topic + "-" + name;
    }

    /**
     * Changes the policy of a name.
     *
     * @throws IllegalArgumentException if no model can have the name
     * @throws E whatever the change throws; nothing is written then
     */
    public <E extends Exception> Outcome write(String name, Change<E> change) throws E {
        String id = transactionalId(topic.name(), new ModelId(name, "any").name());
        Optional<RolloutPolicy> unsure = Optional.empty();
        for (int attempt = 1; ; attempt++) {
            try (Consumer<byte[], byte[]> reader = clients.consumer(true)) {
                Producer<byte[], byte[]> producer = clients.producer(id);
                try {
                    return write(name, change, unsure, producer, reader);
                } finally {
                    producer.close(CLOSE_WITHIN);
                }
            } catch (UnsureException e) {
                if (attempt == ATTEMPTS) {
                    return new Outcome.Unconfirmed(e.policy, why(e));
                }
                LOG.debug("Whether a policy of {} was committed is looked up", name, e);
                unsure = Optional.of(e.policy);
                pause();
            } catch (KafkaException e) {
                if (!isOvertaken(e)) {
                    return new Outcome.Failed(why(e));
                }
                if (attempt == ATTEMPTS) {
                    return new Outcome.Failed("other writers of the policy of " + name + " took over " + ATTEMPTS
                            + " times in a row; try again");
                }
                LOG.debug("Another writer of the policy of {} has taken over", name, e);
                pause();
            }
        }
    }

    private <E extends Exception> Outcome write(
            String name,
            Change<E> change,
            Optional<RolloutPolicy> unsure,
            Producer<byte[], byte[]> producer,
            Consumer<byte[], byte[]> reader)
            throws E {
        // From here on nobody who began before us can commit: what we read is the last.
        producer.initTransactions();
        Optional<Current> current = read(name, reader);
        if (unsure.isPresent() && current.map(Current::policy).equals(unsure)) {
            return new Outcome.Written(current.get(), List.of());
        }
        Optional<RolloutPolicy> next = change.of(current);
        if (next.isEmpty()) {
            return new Outcome.Unchanged(current);
        }
        RolloutPolicy policy = next.get();
        Instant now = Instant.ofEpochMilli(clock.millis());
        byte[] key;
        byte[] value;
        try {
            PolicyRules.check(name, policy, now.toEpochMilli());
            key = topic.key().serializer().serialize(topic.name(), name);
            value = topic.value().serializer().serialize(topic.name(), policy);
        } catch (IllegalArgumentException e) {
            return new Outcome.Failed("the policy could not be used: " + e.getMessage());
        }
        producer.beginTransaction();
        RecordMetadata at;
        try {
            var sent = producer.send(new ProducerRecord<>(topic.name(), null, now.toEpochMilli(), key, value));
            commit(producer, policy, sent);
            at = sent.get();
        } catch (UnconfirmedException e) {
            return new Outcome.Unconfirmed(policy, why(e));
        } catch (UnsureException e) {
            throw e;
        } catch (KafkaException e) {
            abort(producer);
            throw e;
        } catch (ExecutionException e) {
            throw new KafkaException(e.getCause()); // the commit would have said so
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
        return new Outcome.Written(new Current(policy, now), overwritten(name, reader, at));
    }

    /** The policy at the end of the topic, as it is after we have fenced the others. */
    private Optional<Current> read(String name, Consumer<byte[], byte[]> reader) {
        List<TopicPartition> partitions = partitions(reader);
        Map<TopicPartition, Long> ends;
        // Committed records end where any transaction is open, of another name even, and ours may lie behind it.
        try (Consumer<byte[], byte[]> all = clients.consumer(false)) {
            ends = all.endOffsets(partitions);
        }
        reader.assign(partitions);
        reader.seekToBeginning(partitions);
        Optional<Current> current = Optional.empty();
        long begin = nanos.getAsLong();
        while (ends.entrySet().stream().anyMatch(end -> reader.position(end.getKey()) < end.getValue())) {
            if (nanos.getAsLong() - begin > limit.toNanos()) {
                throw new TimeoutException("topic " + topic.name() + " could not be read to its end within "
                        + limit.toSeconds() + " s; another writer's transaction may be open");
            }
            for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                if (!isOf(name, record)) {
                    continue;
                }
                Optional<Current> read = record.value() == null ? Optional.empty() : usable(name, record);
                if (read.isPresent() || record.value() == null) {
                    current = read;
                }
            }
        }
        return current;
    }

    private List<TopicPartition> partitions(Consumer<byte[], byte[]> reader) {
        List<PartitionInfo> known = reader.partitionsFor(topic.name());
        if (known == null || known.isEmpty()) {
            throw new KafkaException("topic " + topic.name() + " does not exist");
        }
        return known.stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
    }

    /** The policy of a record, unless nobody can use it; then the one before counts. */
    private Optional<Current> usable(String name, ConsumerRecord<byte[], byte[]> record) {
        try {
            if (record.value().length > Limits.CONTROL_RECORD_BYTES) {
                throw new IllegalArgumentException(record.value().length + " bytes are too many");
            }
            RolloutPolicy policy =
                    topic.value().deserializer().deserialize(topic.name(), record.headers(), record.value());
            PolicyRules.check(name, policy, record.timestamp());
            return Optional.of(new Current(policy, Instant.ofEpochMilli(record.timestamp())));
        } catch (RetriableException e) {
            throw e; // the registry is away, which says nothing of the record
        } catch (IllegalArgumentException | SerializationException e) {
            LOG.warn(
                    "Passed over a policy of {} that cannot be used, at offset {}: {}",
                    name,
                    record.offset(),
                    Limits.cut(String.valueOf(e.getMessage()), Limits.MESSAGE_CHARS));
            return Optional.empty();
        }
    }

    /** Who wrote between our reading and our record without the fence. */
    private List<String> overwritten(String name, Consumer<byte[], byte[]> reader, RecordMetadata at) {
        TopicPartition partition = new TopicPartition(at.topic(), at.partition());
        List<String> others = new ArrayList<>();
        long begin = nanos.getAsLong();
        try {
            while (reader.position(partition) <= at.offset() && nanos.getAsLong() - begin <= limit.toNanos()) {
                for (ConsumerRecord<byte[], byte[]> record : reader.poll(POLL)) {
                    if (isOf(name, record) && record.partition() == at.partition() && record.offset() < at.offset()) {
                        others.add(
                                record.value() == null
                                        ? ""
                                        : usable(name, record)
                                                .map(other -> other.policy().getRevision())
                                                .orElse("that cannot be used"));
                    }
                }
            }
        } catch (KafkaException e) {
            LOG.debug("Cannot see whether another policy of {} was overwritten", name, e);
        }
        return others;
    }

    private static boolean isOf(String name, ConsumerRecord<byte[], byte[]> record) {
        return record.key() != null && Arrays.equals(record.key(), name.getBytes(StandardCharsets.UTF_8));
    }

    /** A commit whose answer got lost can only be asked for again: aborting it is forbidden. */
    private static void commit(Producer<byte[], byte[]> producer, RolloutPolicy policy, Future<RecordMetadata> sent) {
        for (int attempt = 1; ; attempt++) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                if (attempt == COMMIT_ATTEMPTS) {
                    throw new UnconfirmedException(e);
                }
            } catch (KafkaException e) {
                // Brokers may answer with an error of their own where another writer takes over in that moment.
                if (isOvertaken(e) || !isTaken(sent)) {
                    throw e;
                }
                throw new UnsureException(policy, e);
            }
        }
    }

    private static boolean isTaken(Future<RecordMetadata> sent) {
        if (!sent.isDone()) {
            return false;
        }
        try {
            RecordMetadata ignored = sent.get();
            return true;
        } catch (ExecutionException e) {
            return false;
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static void abort(Producer<byte[], byte[]> producer) {
        try {
            producer.abortTransaction();
        } catch (KafkaException e) {
            // Nobody sees anything either way: the broker, or the writer that took over, ends it.
            LOG.debug("The transaction of a policy is left to the broker", e);
        }
    }

    private void pause() {
        try {
            Thread.sleep((long) (LONGEST_PAUSE.toMillis() * random.getAsDouble()));
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private static boolean isOvertaken(Throwable thrown) {
        for (Throwable e = thrown; e != null; e = e.getCause()) {
            if (e instanceof ProducerFencedException
                    || e instanceof InvalidProducerEpochException
                    || e instanceof TransactionAbortableException) {
                return true;
            }
        }
        return false;
    }

    private static String why(KafkaException e) {
        Throwable deepest = e;
        while (deepest.getCause() != null && deepest.getCause() != deepest) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage();
        return Limits.cut(message == null ? deepest.getClass().getSimpleName() : message, Limits.MESSAGE_CHARS);
    }

    /** The record was taken, and whether its transaction was committed only the topic can tell. */
    private static final class UnsureException extends KafkaException {
        private static final long serialVersionUID = 1L;

        private final transient RolloutPolicy policy;

        UnsureException(RolloutPolicy policy, KafkaException cause) {
            super(cause);
            this.policy = policy;
        }
    }

    private static final class UnconfirmedException extends KafkaException {
        private static final long serialVersionUID = 1L;

        UnconfirmedException(TimeoutException cause) {
            super(cause);
        }
    }
}
