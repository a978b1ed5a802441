package io.inkstream.schemas.rollout;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.topics.Topic;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.DoubleSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionAbortableException;
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
    private static final Duration LONGEST_PAUSE = Duration.ofMillis(400);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(1);

    private final Topic<String, RolloutPolicy> topic;
    private final PolicyClients clients;
    private final InstantSource clock;
    private final DoubleSupplier random;
    private final PolicyReader policies;

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
            PolicyClients clients,
            InstantSource clock,
            LongSupplier nanos,
            DoubleSupplier random,
            Duration limit) {
        this.topic = requireNonNull(topic, "topic");
        this.clients = requireNonNull(clients, "clients");
        this.clock = requireNonNull(clock, "clock");
        this.random = requireNonNull(random, "random");
        this.policies = new PolicyReader(
                topic, () -> clients.consumer(false), requireNonNull(nanos, "nanos"), requireNonNull(limit, "limit"));
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
                LOG.debug("Checking whether a policy of {} was committed", name, e);
                unsure = Optional.of(e.policy);
                pause();
            } catch (KafkaException e) {
                if (!isOvertaken(e)) {
                    return new Outcome.Failed(why(e));
                }
                if (attempt == ATTEMPTS) {
                    return new Outcome.Failed("other writers of the policy of " + name + " took over " + ATTEMPTS
                            + " times in a row; retry");
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
        Optional<Current> current = policies.read(name, reader);
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
        return new Outcome.Written(new Current(policy, now), policies.overwritten(name, reader, at));
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
            LOG.debug("Left the transaction of a policy to the broker's timeout", e);
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
