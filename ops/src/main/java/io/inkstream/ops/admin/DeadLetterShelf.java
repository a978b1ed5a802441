package io.inkstream.ops.admin;

import static java.util.Objects.requireNonNull;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ReadOnlyConsumer;
import io.inkstream.schemas.AdminClients;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;

/**
 * Looks up dead letters, the newest first, and the records that they are of; committed ones only, and commits no offsets. For one
 * thread.
 */
public final class DeadLetterShelf implements AutoCloseable {
    private static final Duration POLL = Duration.ofMillis(200);
    /** Many reads are of one record, behind which nothing comes that is worth the 500 ms of Kafka's default. */
    private static final int FETCH_MAX_WAIT_MS = 10;

    private static final Comparator<ShelvedLetter> NEWEST_FIRST = Comparator.comparing(ShelvedLetter::at)
            .thenComparing(ShelvedLetter::partition)
            .thenComparing(ShelvedLetter::offset)
            .reversed();

    /** Offsets that are looked through at once on the way back. */
    private static final long STEP = 500;

    private final Cluster cluster;
    private final Duration patience;
    private final Consumer<byte[], byte[]> consumer;
    private final Supplier<Admin> admins;

    /**
     * Which letters are wanted.
     *
     * @param reason name of the reason; absent for any
     * @param document id; absent for any
     * @param since written at this moment or later; absent for all that the topic still has
     */
    public record Wanted(Optional<String> reason, Optional<String> document, Optional<Instant> since) {
        /** All of them. */
        public static final Wanted ALL = new Wanted(Optional.empty(), Optional.empty(), Optional.empty());

        public Wanted {
            requireNonNull(reason, "reason");
            requireNonNull(document, "document");
            requireNonNull(since, "since");
        }

        boolean takes(ShelvedLetter letter) {
            return reason.map(name -> name.equals(letter.letter().reason())).orElse(true)
                    && document.map(id -> id.equals(letter.document())).orElse(true)
                    && since.map(moment -> !letter.at().isBefore(moment)).orElse(true);
        }
    }

    /**
     * Connects.
     *
     * @param patience how long the brokers may return nothing where something is
     */
    public DeadLetterShelf(Cluster cluster, Duration patience) {
        this(
                cluster,
                patience,
                consumer(cluster, patience),
                () -> AdminClients.create(cluster.settings().clientConfig()));
    }

    DeadLetterShelf(Cluster cluster, Duration patience, Consumer<byte[], byte[]> consumer, Supplier<Admin> admins) {
        this.cluster = requireNonNull(cluster, "cluster");
        this.patience = requireNonNull(patience, "patience");
        this.consumer = requireNonNull(consumer, "consumer");
        this.admins = requireNonNull(admins, "admins");
    }

    private static Consumer<byte[], byte[]> consumer(Cluster cluster, Duration patience) {
        return ReadOnlyConsumer.open(
                cluster.settings().clientConfig(),
                Map.of(
                        ConsumerConfig.AUTO_OFFSET_RESET_CONFIG,
                        "earliest",
                        ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                        (int) patience.toMillis(),
                        ConsumerConfig.FETCH_MAX_WAIT_MS_CONFIG,
                        FETCH_MAX_WAIT_MS));
    }

    /**
     * The newest letters that are wanted, without their values.
     *
     * @param most of them
     * @throws org.apache.kafka.common.KafkaException if the brokers do not answer
     */
    public List<ShelvedLetter> newest(Wanted wanted, int most) {
        List<ShelvedLetter> found = new ArrayList<>();
        for (TopicPartition partition :
                partitionsOf(cluster.topics().deadLetters().name())) {
            found.addAll(newestOf(partition, wanted, most));
            found.sort(NEWEST_FIRST);
            if (found.size() > most) {
                found.subList(most, found.size()).clear(); // what is kept in memory is bounded
            }
        }
        return found;
    }

    private List<ShelvedLetter> newestOf(TopicPartition partition, Wanted wanted, int most) {
        long begin = consumer.beginningOffsets(List.of(partition)).get(partition);
        long end = consumer.endOffsets(List.of(partition)).get(partition);
        if (wanted.since().isPresent()) {
            // Before 1970 there is nothing, and Kafka takes no such time.
            long since = Math.max(0, wanted.since().get().toEpochMilli());
            OffsetAndTimestamp first =
                    consumer.offsetsForTimes(Map.of(partition, since)).get(partition);
            begin = first == null ? end : Math.max(begin, first.offset());
        }
        List<ShelvedLetter> found = new ArrayList<>();
        for (long to = end; to > begin && found.size() < most; ) {
            long from = Math.max(begin, to - STEP);
            forEach(partition, from, to, record -> {
                ShelvedLetter letter = ShelvedLetter.of(record);
                if (wanted.takes(letter)) {
                    found.add(letter.withoutValue());
                }
                return true;
            });
            to = from;
        }
        return found;
    }

