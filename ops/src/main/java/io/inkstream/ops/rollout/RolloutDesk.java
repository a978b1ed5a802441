package io.inkstream.ops.rollout;

import static java.util.Objects.requireNonNull;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.rollout.SituationReader.PolicyRecord;
import io.inkstream.schemas.Topic;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
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

    private final Cluster cluster;
    private final SituationReader reader;
    private final LongSupplier nanos;
    private final Producer<byte[], byte[]> producer;

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
     * @param silence who is silent for longer is taken for dead
     */
    public RolloutDesk(Cluster cluster, Duration silence, InstantSource clock, LongSupplier nanos) {
        this.cluster = requireNonNull(cluster, "cluster");
        this.nanos = requireNonNull(nanos, "nanos");
        reader = new SituationReader(cluster, silence, clock);
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
     * Writes a policy. The last record of a name wins, so two operators who change it at the same time undo each other's
     * change; that cannot be prevented, but it is seen.
     *
     * @param change derived from the last {@link #situation}, and signed
     * @return a warning for each policy that somebody else wrote meanwhile
     * @throws KafkaException if the brokers do not take it
     */
    public List<String> write(NextPolicy.Change change) {
        String ours = change.policy().getRevision();
        reader.takePolicies(); // what the change was derived from
        send(cluster.topics().rollouts(), change.name(), change.policy());
        reader.read();
        List<String> warnings = new ArrayList<>();
        boolean isWritten = false;
        for (PolicyRecord record : reader.takePolicies()) {
            if (record.name().equals(change.name()) && record.revision().equals(ours)) {
                isWritten = true;
            } else if (record.name().equals(change.name())) {
                String other = record.revision().isEmpty() ? "a deletion" : "policy " + record.revision();
                warnings.add(
                        isWritten
                                ? other + " was written just after " + ours + " and is what counts; look with:"
                                        + " inkstream models list"
                                : other + " was written while " + ours + " was made, which replaces it; its change is"
                                        + " lost unless it is made again");
            }
        }
        return warnings;
    }

    /**
     * Withdraws a version: servers unload it.
     *
     * @throws KafkaException if the brokers do not take it
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
