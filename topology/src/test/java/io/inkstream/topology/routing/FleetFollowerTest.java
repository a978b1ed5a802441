package io.inkstream.topology.routing;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.schemas.serde.AvroSerializer;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.schemas.topics.Topics;
import io.inkstream.topology.Models;
import io.inkstream.topology.flow.Backoff;
import io.inkstream.topology.health.Troubles;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.record.TimestampType;
import org.junit.jupiter.api.Test;

/** The follower runs in the test's thread, which ends it from within a poll. */
class FleetFollowerTest {
    private final String registry = "mock://" + UUID.randomUUID();
    private final Topics topics = new Topics("t.", Map.of("schema.registry.url", registry));
    private final Troubles troubles = new Troubles();
    private final List<MockConsumer<byte[], byte[]>> consumers = new ArrayList<>();
    private final Map<TopicPartition, Long> nextOffsets = new HashMap<>();
    private final FleetFollower follower = new FleetFollower(
            topics,
            () -> consumers.remove(0),
            Duration.ofSeconds(15),
            new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), () -> 0.0),
            () -> Models.NOW,
            troubles);

    @Test
    void theFleetIsUnknownUntilAllIsReadThatTheTopicsHeld() {
        MockConsumer<byte[], byte[]> consumer = consumer(Map.of(topics.models().name(), 2L));
        poll(consumer, () -> add(consumer, topics.models(), "base:1", Models.announcement("base:1", Models.NOW)));
        poll(consumer, () -> assertThat(follower.get().complete()).isFalse());
        poll(consumer, () -> add(consumer, topics.models(), "base:2", Models.announcement("base:2", Models.NOW)));
        poll(consumer, () -> {
            assertThat(follower.get().complete()).isTrue();
            assertThat(follower.get().versions()).containsOnlyKeys("base:1", "base:2");
            follower.close();
        });

        follower.run();
    }

    @Test
    void modelsStatusesAndPoliciesBecomeARoute() {
        MockConsumer<byte[], byte[]> consumer = consumer(Map.of());
        poll(consumer, () -> {
            add(consumer, topics.models(), "base:1", Models.announcement("base:1", Models.NOW));
            add(consumer, topics.modelStatus(), "a/base:1", Models.status("a", "base:1", ModelState.READY));
            add(consumer, topics.rollouts(), "base", Models.policy("r1", "1"));
        });
        poll(consumer, follower::close);

        follower.run();

        assertThat(Router.route(follower.get(), Models.NOW, "doc", "natural", Optional.empty()))
                .isEqualTo(new Route.To(follower.get().versions().get("base:1"), "r1"));
    }

    @Test
    void aHaltOfAnInstanceThatIsLongDeadCounts() {
        MockConsumer<byte[], byte[]> consumer =
                consumer(Map.of(topics.rolloutStatus().name(), 1L));
        Instant longAgo = Models.NOW.minusSeconds(1_000_000);
        poll(consumer, () -> {
            add(consumer, topics.models(), "base:1", Models.announcement("base:1", Models.NOW));
            add(consumer, topics.models(), "base:2", Models.announcement("base:2", Models.NOW));
            add(consumer, topics.modelStatus(), "a/base:1", Models.status("a", "base:1", ModelState.READY));
            add(consumer, topics.modelStatus(), "a/base:2", Models.status("a", "base:2", ModelState.READY));
            add(consumer, topics.rollouts(), "base", Models.policy("r1", "base:1", "base:2", 100));
            RolloutStatus halt = RolloutStatus.newBuilder()
                    .setInstance("dead/one")
                    .setModel("base")
                    .setPolicyRevision("r1")
                    .setInForce("r1")
                    .setHaltedRevision("r1")
                    .setHaltReason("it failed")
                    .setReportedAt(longAgo)
                    .build();
            add(consumer, topics.rolloutStatus(), "dead/one/base", halt, longAgo);
        });
        poll(consumer, follower::close);

        follower.run();

        assertThat(Router.route(follower.get(), Models.NOW, "doc", "natural", Optional.empty()))
                .isEqualTo(new Route.To(follower.get().versions().get("base:1"), "r1"));
    }

    @Test
    void whatWasWrittenBeforeIsAsOldAsItsTimestampAndWhatArrivesNowIsNew() {
        MockConsumer<byte[], byte[]> consumer =
                consumer(Map.of(topics.modelStatus().name(), 1L));
        Instant longAgo = Models.NOW.minusSeconds(3_600);
        ModelStatus ready = Models.status("a", "base:1", ModelState.READY);
        poll(consumer, () -> {
            add(consumer, topics.models(), "base:1", Models.announcement("base:1", Models.NOW));
            add(consumer, topics.modelStatus(), "a/base:1", ready, longAgo);
        });
        poll(consumer, () -> assertThat(follower.get().serving().hasLiveServer(Models.NOW))
                .isFalse());
        // The server's clock may be an hour behind; its heartbeat is fresh all the same.
        poll(consumer, () -> add(consumer, topics.modelStatus(), "a/base:1", ready, longAgo));
        poll(consumer, follower::close);

        follower.run();

        assertThat(follower.get().serving().hasLiveServer(Models.NOW)).isTrue();
    }

    @Test
    void aRecordThatCannotBeReadIsPassedOver() {
        MockConsumer<byte[], byte[]> consumer = consumer(Map.of());
        poll(consumer, () -> {
            addBytes(consumer, topics.rollouts().name(), "base".getBytes(UTF_8), new byte[] {9, 9}, Models.NOW);
            addBytes(consumer, topics.models().name(), null, new byte[] {9, 9}, Models.NOW);
            addBytes(consumer, topics.modelStatus().name(), "no slash".getBytes(UTF_8), null, Models.NOW);
            add(consumer, topics.models(), "base:1", Models.announcement("base:1", Models.NOW));
        });
        poll(consumer, follower::close);

        follower.run();

        assertThat(follower.get().versions()).containsOnlyKeys("base:1");
    }

    @Test
    void whatIsLargerThanAnyOfOursIsPassedOver() {
        MockConsumer<byte[], byte[]> consumer = consumer(Map.of());
        byte[] huge = new byte[Limits.CONTROL_RECORD_BYTES + 1];
        poll(consumer, () -> {
            for (Topic<?, ?> topic :
                    List.of(topics.models(), topics.modelStatus(), topics.rollouts(), topics.rolloutStatus())) {
                addBytes(consumer, topic.name(), "base".getBytes(UTF_8), huge, Models.NOW);
                addBytes(consumer, topic.name(), new byte[Limits.CONTROL_KEY_CHARS + 1], null, Models.NOW);
            }
            add(consumer, topics.models(), "base:1", Models.announcement("base:1", Models.NOW));
        });
        poll(consumer, follower::close);

        follower.run();

        assertThat(follower.get().versions()).containsOnlyKeys("base:1");
    }

    @Test
    void aStatusFromTheFutureKeepsNoDeadServerAlive() {
        MockConsumer<byte[], byte[]> consumer =
                consumer(Map.of(topics.modelStatus().name(), 2L));
        ModelStatus ready = Models.status("a", "base:1", ModelState.READY);
        poll(consumer, () -> {
            add(consumer, topics.modelStatus(), "a/base:1", ready, Instant.parse("3000-01-01T00:00:00Z"));
            add(consumer, topics.modelStatus(), "b/base:1", ready, Instant.ofEpochMilli(-1));
        });
        poll(consumer, follower::close);

        follower.run();

        assertThat(follower.get().serving().hasLiveServer(Models.NOW.plusSeconds(15)))
                .isTrue();
        assertThat(follower.get().serving().hasLiveServer(Models.NOW.plusSeconds(16)))
                .isFalse();
    }

    @Test
    void aVersionIsNoNewerThanItsRecord() {
        MockConsumer<byte[], byte[]> consumer = consumer(Map.of());
        Instant future = Instant.parse("3000-01-01T00:00:00Z");
        poll(consumer, () -> {
            add(consumer, topics.models(), "base:1", Models.announcement("base:1", future));
            add(consumer, topics.models(), "base:2", Models.announcement("base:2", future), future);
        });
        poll(consumer, follower::close);

        follower.run();

        assertThat(follower.get().versions().values())
                .extracting(Version::announcedAt)
                .containsOnly(Models.NOW);
    }

    @Test
    void aStateThatANewerServerWritesIsReadAsAnnounced() {
        MockConsumer<byte[], byte[]> consumer = consumer(Map.of());
        poll(consumer, () -> {
            add(consumer, topics.models(), "base:1", Models.announcement("base:1", Models.NOW));
            addBytes(
                    consumer,
                    topics.modelStatus().name(),
                    "a/base:1".getBytes(UTF_8),
                    ofANewerServer("FLYING"),
                    Models.NOW);
        });
        poll(consumer, follower::close);

        follower.run();

        assertThat(follower.get()
                        .serving()
                        .servers()
                        .get("a")
                        .standings()
                        .get("base:1")
                        .state())
                .isEqualTo(ModelState.ANNOUNCED);
    }

    @Test
    void afterAFailureItBeginsAgainAndTheLastFleetStaysUntilTheNewOneIsComplete() {
        MockConsumer<byte[], byte[]> first = consumer(Map.of());
        poll(first, () -> add(first, topics.models(), "base:1", Models.announcement("base:1", Models.NOW)));
        poll(first, () -> first.setPollException(new KafkaException("the broker went away")));
        nextOffsets.clear();
        MockConsumer<byte[], byte[]> second = consumer(Map.of(topics.models().name(), 1L));
        poll(second, () -> {
            assertThat(troubles.reasons()).containsEntry("model-topics", "the broker went away");
            assertThat(follower.get().versions()).containsOnlyKeys("base:1");
        });
        poll(second, () -> {
            assertThat(troubles.reasons()).isEmpty();
            assertThat(follower.get().versions()).containsOnlyKeys("base:1");
            add(second, topics.models(), "base:2", Models.announcement("base:2", Models.NOW));
        });
        poll(second, follower::close);

        follower.run();

        assertThat(follower.get().versions()).containsOnlyKeys("base:2");
    }

    @Test
    void aTopicThatIsNotThereIsWaitedFor() {
        consumers.add(new MockConsumer<>("earliest"));
        MockConsumer<byte[], byte[]> later = consumer(Map.of());
        poll(later, () -> {
            assertThat(troubles.reasons()).containsEntry("model-topics", "topic t.models does not exist");
            follower.close();
        });

        follower.run();
    }

    /** A status whose schema has a state that we do not know. */
    private byte[] ofANewerServer(String state) {
        Schema newer = new Schema.Parser()
                .parse(ModelStatus.getClassSchema().toString().replace("\"FAILED\"", "\"FAILED\",\"" + state + "\""));
        GenericData.Record status = new GenericData.Record(newer);
        ModelStatus plain = Models.status("a", "base:1", ModelState.READY);
        newer.getFields().forEach(field -> status.put(field.name(), plain.get(field.pos())));
        status.put("state", new GenericData.EnumSymbol(newer.getField("state").schema(), state));
        status.put("reportedAt", Models.NOW.toEpochMilli());
        AvroSerializer<GenericData.Record> serializer = new AvroSerializer<>();
        serializer.configure(Map.of("schema.registry.url", registry), false);
        return serializer.serialize(topics.modelStatus().name(), status);
    }

    /** A consumer of the model topics, one partition each, which held some records at the beginning. */
    private MockConsumer<byte[], byte[]> consumer(Map<String, Long> ends) {
        MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest");
        for (Topic<?, ?> topic :
                List.of(topics.models(), topics.modelStatus(), topics.rollouts(), topics.rolloutStatus())) {
            TopicPartition partition = new TopicPartition(topic.name(), 0);
            consumer.updatePartitions(topic.name(), List.of(new PartitionInfo(topic.name(), 0, null, null, null)));
            consumer.updateBeginningOffsets(Map.of(partition, 0L));
            consumer.updateEndOffsets(Map.of(partition, ends.getOrDefault(topic.name(), 0L)));
        }
        consumers.add(consumer);
        return consumer;
    }

    private static void poll(MockConsumer<byte[], byte[]> consumer, Runnable task) {
        consumer.schedulePollTask(task);
    }

    private <V> void add(MockConsumer<byte[], byte[]> consumer, Topic<String, V> topic, String key, V value) {
        add(consumer, topic, key, value, Models.NOW);
    }

    private <V> void add(
            MockConsumer<byte[], byte[]> consumer, Topic<String, V> topic, String key, V value, Instant written) {
        byte[] bytes = topic.value().serializer().serialize(topic.name(), value);
        addBytes(consumer, topic.name(), key.getBytes(UTF_8), bytes, written);
    }

    private void addBytes(
            MockConsumer<byte[], byte[]> consumer, String topic, byte[] key, byte[] value, Instant written) {
        long offset = nextOffsets.merge(new TopicPartition(topic, 0), 1L, Long::sum) - 1;
        consumer.addRecord(new ConsumerRecord<>(
                topic,
                0,
                offset,
                written.toEpochMilli(),
                TimestampType.CREATE_TIME,
                0,
                0,
                key,
                value,
                new RecordHeaders(),
                Optional.empty()));
    }
}
