package io.inkstream.ops.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;

import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.topics.DeadLetterHeaders;
import io.inkstream.schemas.topics.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Puts refused records back to the topic that they were read from, byte for byte and in transactions, each once.
 *
 * <p>A record that was put back says in header {@value #REPLAY_OF} which dead letter it is of. It goes to its old partition, so
 * that what was put back before is found there, among the records behind the refused one. Only one replay at a time is
 * at it: another that begins takes over, and what the first has not committed by then is gone. For one thread.
 */
public final class DeadLetterReplay implements AutoCloseable {
    /** Place of the dead letter, {@code TOPIC-PARTITION@OFFSET}, on a record that was put back. */
    public static final String REPLAY_OF = "inkstream.replay.of";

    private static final Logger LOG = LoggerFactory.getLogger(DeadLetterReplay.class);
    private static final String OURS = "inkstream.";
    /** Bounds what is held in memory for one transaction, and how long readers wait for it. */
    private static final int RECORDS_AT_ONCE = 200;

    private static final long BYTES_AT_ONCE = 16 << 20;
    private static final int TRANSACTION_TIMEOUT_MS = 30_000;

    private final Cluster cluster;
    private final DeadLetterShelf shelf;
    private final Producer<byte[], byte[]> producer;
    /** Places of dead letters that were put back, as far as was looked, each with where its record is now. */
    private final Map<String, String> done = new HashMap<>();

    private boolean hasTakenOver;

    /** From which offset each partition of texts was looked through. */
    private final Map<Integer, Long> lookedFrom = new HashMap<>();

    private final List<String> warnings = new ArrayList<>();

    /** What became of one letter. */
    public record Outcome(ShelvedLetter letter, Kind kind, String where) {
        /** How it ended. */
        public enum Kind {
            /** The record is back; where says its place. */
            SENT,
            /** It would be put back; where says the partition. */
            WOULD_SEND,
            /** It was put back before; where says its place then. */
            SENT_BEFORE,
            /** It cannot be; where says why. */
            IMPOSSIBLE
        }
    }

    /**
     * Sends nothing yet.
     *
     * @param shelf to read with; not closed with this
     * @param limit of each wait for the brokers
     */
    public DeadLetterReplay(Cluster cluster, DeadLetterShelf shelf, Duration limit) {
        this(cluster, shelf, producer(cluster, limit));
    }

    DeadLetterReplay(Cluster cluster, DeadLetterShelf shelf, Producer<byte[], byte[]> producer) {
        this.cluster = requireNonNull(cluster, "cluster");
        this.shelf = requireNonNull(shelf, "shelf");
        this.producer = requireNonNull(producer, "producer");
    }

    private static Producer<byte[], byte[]> producer(Cluster cluster, Duration limit) {
        Map<String, Object> config = new HashMap<>(cluster.settings().clientConfig());
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId(cluster.topics()));
        config.put(ProducerConfig.ACKS_CONFIG, "all");
        config.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        config.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.MAX_MESSAGE_BYTES);
        config.put(ProducerConfig.TRANSACTION_TIMEOUT_CONFIG, TRANSACTION_TIMEOUT_MS);
        config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, (int) limit.toMillis());
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }

    /** Id by which the replays of an installation take over from each other. */
    static String transactionalId(Topics topics) {
        return "inkstream-replay-" + topics.deadLetters().name();
    }

    /**
     * Puts letters back, after taking over from any other replay; the outcomes are in their order.
     *
     * @param again also those that were put back before
     * @param dryRun only say what would be done
     * @throws KafkaException if the brokers do not take them; those of earlier transactions are back then, which the next replay
     *     sees
     */
    public List<Outcome> replay(List<ShelvedLetter> letters, boolean again, boolean dryRun) {
        if (!dryRun && !hasTakenOver) {
            producer.initTransactions(); // before it is looked what was put back: another may be at it
            hasTakenOver = true;
        }
        firstBehind(letters).forEach(this::look);
        List<Outcome> outcomes = new ArrayList<>();
        for (int next = 0; next < letters.size(); ) {
            next += replaySome(letters.subList(next, letters.size()), again, dryRun, outcomes);
        }
        return outcomes;
    }

    /** Where it could not be looked whether a record was put back before, so far; a sentence for each partition of texts. */
    public List<String> warnings() {
        return List.copyOf(warnings);
    }

    /** What one transaction is to hold is read first, and sent then; returns how many letters it is through with. */
    private int replaySome(List<ShelvedLetter> letters, boolean again, boolean dryRun, List<Outcome> outcomes) {
        Map<Integer, ProducerRecord<byte[], byte[]>> records = new TreeMap<>();
        List<Outcome> through = new ArrayList<>();
        int count = 0;
        long bytes = 0;
        while (count < letters.size() && records.size() < RECORDS_AT_ONCE && bytes < BYTES_AT_ONCE) {
            ShelvedLetter letter = letters.get(count);
            Optional<Outcome> obstacle = obstacle(letter, again);
            Optional<ProducerRecord<byte[], byte[]>> record =
                    obstacle.isPresent() ? Optional.empty() : original(letter);
            if (record.isEmpty()) {
                through.add(obstacle.orElseGet(() -> new Outcome(
                        letter,
                        Outcome.Kind.IMPOSSIBLE,
                        "the dead letter leaves its key or value out, and " + letter.origin()
                                + " is gone: send the document again")));
            } else if (dryRun) {
                through.add(new Outcome(
                        letter,
                        Outcome.Kind.WOULD_SEND,
                        record.get().topic() + "-" + record.get().partition()));
            } else {
                records.put(count, record.get());
                through.add(null); // known when it is sent
                bytes += record.get().value() == null ? 0 : record.get().value().length;
            }
            count++;
        }
        send(records).forEach((index, at) -> {
            ShelvedLetter letter = letters.get(index);
            String where = place(at.topic(), at.partition(), at.offset());
            done.put(placeOnTopic(letter), where);
            through.set(index, new Outcome(letter, Outcome.Kind.SENT, where));
        });
        outcomes.addAll(through);
        return count;
    }

    /** One transaction, without a wait for anything but the brokers' taking it: its time is short. */
    private Map<Integer, RecordMetadata> send(Map<Integer, ProducerRecord<byte[], byte[]>> records) {
        if (records.isEmpty()) {
            return Map.of();
        }
        Map<Integer, Future<RecordMetadata>> places = new TreeMap<>();
        producer.beginTransaction();
        try {
            records.forEach((index, record) -> places.put(index, producer.send(record)));
        } catch (RuntimeException e) {
            abort();
            throw e;
        }
        commit();
        Map<Integer, RecordMetadata> sent = new TreeMap<>();
        places.forEach((index, place) -> sent.put(index, placeOf(place)));
        return sent;
    }

    /** A commit without an answer may have happened: it can be asked for again, and is not aborted. */
    private void commit() {
        try {
            try {
                producer.commitTransaction();
            } catch (TimeoutException e) {
                LOG.debug("the commit had no answer and is asked for again", e);
                producer.commitTransaction();
            }
        } catch (TimeoutException | InterruptException e) {
            throw e;
        } catch (KafkaException e) {
            abort();
            throw e;
        }
    }

    private void abort() {
        try {
            producer.abortTransaction();
        } catch (KafkaException e) {
            // Readers of committed records see nothing either way: the broker aborts it when it times out.
            LOG.debug("the transaction could not be aborted at once", e);
        }
    }

    private static RecordMetadata placeOf(Future<RecordMetadata> place) {
        try {
            return place.get(); // the commit has waited for it
        } catch (ExecutionException e) {
            throw e.getCause() instanceof KafkaException kafka ? kafka : new KafkaException(e.getCause());
        } catch (InterruptedException e) {
            throw new InterruptException(e);
        }
    }

    private Optional<Outcome> obstacle(ShelvedLetter letter, boolean again) {
        if (!isOfTexts(letter)) {
            return Optional.of(new Outcome(
                    letter,
                    Outcome.Kind.IMPOSSIBLE,
                    letter.letter().topic().isEmpty()
                            ? "it does not say which record it is of"
                            : "it is of topic " + letter.letter().topic() + ", and only texts are put back"));
        }
        String where = done.get(placeOnTopic(letter));
        return where == null || again
                ? Optional.empty()
                : Optional.of(new Outcome(letter, Outcome.Kind.SENT_BEFORE, where));
    }

    private boolean isOfTexts(ShelvedLetter letter) {
        return letter.letter().topic().equals(cluster.topics().texts().name())
                && letter.letter().partition() >= 0
                && letter.letter().offset() >= 0;
    }

    /** By partition of texts the place behind the first record that was refused there. */
    private Map<Integer, Long> firstBehind(List<ShelvedLetter> letters) {
        Map<Integer, Long> first = new TreeMap<>();
        for (ShelvedLetter letter : letters) {
            if (isOfTexts(letter)) {
                first.merge(letter.letter().partition(), letter.letter().offset() + 1, Math::min);
            }
        }
        return first;
    }

    /** Notes which dead letters the records of a partition of texts are replays of. */
    private void look(int partition, long from) {
        Long looked = lookedFrom.get(partition);
        if (looked != null && from >= looked) {
            return;
        }
        lookedFrom.put(partition, from);
        String texts = cluster.topics().texts().name();
        long begin = shelf.forEachFrom(texts, partition, from, record -> {
            Header of = record.headers().lastHeader(REPLAY_OF);
            if (of != null && of.value() != null) {
                done.put(new String(of.value(), UTF_8), place(record.topic(), record.partition(), record.offset()));
            }
        });
        if (begin > from) {
            warnings.add(texts + "-" + partition + " has forgotten what was before offset " + begin
                    + ": a dead letter whose record was put back there goes back again");
        }
    }

    private String placeOnTopic(ShelvedLetter letter) {
        return place(cluster.topics().deadLetters().name(), letter.partition(), letter.offset());
    }

    private static String place(String topic, int partition, long offset) {
        return topic + "-" + partition + "@" + offset;
    }

    /** The refused record as it was; what the letter leaves out is taken from where it was read, as long as it is there. */
    private Optional<ProducerRecord<byte[], byte[]>> original(ShelvedLetter shelved) {
        ShelvedLetter letter = shelf.at(shelved.partition(), shelved.offset()).orElse(shelved);
        byte[] key = letter.letter().key();
        byte[] value = letter.letter().value();
        Iterable<Header> headers = letter.headers();
        if (letter.letter().keyOmitted() >= 0
                || letter.letter().valueOmitted() >= 0
                || letter.headers().lastHeader(DeadLetterHeaders.HEADERS_OMITTED) != null) {
            Optional<ConsumerRecord<byte[], byte[]>> first = shelf.record(
                    letter.letter().topic(),
                    letter.letter().partition(),
                    letter.letter().offset());
            if (first.isEmpty()) {
                return Optional.empty();
            }
            key = first.get().key();
            value = first.get().value();
            headers = first.get().headers();
        }
        ProducerRecord<byte[], byte[]> record =
                new ProducerRecord<>(letter.letter().topic(), letter.letter().partition(), key, value);
        for (Header header : headers) {
            if (!header.key().startsWith(OURS)) {
                record.headers().add(header);
            }
        }
        record.headers().add(REPLAY_OF, placeOnTopic(letter).getBytes(UTF_8));
        return Optional.of(record);
    }

    @Override
    public void close() {
        producer.close(Duration.ofSeconds(5));
    }
}
