package io.inkstream.trainer.dataset;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.avro.GlyphSample;
import io.inkstream.schemas.serde.RegistryUnavailableException;
import io.inkstream.schemas.topics.Topic;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetOutOfRangeException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps a compact local copy of the committed samples of a topic, and goes on where it stopped: after a restart only
 * what is new is read, after a crash the copy and its offsets agree. Withdrawn samples leave it. For one thread.
 */
public final class SampleSpool implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(SampleSpool.class);

    /** Half of the broker's default delete.retention.ms: a tombstone that we have not seen may be gone after that. */
    public static final Duration TRUSTED_FOR = Duration.ofHours(12);

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final Duration NOTE_POSITION_AFTER = Duration.ofHours(1);
    private static final int REASONS_NAMED = 10;

    private final SpoolFile file;
    private final Consumer<byte[], byte[]> consumer;
    private final Topic<String, GlyphSample> topic;
    private final InstantSource clock;
    private final Duration trustedFor;

    /**
     * What a look at the topic brought.
     *
     * @param added samples that came or changed
     * @param withdrawn samples that went
     * @param ignored records that are no sample
     * @param reasons the first of those: partition, offset and reason
     */
    public record Progress(long added, long withdrawn, long ignored, List<String> reasons) {
        public Progress {
            reasons = List.copyOf(reasons);
        }
    }

    /**
     * Opens the file, or makes it, and recovers it from a crash.
     *
     * @param consumer of bytes, reads committed records only, in no group; closed with this spool
     * @param clock tells how old the copy is
     * @param trustedFor a copy that was not brought up to date for longer is read anew
     * @throws IOException if the file cannot be used; the message names it
     */
    public SampleSpool(
            Path file,
            Consumer<byte[], byte[]> consumer,
            Topic<String, GlyphSample> topic,
            InstantSource clock,
            Duration trustedFor)
            throws IOException {
        this.consumer = requireNonNull(consumer, "consumer");
        this.topic = requireNonNull(topic, "topic");
        this.clock = requireNonNull(clock, "clock");
        this.trustedFor = requireNonNull(trustedFor, "trustedFor");
        this.file = SpoolFile.open(file);
    }

    /**
     * Opens a spool on the cluster of the client settings.
     *
     * @param clientConfig Kafka's own keys; what a consumer does not know is ignored
     * @throws IOException if the file cannot be used; the message names it
     */
    public static SampleSpool connect(
            Path file, Map<String, ?> clientConfig, Topic<String, GlyphSample> topic, InstantSource clock)
            throws IOException {
        Map<String, Object> config = new HashMap<>(clientConfig);
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        config.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, 5000);
        config.putIfAbsent(ConsumerConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, 20_000);
        KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
        try {
            return new SampleSpool(file, consumer, topic, clock, TRUSTED_FOR);
        } catch (IOException | RuntimeException e) {
            consumer.close();
            throw e;
        }
    }

    /**
     * Reads everything that the topic has at this moment.
     *
     * @param patience how long the broker may stay silent; whole seconds, at least one
     * @throws SpoolException if the cluster, the topic or the registry cannot be read
     * @throws IOException if the file cannot be written
     */
    public Progress catchUp(Duration patience) throws SpoolException, IOException {
        Tally tally = new Tally();
        try {
            List<TopicPartition> partitions = assign();
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long silentPolls = 0;
            while (!reached(ends)) {
                Map<Integer, Long> before = positions();
                take(tally);
                silentPolls = positions().equals(before) ? silentPolls + 1 : 0;
                if (silentPolls > patience.toSeconds()) {
                    throw new SpoolException("the broker has sent nothing of topic " + topic.name() + " for "
                            + patience.toSeconds() + " s");
                }
            }
            notePosition();
            return tally.progress();
        } catch (RegistryUnavailableException e) {
            throw new SpoolException("the schema registry does not answer: " + e.getMessage(), e);
        } catch (TimeoutException e) {
            throw new SpoolException(
                    "the broker does not answer, or lacks topic " + topic.name() + ": " + e.getMessage(), e);
        } catch (KafkaException e) {
            throw new SpoolException("topic " + topic.name() + " cannot be read: " + e.getMessage(), e);
        }
    }

    /** Returns the next offset of each partition: everything before it is in the copy. */
    public Map<Integer, Long> offsets() {
        return new TreeMap<>(file.position().offsets());
    }

    /**
     * Returns the offsets for the provenance of a model, such as {@code inkstream.glyph-samples 0@120 1@98}.
     */
    public String describeOffsets() {
        StringBuilder text = new StringBuilder(topic.name());
        offsets()
                .forEach((partition, offset) ->
                        text.append(' ').append(partition).append('@').append(offset));
        return text.toString();
    }

    /**
     * Returns the samples of the copy; those of unknown characters are left out and counted.
     *
     * @throws IOException if the file cannot be read
     */
    public CollectedSamples load() throws IOException {
        SampleCollector collector = new SampleCollector();
        file.replay(change -> {
            if (change.sample() == null) {
                collector.remove(change.id());
            } else {
                collector.put(change.id(), change.sample());
            }
        });
        if (collector.leftOut() > 0) {
            log.warn(
                    "{} has more samples than a training can hold, {}: the last {} are left out",
                    topic.name(),
                    collector.size(),
                    collector.leftOut());
            return collector.collect();
        }
        // More than half of the file is past: a topic that is imported into again and again must not grow it for ever.
        if (file.records() > 2L * collector.size() + 1000) {
            file.rewrite(collector.changes());
        }
        return collector.collect();
    }

    @Override
    public void close() throws IOException {
        try {
            consumer.close();
        } finally {
            file.close();
        }
    }

    private List<TopicPartition> assign() throws SpoolException, IOException {
        List<PartitionInfo> infos = consumer.partitionsFor(topic.name());
        if (infos == null || infos.isEmpty()) {
            throw new SpoolException("there is no topic " + topic.name());
        }
        List<TopicPartition> partitions = infos.stream()
                .map(info -> new TopicPartition(info.topic(), info.partition()))
                .toList();
        Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
        Map<Integer, Long> known = file.position().offsets();
        Instant now = clock.instant();
        boolean stale =
                !known.isEmpty() && file.position().at().plus(trustedFor).isBefore(now);
        boolean recreated = known.entrySet().stream()
                .anyMatch(offset ->
                        offset.getValue() > ends.getOrDefault(new TopicPartition(topic.name(), offset.getKey()), -1L));
        if (stale || recreated) {
            log.warn(
                    "{}: the topic is read again from the beginning: {}",
                    topic.name(),
                    stale
                            ? "the copy is from " + file.position().at() + ", withdrawals may have been missed"
                            : "it ends before the copy does, so it was recreated");
            file.clear();
        }
        seek(partitions);
        return partitions;
    }

    private void seek(List<TopicPartition> partitions) {
        consumer.assign(partitions);
        Map<Integer, Long> known = file.position().offsets();
        List<TopicPartition> fromStart = new ArrayList<>();
        for (TopicPartition partition : partitions) {
            Long next = known.get(partition.partition());
            if (next == null) {
                fromStart.add(partition);
            } else {
                consumer.seek(partition, next);
            }
        }
        if (!fromStart.isEmpty()) {
            consumer.seekToBeginning(fromStart);
        }
    }

    private boolean reached(Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue());
    }

    private Map<Integer, Long> positions() {
        Map<Integer, Long> positions = new TreeMap<>();
        for (TopicPartition partition : consumer.assignment()) {
            positions.put(partition.partition(), consumer.position(partition));
        }
        return positions;
    }

    private void take(Tally tally) throws IOException {
        List<SpoolFile.Change> changes = new ArrayList<>();
        try {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                SpoolFile.Change change = changeOf(record, tally);
                if (change != null) {
                    changes.add(change);
                }
            }
        } catch (OffsetOutOfRangeException e) {
            log.warn("{}: the topic no longer has the next records and is read again from the beginning", topic.name());
            file.clear();
            seek(List.copyOf(consumer.assignment()));
            return;
        }
        if (!changes.isEmpty()) {
            file.append(changes, new SpoolFile.Position(positions(), clock.instant()));
        }
    }

    /** So that a copy which is up to date, though nothing new came, does not count as old. */
    private void notePosition() throws IOException {
        SpoolFile.Position noted = file.position();
        Map<Integer, Long> positions = positions();
        Instant now = clock.instant();
        if (!noted.offsets().equals(positions)
                || noted.at().plus(NOTE_POSITION_AFTER).isBefore(now)) {
            file.append(List.of(), new SpoolFile.Position(positions, now));
        }
    }

    private SpoolFile.Change changeOf(ConsumerRecord<byte[], byte[]> record, Tally tally) {
        if (record.key() == null) {
            tally.ignore(record, "no key");
            return null;
        }
        String id = id(record.key());
        if (id == null) {
            tally.ignore(
                    record,
                    "a key of " + record.key().length + " bytes that is no text of at most "
                            + Limits.SAMPLE_WORD_CHARS);
            return null;
        }
        if (record.value() == null) {
            tally.withdrawn++;
            return new SpoolFile.Change(id, null);
        }
        GlyphSample sample;
        try {
            sample = topic.value().deserializer().deserialize(topic.name(), record.value());
        } catch (RegistryUnavailableException e) {
            throw e; // says nothing about the record
        } catch (RuntimeException e) {
            tally.ignore(record, "no glyph sample: " + e.getMessage());
            return null;
        }
        String fault = faultOf(sample);
        if (fault != null) {
            tally.ignore(record, fault);
            return null;
        }
        tally.added++;
        return new SpoolFile.Change(id, sample);
    }

    /** The key as text; null if it is none, or longer than any that is kept. */
    private static String id(byte[] key) {
        if (key.length > Limits.SAMPLE_WORD_CHARS) {
            return null;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(key))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /** Why a sample cannot be kept; null if it can. All that is kept of one is in memory during a training. */
    private static String faultOf(GlyphSample sample) {
        int pixels = sample.getImage().remaining();
        if (pixels != SampleSet.PIXELS) {
            return "an image of " + pixels + " bytes, not " + SampleSet.PIXELS;
        }
        String character = sample.getCharacter();
        if (character.length() > Limits.GRAPHEME_CHARS || !Graphemes.isClass(Graphemes.normal(character))) {
            return "'" + Limits.cut(character, Limits.QUOTED_CHARS) + "' (" + character.length()
                    + " units) is not one character";
        }
        if (isTooLong(sample.getSource())) {
            return "a source of " + sample.getSource().length() + " units";
        }
        if (sample.getWriter() != null && isTooLong(sample.getWriter())) {
            return "a writer of " + sample.getWriter().length() + " units";
        }
        return null;
    }

    private static boolean isTooLong(String word) {
        return word.length() > Limits.SAMPLE_WORD_CHARS;
    }

    private static final class Tally {
        private final List<String> reasons = new ArrayList<>();
        private long added;
        private long withdrawn;
        private long ignored;

        void ignore(ConsumerRecord<byte[], byte[]> record, String reason) {
            ignored++;
            if (reasons.size() < REASONS_NAMED) {
                reasons.add("partition " + record.partition() + " offset " + record.offset() + ": "
                        + Limits.cut(reason, Limits.MESSAGE_CHARS));
            }
        }

        Progress progress() {
            if (ignored > 0) {
                log.warn("{} records are no samples and are ignored; the first: {}", ignored, reasons.get(0));
            }
            return new Progress(added, withdrawn, ignored, reasons);
        }
    }
}
