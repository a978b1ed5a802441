package io.inkstream.ops.rollout;

import static java.util.Objects.requireNonNull;

import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.rollout.PolicyChanges;
import io.inkstream.schemas.rollout.PolicyClients;
import io.inkstream.schemas.rollout.PolicyWriter;
import io.inkstream.schemas.topics.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * Where an operator sits: sees the situation, changes it by one record each, and waits until the change is in force. For
 * one thread.
 */
public final class RolloutDesk implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(100);
    /** A person waits for the answer: brokers that are away should show soon. */
    private static final int SEND_WITHIN_MS = 20_000;

    private static final Duration READ_WITHIN = Duration.ofSeconds(20);

    private final Cluster cluster;
    private final SituationReader reader;
    private final PolicyWriter writer;
    private final InstantSource clock;
    private final LongSupplier nanos;
    private final Producer<byte[], byte[]> producer;

    /** Makes the change of a model name's policy. */
    @FunctionalInterface
    public interface Edit {
        /** Derives the next policy. */
        NextRecord of(NextPolicy next) throws RefusedChangeException;
    }

    /**
     * A change that is on the topic.
     *
     * @param warnings a sentence for each policy that somebody wrote meanwhile without looking
     */
    public record Written(NextRecord change, List<String> warnings) {
        public Written {
            requireNonNull(change, "change");
            warnings = List.copyOf(warnings);
        }
    }

    /** How a wait ended. */
    public sealed interface Outcome {
        <T> T match(Function<InForce, T> inForce, Function<Failed, T> failed, Function<TimedOut, T> timedOut);

        /** The goal was reached. */
        record InForce(Situation situation) implements Outcome {
            @Override
            public <T> T match(Function<InForce, T> inForce, Function<Failed, T> failed, Function<TimedOut, T> late) {
                return inForce.apply(this);
            }
        }

        /** The goal cannot be reached any more. */
        record Failed(Situation situation, String why) implements Outcome {
            @Override
            public <T> T match(Function<InForce, T> inForce, Function<Failed, T> failed, Function<TimedOut, T> late) {
                return failed.apply(this);
            }
        }

        /** The goal was not reached in time. */
        record TimedOut(Situation situation, String why) implements Outcome {
            @Override
            public <T> T match(Function<InForce, T> inForce, Function<Failed, T> failed, Function<TimedOut, T> late) {
                return late.apply(this);
            }
        }
    }

    /**
     * Connects.
     *
     * @param silence a process that is silent for longer is considered dead
     */
    public RolloutDesk(Cluster cluster, Duration silence, InstantSource clock, LongSupplier nanos) {
        this.cluster = requireNonNull(cluster, "cluster");
        this.nanos = requireNonNull(nanos, "nanos");
        this.clock = requireNonNull(clock, "clock");
        reader = new SituationReader(cluster, silence, clock);
        writer = new PolicyWriter(
                cluster.topics().rollouts(),
                PolicyClients.of(cluster.settings().clientConfig()),
                clock,
                nanos,
                () -> ThreadLocalRandom.current().nextDouble(),
                READ_WITHIN);
        Map<String, Object> config = new HashMap<>(cluster.settings().clientConfig());
        config.putIfAbsent(ProducerConfig.MAX_BLOCK_MS_CONFIG, SEND_WITHIN_MS);
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        producer = new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** What the topics say now. */
    public Situation situation() {
        return reader.read();
    }

    /**
     * Changes the policy of a name by one record. The change is made of what is written when nobody else can write any more,
     * so no other operator's change is lost; for that it may be made more than once, of a later policy.
     *
     * @param force whether to do what would break serving
     * @param revision of the new policy
     * @param comment who and why
     * @throws RefusedChangeException if the change is not to be made; nothing is written then
     * @throws KafkaException if the brokers do not accept it
     */
    public Written change(String name, boolean force, String revision, String comment, Edit edit)
            throws RefusedChangeException {
        Situation seen = reader.read();
        AtomicReference<NextRecord> made = new AtomicReference<>();
        PolicyWriter.Outcome outcome = writer.write(name, current -> {
            Situation now = seen.withPolicy(
                    name,
                    current.map(last -> PolicyChanges.continued(last.policy(), last.writtenAt(), clock.instant())));
            NextRecord change = edit.of(new NextPolicy(now, name, force)).signed(revision, comment);
            made.set(change);
            return Optional.of(change.policy());
        });
        return outcome.match(
                written -> new Written(made.get(), warnings(revision, written.overwritten())),
                unchanged -> {
                    throw new AssertionError("every edit gives a policy");
                },
                unconfirmed -> {
                    throw new KafkaException("the brokers have not confirmed policy " + revision + " ("
                            + unconfirmed.why() + "); check with: inkstream models list");
                },
                failed -> {
                    throw new KafkaException(
                            "policy " + revision + " of " + name + " was not written: " + failed.why());
                });
    }

    private static List<String> warnings(String revision, List<String> overwritten) {
        return overwritten.stream()
                .map(other -> (other.isEmpty() ? "a deletion" : "policy " + other)
                        + " was written concurrently, by a producer without the transactional id of policies; "
                        + revision + " overwrites it: make its change again if it is still wanted")
                .toList();
    }

    /**
     * Withdraws a version: servers unload it.
     *
     * @throws KafkaException if the brokers do not accept it
     */
    public void withdraw(String id) {
        send(cluster.topics().models(), id, null);
    }

    /** Waits until the goal is reached or cannot be, at most as long as said. */
    public Outcome await(Goal goal, Duration limit) {
        long deadline = nanos.getAsLong() + limit.toNanos();
        Situation situation = reader.read();
        while (true) {
            Situation seen = situation;
            boolean isLate = nanos.getAsLong() - deadline >= 0;
            Outcome outcome = goal.in(seen)
                    .match(
                            reached -> new Outcome.InForce(seen),
                            open -> isLate ? new Outcome.TimedOut(seen, open.why()) : null,
                            missed -> new Outcome.Failed(seen, missed.why()));
            if (outcome != null) {
                return outcome;
            }
            situation = reader.poll(POLL);
        }
    }

    @Override
    public void close() {
        reader.close();
        producer.close();
    }

    private <V> void send(Topic<String, V> topic, String key, V value) {
        byte[] keyBytes = topic.key().serializer().serialize(topic.name(), key);
        byte[] valueBytes = value == null ? null : topic.value().serializer().serialize(topic.name(), value);
        try {
            producer.send(new ProducerRecord<>(topic.name(), keyBytes, valueBytes))
                    .get();
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }
}
