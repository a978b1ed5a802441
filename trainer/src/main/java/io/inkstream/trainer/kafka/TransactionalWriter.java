package io.inkstream.trainer.kafka;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.serde.RegistryUnavailableException;
import io.inkstream.schemas.topics.Topic;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.SerializationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes records to any number of topics so that readers of committed records see all of one {@link #write} or nothing.
 * For one thread.
 */
public final class TransactionalWriter implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TransactionalWriter.class);
    private static final Duration CLOSE_WITHIN = Duration.ofSeconds(5);
    private static final int COMMIT_ATTEMPTS = 3;
    /** A bundle is megabytes; what its dead writer left open holds up every other model for no longer. */
    private static final int MODEL_TIMEOUT_MS = 60_000;
    /** Less than the silence after which a server counts as dead. */
    private static final int GARBAGE_TIMEOUT_MS = 10_000;

    private static final Map<String, Object> DEFAULTS = Map.of(
            // A person waits for the answer: a broker that is away should show soon.
            ProducerConfig.MAX_BLOCK_MS_CONFIG, 20_000,
            // The broker's own limit; a large import is one transaction.
            ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, 900_000,
            ProducerConfig.LINGER_MS_CONFIG, 20,
            ProducerConfig.BATCH_SIZE_CONFIG, 262_144,
            ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");

    private final Producer<byte[], byte[]> producer;
    private final String broker;
    private final Sink sink = new Sending();
    private boolean initialised;

    /** What a {@link #write} fills. */
    public interface Sink {
        /** Adds one record; a null value withdraws the key. */
        <K, V> void send(Topic<K, V> topic, K key, V value);

        /** Commits offsets of a consumer group that has no members. */
        void commit(String group, Map<TopicPartition, OffsetAndMetadata> offsets);
    }

    /** Fills one transaction. */
    @FunctionalInterface
    public interface Body<E extends Exception> {
        /** Sends what belongs together. */
        void writeTo(Sink sink) throws E;
    }

    /**
     * @param producer has a transactional id; closed with this writer
     * @param broker names the cluster in error messages
     */
    public TransactionalWriter(Producer<byte[], byte[]> producer, String broker) {
        this.producer = requireNonNull(producer, "producer");
        this.broker = requireNonNull(broker, "broker");
    }

    /**
     * Returns a writer to the cluster of the client settings; nothing is sent before the first {@link #write}.
     *
     * @param clientConfig Kafka's own keys; what a producer does not know is ignored
     * @throws WriteFailedException if the settings make no client
     */
    public static TransactionalWriter connect(Map<String, ?> clientConfig) throws WriteFailedException {
        return connect(clientConfig, Map.of(), UUID.randomUUID().toString());
    }

    /**
     * Returns a writer of versions of one model, like {@link #connect}, that takes over from every other one of the same
     * model: readers of committed records see nothing beyond a transaction that a killed writer has left open, and the
     * next writer ends it at once where a writer of another name would leave all to wait for its timeout.
     *
     * @throws WriteFailedException if the settings make no client
     */
    public static TransactionalWriter ofModel(Map<String, ?> clientConfig, String name) throws WriteFailedException {
        return connect(
                clientConfig, Map.of(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, MODEL_TIMEOUT_MS), "model-" + name);
    }

    /**
     * Returns a writer that deletes from the model topics, and takes over from every other one such: servers report on
     * topics that it writes to, and must not be considered dead because one was killed with its transaction open.
     *
     * @throws WriteFailedException if the settings make no client
     */
    public static TransactionalWriter ofGarbage(Map<String, ?> clientConfig) throws WriteFailedException {
        return connect(clientConfig, Map.of(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, GARBAGE_TIMEOUT_MS), "garbage");
    }

    private static TransactionalWriter connect(
            Map<String, ?> clientConfig, Map<String, Object> defaults, String transactionalId)
            throws WriteFailedException {
        Map<String, Object> config = new HashMap<>(DEFAULTS);
        config.putAll(defaults);
        config.putAll(clientConfig);
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "inkstream-trainer-" + transactionalId);
        String broker = String.valueOf(config.get(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG));
        try {
            return new TransactionalWriter(
                    new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer()), broker);
        } catch (KafkaException e) {
            throw new WriteFailedException("no Kafka client for " + broker + ": " + reasonOf(e), e);
        }
    }

    /**
     * Ends what every other writer of the same name has begun, and keeps them from beginning anything: what is read of
     * their topics after this stays so until the next {@link #write}, which does the same where this was not called.
     *
     * @throws WriteFailedException if the cluster does not answer
     */
    public void takeOver() throws WriteFailedException {
        try {
            initialise();
        } catch (KafkaException e) {
            throw new WriteFailedException(explain(e), e);
        }
    }

    /**
     * Writes everything that the body sends, and returns when the cluster has it all.
     *
     * @throws WriteFailedException if the cluster does not take it; nothing of it is visible then, unless the message
     *     says that the broker has not confirmed
     * @throws E whatever the body throws; nothing of it is visible then
     */
    public <E extends Exception> void write(Body<E> body) throws WriteFailedException, E {
        boolean open = false;
        try {
            initialise();
            producer.beginTransaction();
            open = true;
            body.writeTo(sink);
            commit();
            open = false;
        } catch (UnconfirmedException e) {
            open = false;
            throw new WriteFailedException(
                    "the broker at " + broker
                            + " has not confirmed; the records may or may not be visible: write them again",
                    e.getCause());
        } catch (KafkaException e) {
            throw new WriteFailedException(explain(e), e);
        } finally {
            if (open) {
                abort();
            }
        }
    }

    private void initialise() {
        if (!initialised) {
            producer.initTransactions();
            initialised = true;
        }
    }

    /** A commit whose answer got lost can only be asked for again: aborting it is forbidden. */
    private void commit() {
        for (int attempt = 1; ; attempt++) {
            try {
                producer.commitTransaction();
                return;
            } catch (TimeoutException e) {
                if (attempt == COMMIT_ATTEMPTS) {
                    throw new UnconfirmedException(e);
                }
            }
        }
    }

    private final class Sending implements Sink {
        // The transaction's commit reports the first failed record: no future needs watching.
        @SuppressWarnings("FutureReturnValueIgnored")
        @Override
        public <K, V> void send(Topic<K, V> topic, K key, V value) {
            byte[] keyBytes = topic.key().serializer().serialize(topic.name(), key);
            byte[] valueBytes =
                    value == null ? null : topic.value().serializer().serialize(topic.name(), value);
            producer.send(new ProducerRecord<>(topic.name(), keyBytes, valueBytes));
        }

        @Override
        public void commit(String group, Map<TopicPartition, OffsetAndMetadata> offsets) {
            producer.sendOffsetsToTransaction(offsets, new ConsumerGroupMetadata(group));
        }
    }

    private void abort() {
        try {
            producer.abortTransaction();
        } catch (KafkaException e) {
            // Readers of committed records see nothing either way: the broker aborts it when it times out.
            log.warn("the transaction could not be aborted at once; the broker will do so when it times out", e);
        }
    }

    private String explain(KafkaException e) {
        if (e instanceof RegistryUnavailableException) {
            return e.getMessage();
        }
        if (e instanceof SerializationException) {
            return "a record cannot be written in its schema: " + reasonOf(e);
        }
        if (e instanceof TimeoutException) {
            return "the broker at " + broker + " does not answer, or lacks the topic: " + reasonOf(e);
        }
        if (e instanceof AuthenticationException || e instanceof AuthorizationException) {
            return "the broker at " + broker + " refuses: " + reasonOf(e);
        }
        if (e instanceof ProducerFencedException) {
            return "another writer of the same model has taken over; write again";
        }
        return "the broker at " + broker + " did not accept the records: " + reasonOf(e);
    }

    private static String reasonOf(Throwable e) {
        Throwable deepest = e;
        while (deepest.getCause() != null && deepest.getCause() != deepest) {
            deepest = deepest.getCause();
        }
        String message = deepest.getMessage();
        return message == null ? deepest.getClass().getSimpleName() : message;
    }

    @Override
    public void close() {
        producer.close(CLOSE_WITHIN);
    }

    private static final class UnconfirmedException extends KafkaException {
        private static final long serialVersionUID = 1L;

        UnconfirmedException(TimeoutException cause) {
            super(cause);
        }
    }
}