    /**
     * The letter at a place, with its value; nothing if there is none, or not any more.
     *
     * @throws org.apache.kafka.common.KafkaException if the brokers do not answer
     */
    public Optional<ShelvedLetter> at(int partition, long offset) {
        return record(cluster.topics().deadLetters().name(), partition, offset).map(ShelvedLetter::of);
    }

    /**
     * The record at a place of any topic; nothing if there is none, or not any more.
     *
     * @throws org.apache.kafka.common.KafkaException if the brokers do not answer
     */
    public Optional<ConsumerRecord<byte[], byte[]>> record(String topic, int partition, long offset) {
        TopicPartition at = new TopicPartition(topic, partition);
        if (!partitionsOf(topic).contains(at)
                || offset < consumer.beginningOffsets(List.of(at)).get(at)
                || offset >= consumer.endOffsets(List.of(at)).get(at)) {
            return Optional.empty();
        }
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        forEach(at, offset, offset + 1, found::add);
        return found.stream().findFirst();
    }

    /**
     * Shows the committed records of a partition from an offset to what is its end when asked; from the beginning, where the topic
     * was made anew since and is shorter now. Waits for transactions that are open there, since they hide what is behind them.
     *
     * @return the first offset that the partition still has; 0 where there is no such partition
     * @throws org.apache.kafka.common.KafkaException if the brokers do not answer, or a transaction stays open
     */
    long forEachFrom(
            String topic,
            int partition,
            long offset,
            java.util.function.Consumer<ConsumerRecord<byte[], byte[]>> each) {
        TopicPartition at = new TopicPartition(topic, partition);
        if (!partitionsOf(topic).contains(at)) {
            return 0;
        }
        long begin = consumer.beginningOffsets(List.of(at)).get(at);
        long end = committedEnd(at);
        forEach(at, offset > end ? begin : Math.max(begin, offset), end, record -> {
            each.accept(record);
            return true;
        });
        return begin;
    }

    private long committedEnd(TopicPartition at) {
        long end;
        try (Admin admin = admins.get()) {
            end = Answers.of(
                            admin.listOffsets(
                                            Map.of(at, OffsetSpec.latest()),
                                            new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED))
                                    .partitionResult(at),
                            patience)
                    .offset();
        }
        long startNanos = System.nanoTime();
        while (consumer.endOffsets(List.of(at)).get(at) < end) {
            if (System.nanoTime() - startNanos > patience.toNanos()) {
                throw new TimeoutException("a transaction on " + at + " has been open for " + patience.toSeconds()
                        + " s and hides what is behind it; try again when it has ended");
            }
            LockSupport.parkNanos(POLL.toNanos());
        }
        return end;
    }

    /** Shows the records from an offset to another, that one excluded. */
    private void forEach(TopicPartition partition, long from, long to, Predicate<ConsumerRecord<byte[], byte[]>> goOn) {
        consumer.assign(List.of(partition));
        consumer.seek(partition, from);
        long lastNanos = System.nanoTime();
        while (consumer.position(partition) < to) {
            ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
            for (ConsumerRecord<byte[], byte[]> record : records) {
                if (record.offset() >= to || !goOn.test(record)) {
                    return;
                }
            }
            if (!records.isEmpty()) {
                lastNanos = System.nanoTime();
            } else if (System.nanoTime() - lastNanos > patience.toNanos()) {
                throw new TimeoutException(
                        "the brokers returned nothing of " + partition + " for " + patience.toSeconds() + " s");
            }
        }
    }

    private List<TopicPartition> partitionsOf(String topic) {
        List<PartitionInfo> known = consumer.partitionsFor(topic);
        return known == null
                ? List.of()
                : known.stream()
                        .map(info -> new TopicPartition(info.topic(), info.partition()))
                        .sorted(Comparator.comparing(TopicPartition::partition))
                        .toList();
    }

    @Override
    public void close() {
        consumer.close();
    }
}
