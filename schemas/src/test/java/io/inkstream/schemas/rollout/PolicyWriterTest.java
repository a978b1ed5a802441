package io.inkstream.schemas.rollout;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.rollout.PolicyWriter.Current;
import io.inkstream.schemas.rollout.PolicyWriter.Outcome;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.schemas.topics.Topics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** One writer against a log in memory; two real ones on a real broker are in ops. */
class PolicyWriterTest {
    private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

    private final Topic<String, RolloutPolicy> topic =
            new Topics("t.", Map.of("schema.registry.url", "mock://" + UUID.randomUUID())).rollouts();
    private final TopicPartition partition = new TopicPartition(topic.name(), 0);
    private final List<ConsumerRecord<byte[], byte[]>> log = new ArrayList<>();
    private final List<MockProducer<byte[], byte[]>> producers = new ArrayList<>();
    private final List<String> ids = new ArrayList<>();
    private final AtomicLong nanos = new AtomicLong();
    private long openTransactionAt = Long.MAX_VALUE;
    private boolean hasTopic = true;

    private final PolicyClients clients = new PolicyClients() {
        @Override
        public Producer<byte[], byte[]> producer(String transactionalId) {
            ids.add(transactionalId);
            MockProducer<byte[], byte[]> producer =
                    new MockProducer<>(true, null, new ByteArraySerializer(), new ByteArraySerializer());
            producers.add(producer);
            return producer;
        }

        @Override
        public Consumer<byte[], byte[]> consumer(boolean committed) {
            MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest") {
                @Override
                public synchronized void assign(java.util.Collection<TopicPartition> partitions) {
                    super.assign(partitions);
                    log.stream()
                            .filter(record -> record.offset() < openTransactionAt)
                            .forEach(this::addRecord);
                }
            };
            if (hasTopic) {
                consumer.updatePartitions(topic.name(), List.of(new PartitionInfo(topic.name(), 0, null, null, null)));
            }
            consumer.updateBeginningOffsets(Map.of(partition, 0L));
            consumer.updateEndOffsets(Map.of(partition, (long) log.size()));
            return consumer;
        }
    };
    private final PolicyWriter writer = new PolicyWriter(
            topic, clients, () -> NOW, () -> nanos.addAndGet(50_000_000), () -> 0, Duration.ofSeconds(1));

    @Test
    void theNextPolicyIsMadeOfTheLastOneOfItsName() throws Exception {
        written("base", policy("r1", "base:1"));
        written("base", policy("r2", "base:2"));
        written("other", policy("r3", "other:1"));

        Outcome outcome = writer.write("base", current -> {
            assertThat(current).hasValueSatisfying(last -> {
                assertThat(last.policy().getRevision()).isEqualTo("r2");
                assertThat(last.writtenAt()).isEqualTo(NOW.minusSeconds(60));
            });
            return Optional.of(policy("r4", "base:3"));
        });

        assertThat(outcome).isEqualTo(new Outcome.Written(new Current(policy("r4", "base:3"), NOW), List.of()));
        assertThat(ids).containsExactly("inkstream-policy-t.rollouts-base");
        ProducerRecord<byte[], byte[]> record = producers.get(0).history().get(0);
        assertThat(record.key()).isEqualTo("base".getBytes(UTF_8));
        assertThat(record.timestamp()).isEqualTo(NOW.toEpochMilli());
        assertThat(topic.value().deserializer().deserialize(topic.name(), record.value()))
                .isEqualTo(policy("r4", "base:3"));
        assertThat(producers.get(0).transactionCommitted()).isTrue();
        assertThat(producers.get(0).closed()).isTrue();
    }

    @Test
    void othersAreFencedBeforeTheTopicIsRead() throws Exception {
        writer.write("base", current -> {
            assertThat(producers.get(0).transactionInitialized()).isTrue();
            return Optional.empty();
        });

        assertThat(producers).hasSize(1);
    }

    @Test
    void whoIsFencedMakesTheChangeAgainOfWhatTheOtherWrote() throws Exception {
        written("base", policy("r1", "base:1"));
        List<String> seen = new ArrayList<>();

        Outcome outcome = writer.write("base", current -> {
            seen.add(current.orElseThrow().policy().getRevision());
            if (seen.size() == 1) {
                written("base", policy("r2", "base:2"));
                producers.get(0).fenceProducer();
            }
            return Optional.of(policy("mine", "base:3"));
        });

        assertThat(outcome).isInstanceOf(Outcome.Written.class);
        assertThat(seen).containsExactly("r1", "r2");
        assertThat(producers.get(0).history()).isEmpty();
        assertThat(producers.get(1).history()).hasSize(1);
    }

    @Test
    void whoIsFencedAgainAndAgainGivesUp() throws Exception {
        Outcome outcome = writer.write("base", current -> {
            producers.get(producers.size() - 1).fenceProducer();
            return Optional.of(policy("mine", "base:3"));
        });

        assertThat(outcome)
                .isEqualTo(new Outcome.Failed("other writers of the policy of base took over 8 times in a row; retry"));
    }

    @Test
    void nothingIsWrittenWhereTheChangeLeavesItOrThrows() throws Exception {
        assertThat(writer.write("base", current -> Optional.empty()))
                .isEqualTo(new Outcome.Unchanged(Optional.empty()));
        assertThatThrownBy(() -> writer.write("base", current -> {
                    throw new IOException("refused");
                }))
                .isInstanceOf(IOException.class);

        assertThat(producers).hasSize(2).allSatisfy(producer -> {
            assertThat(producer.history()).isEmpty();
            assertThat(producer.closed()).isTrue();
        });
    }

    @Test
    void aRecordBehindAnOpenTransactionOfAnotherNameIsWaitedForAndNotMissed() throws Exception {
        written("base", policy("r1", "base:1"));
        written("base", policy("r2", "base:2"));
        openTransactionAt = 1;
        AtomicInteger asked = new AtomicInteger();

        Outcome outcome = writer.write("base", current -> {
            asked.incrementAndGet();
            return Optional.of(policy("mine", "base:3"));
        });

        assertThat(asked).hasValue(0);
        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failed.class, failed -> assertThat(failed.why())
                .contains("could not be read to its end"));
    }

    @Test
    void aPolicyThatNobodyCanUseIsPassedOver() throws Exception {
        written("base", policy("r1", "base:1"));
        RolloutPolicy unusable = policy("r2", "base:2");
        unusable.setCandidatePercent(900);
        written("base", unusable);
        log.add(record("base", new byte[] {9, 9}));
        log.add(record(null, new byte[] {9, 9}));

        writer.write("base", current -> {
            assertThat(current)
                    .hasValueSatisfying(
                            last -> assertThat(last.policy().getRevision()).isEqualTo("r1"));
            return Optional.empty();
        });
        log.add(record("base", null));
        writer.write("base", current -> {
            assertThat(current).isEmpty();
            return Optional.empty();
        });
    }

    @Test
    void aPolicyThatNobodyCouldUseIsNotWritten() throws Exception {
        Outcome outcome = writer.write("base", current -> Optional.of(policy("mine", "no id:")));

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Failed.class, failed -> assertThat(failed.why())
                .startsWith("the policy could not be used: stable: model name 'no id'"));
        assertThat(producers.get(0).history()).isEmpty();
    }

    @Test
    void aBrokerThatDoesNotAnswerIsSaid() throws Exception {
        hasTopic = false;
        assertThat(writer.write("base", current -> Optional.empty()))
                .isEqualTo(new Outcome.Failed("topic t.rollouts does not exist"));

        hasTopic = true;
        PolicyWriter cut = writer(producer -> producer.initTransactionException = new TimeoutException("no broker"));
        assertThat(cut.write("base", current -> Optional.empty())).isEqualTo(new Outcome.Failed("no broker"));
    }

    @Test
    void aCommitWhoseAnswerIsLostIsAskedForAgainAndThenSaidToBeUnknown() throws Exception {
        PolicyWriter cut = writer(producer -> producer.commitTransactionException = new TimeoutException("no answer"));

        assertThat(cut.write("base", current -> Optional.of(policy("mine", "base:1"))))
                .isEqualTo(new Outcome.Unconfirmed(policy("mine", "base:1"), "no answer"));
    }

    @Test
    void whetherACommitThatFailedOnTheBrokerCountsIsLookedUp() throws Exception {
        RolloutPolicy mine = policy("mine", "base:1");
        AtomicInteger changes = new AtomicInteger();
        PolicyWriter cut = writer(producer -> {
            if (producers.size() == 1) {
                producer.commitTransactionException = new KafkaException("Unhandled error in EndTxnResponse");
            }
        });
        Outcome outcome = cut.write("base", current -> {
            if (changes.incrementAndGet() == 1) {
                written("base", mine); // it was committed all the same
            }
            return Optional.of(mine);
        });

        assertThat(outcome).isInstanceOfSatisfying(Outcome.Written.class, written -> assertThat(
                        written.now().policy())
                .isEqualTo(mine));
        assertThat(changes).hasValue(1);
    }

    @Test
    void aCommitThatFailedOnTheBrokerAndDoesNotCountIsMadeAgain() throws Exception {
        RolloutPolicy mine = policy("mine", "base:1");
        PolicyWriter cut = writer(producer -> {
            if (producers.size() == 1) {
                producer.commitTransactionException = new KafkaException("Unhandled error in EndTxnResponse");
            }
        });

        assertThat(cut.write("base", current -> Optional.of(mine))).isInstanceOf(Outcome.Written.class);
        assertThat(producers).hasSize(2);
    }

    @Test
    void aRefusedSendAbortsTheTransaction() throws Exception {
        PolicyWriter cut = writer(producer -> producer.sendException = new KafkaException("too large"));

        assertThat(cut.write("base", current -> Optional.of(policy("mine", "base:1"))))
                .isEqualTo(new Outcome.Failed("too large"));
        assertThat(producers.get(0).transactionAborted()).isTrue();
    }

    private PolicyWriter writer(java.util.function.Consumer<MockProducer<byte[], byte[]>> spoil) {
        PolicyClients spoiled = new PolicyClients() {
            @Override
            public Producer<byte[], byte[]> producer(String transactionalId) {
                MockProducer<byte[], byte[]> producer =
                        (MockProducer<byte[], byte[]>) clients.producer(transactionalId);
                spoil.accept(producer);
                return producer;
            }

            @Override
            public Consumer<byte[], byte[]> consumer(boolean committed) {
                return clients.consumer(committed);
            }
        };
        return new PolicyWriter(
                topic, spoiled, () -> NOW, () -> nanos.addAndGet(50_000_000), () -> 0, Duration.ofSeconds(1));
    }

    private void written(String name, RolloutPolicy policy) {
        log.add(record(name, topic.value().serializer().serialize(topic.name(), policy)));
    }

    private ConsumerRecord<byte[], byte[]> record(String key, byte[] value) {
        return new ConsumerRecord<>(
                topic.name(),
                0,
                log.size(),
                NOW.minusSeconds(60).toEpochMilli(),
                TimestampType.CREATE_TIME,
                0,
                0,
                key == null ? null : key.getBytes(UTF_8),
                value,
                new RecordHeaders(),
                Optional.empty());
    }

    private static RolloutPolicy policy(String revision, String stable) {
        return RolloutPolicy.newBuilder()
                .setRevision(revision)
                .setStable(stable)
                .build();
    }
}
