package io.inkstream.ops.admin;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.schemas.topics.DeadLetterHeaders;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListOffsetsResult;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

class DeadLetterReplayTest {
    private static final Duration LIMIT = Duration.ofSeconds(5);

    private final Cluster cluster = new Cluster(Settings.of(List.of(), Map.of(), Map.of(), Map.of()));
    private final TopicPartition letters =
            new TopicPartition(cluster.topics().deadLetters().name(), 0);
    private final TopicPartition texts =
            new TopicPartition(cluster.topics().texts().name(), 0);
    private final Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> stored =
            new HashMap<>(Map.of(letters, new ArrayList<>(), texts, new ArrayList<>()));
    private long textsBegin;
    private final Producer producer = new Producer();
    private final DeadLetterShelf shelf = new DeadLetterShelf(cluster, LIMIT, consumer(), this::admin);

    /** Counts commits, of which the first may have no answer. */
    private static final class Producer extends MockProducer<byte[], byte[]> {
        private int silentCommits;
        private int commits;

        Producer() {
            super(true, null, new ByteArraySerializer(), new ByteArraySerializer());
        }

        @Override
        public void commitTransaction() {
            commits++;
            if (silentCommits-- > 0) {
                throw new TimeoutException("no answer to the commit");
            }
            super.commitTransaction();
        }

        @Override
        public void abortTransaction() {
            throw new IllegalStateException("a commit is under way");
        }
    }

    private record Position(TopicPartition partition, long offset) {}

    private Position position;

    /** A consumer of what is stored; it must not be waited for while a transaction is open. */
    @SuppressWarnings("unchecked")
    private Consumer<byte[], byte[]> consumer() {
        return (Consumer<byte[], byte[]>) Proxy.newProxyInstance(
                Consumer.class.getClassLoader(), new Class<?>[] {Consumer.class}, (proxy, method, arguments) -> {
                    assertThat(producer.transactionInFlight())
                            .as("transaction during " + method.getName())
                            .isFalse();
                    switch (method.getName()) {
                        case "partitionsFor":
                            return List.of(new PartitionInfo((String) arguments[0], 0, null, null, null));
                        case "assign", "close":
                            return null;
                        case "beginningOffsets":
                            return each((Collection<TopicPartition>) arguments[0], true);
                        case "endOffsets":
                            return each((Collection<TopicPartition>) arguments[0], false);
                        case "offsetsForTimes":
                            assertThat(((Map<TopicPartition, Long>) arguments[0]).values())
                                    .allMatch(time -> time >= 0);
                            return new HashMap<>();
                        case "seek":
                            position = new Position((TopicPartition) arguments[0], (long) arguments[1]);
                            return null;
                        case "position":
                            return position.offset();
                        case "poll":
                            return poll();
                        default:
                            throw new AssertionError(method.getName() + " is not asked for");
                    }
                });
    }

    private Map<TopicPartition, Long> each(Collection<TopicPartition> partitions, boolean isBegin) {
        return partitions.stream()
                .collect(Collectors.toMap(
                        at -> at,
                        at -> (at.equals(texts) ? textsBegin : 0)
                                + (isBegin ? 0 : stored.get(at).size())));
    }

    private ConsumerRecords<byte[], byte[]> poll() {
        List<ConsumerRecord<byte[], byte[]>> rest = stored.get(position.partition()).stream()
                .filter(record -> record.offset() >= position.offset())
                .toList();
        position = new Position(
                position.partition(), each(List.of(position.partition()), false).get(position.partition()));
        return new ConsumerRecords<>(rest.isEmpty() ? Map.of() : Map.of(position.partition(), rest), Map.of());
    }

    private Admin admin() {
        return (Admin) Proxy.newProxyInstance(
                Admin.class.getClassLoader(), new Class<?>[] {Admin.class}, (proxy, method, arguments) -> {
                    if (!method.getName().equals("listOffsets")) {
                        return null; // it is closed
                    }
                    return new ListOffsetsResult(Map.of(
                            texts,
                            KafkaFuture.completedFuture(new ListOffsetsResult.ListOffsetsResultInfo(
                                    each(List.of(texts), false).get(texts), -1, Optional.empty()))));
                });
    }

    /** Refuses a text that was at an offset. */
    private ShelvedLetter refuse(long offset) {
        RecordHeaders headers = new RecordHeaders();
        headers.add(DeadLetterHeaders.TOPIC, texts.topic().getBytes(UTF_8));
        headers.add(DeadLetterHeaders.PARTITION, "0".getBytes(UTF_8));
        headers.add(DeadLetterHeaders.OFFSET, Long.toString(offset).getBytes(UTF_8));
        ConsumerRecord<byte[], byte[]> record = new ConsumerRecord<>(
                letters.topic(),
                0,
                stored.get(letters).size(),
                Instant.EPOCH.toEpochMilli(),
                org.apache.kafka.common.record.TimestampType.CREATE_TIME,
                -1,
                -1,
                "a".getBytes(UTF_8),
                ("text " + offset).getBytes(UTF_8),
                headers,
                Optional.empty());
        stored.get(letters).add(record);
        return ShelvedLetter.of(record);
    }

    private List<DeadLetterReplay.Outcome.Kind> replay(List<ShelvedLetter> which) {
        return new DeadLetterReplay(cluster, shelf, producer)
                .replay(which, false, false).stream()
                        .map(DeadLetterReplay.Outcome::kind)
                        .toList();
    }

    @Test
    void whatATransactionHoldsIsReadBeforeItBegins() {
        List<ShelvedLetter> many =
                IntStream.range(0, 450).mapToObj(this::refuse).toList();

        assertThat(replay(many)).hasSize(450).containsOnly(DeadLetterReplay.Outcome.Kind.SENT);

        assertThat(producer.commits).isEqualTo(3);
        assertThat(producer.history())
                .extracting(record -> new String(record.value(), UTF_8))
                .containsExactlyElementsOf(
                        IntStream.range(0, 450).mapToObj(i -> "text " + i).toList());
    }

    @Test
    void aCommitWithoutAnAnswerIsAskedForAgain() {
        producer.silentCommits = 1;

        assertThat(replay(List.of(refuse(0)))).containsExactly(DeadLetterReplay.Outcome.Kind.SENT);
        assertThat(producer.history()).hasSize(1);
    }

    @Test
    void ofACommitThatNeverGetsAnAnswerTheCauseIsSaid() {
        producer.silentCommits = 2;
        List<ShelvedLetter> one = List.of(refuse(0));

        assertThatThrownBy(() -> replay(one))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("no answer");
    }

    @Test
    void whatTheTopicMayHaveForgottenIsWarnedOf() {
        ShelvedLetter kept = refuse(6);
        textsBegin = 7;
        assertThat(warnings(kept)).isEmpty();

        textsBegin = 8;
        assertThat(warnings(kept))
                .singleElement()
                .asString()
                .contains(texts + " has forgotten what was before offset 8");
    }

    private List<String> warnings(ShelvedLetter letter) {
        DeadLetterReplay replay = new DeadLetterReplay(cluster, shelf, producer);
        replay.replay(List.of(letter), false, true);
        return replay.warnings();
    }

    @Test
    void nothingIsOlderThanTime() {
        DeadLetterShelf.Wanted longAgo = new DeadLetterShelf.Wanted(
                Optional.empty(), Optional.empty(), Optional.of(Instant.EPOCH.minusSeconds(1)));

        assertThat(shelf.newest(longAgo, 10)).isEmpty();
    }
}
