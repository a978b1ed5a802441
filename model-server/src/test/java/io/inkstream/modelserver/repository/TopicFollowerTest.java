package io.inkstream.modelserver.repository;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.modelserver.TestBundles;
import io.inkstream.modelserver.health.Readiness;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.ModelKind;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.ModelChunk;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.schemas.topics.Topics;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.Node;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.Serdes;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class TopicFollowerTest {
    private static final Topics TOPICS = new Topics("", Map.of("schema.registry.url", "mock://follower"));
    private static final TopicPartition MODELS =
            new TopicPartition(TOPICS.models().name(), 0);
    private static final TopicPartition CHUNKS =
            new TopicPartition(TOPICS.modelChunks().name(), 0);
    private static final TopicPartition ROLLOUTS =
            new TopicPartition(TOPICS.rollouts().name(), 0);
    private static final TopicPartition STATUSES =
            new TopicPartition(TOPICS.modelStatus().name(), 0);

    /** A record that shows a fault of ours. */
    private static final byte[] FAULT = {1, 2, 3};

    @TempDir
    Path folder;

    private final BlockingQueue<VersionStatus> changes = new LinkedBlockingQueue<>();
    private final BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    private final Queue<RuntimeException> troubles = new ArrayDeque<>();
    private final AtomicInteger consumersMade = new AtomicInteger();
    private final MockConsumer<byte[], byte[]> consumer = new MockConsumer<>("earliest") {
        @Override
        public synchronized void close(org.apache.kafka.clients.consumer.CloseOptions options) {
            // The next "connection" is the same cluster.
        }

        @Override
        public synchronized void close() {
            // as above
        }
    };
    private final Readiness readiness = new Readiness();
    private final Deserializer<ModelAnnouncement> announcements =
            TOPICS.models().value().deserializer();
    private final Topic<String, ModelAnnouncement> models = new Topic<>(
            TOPICS.models().name(),
            TOPICS.models().key(),
            Serdes.serdeFrom(TOPICS.models().value().serializer(), (topic, bytes) -> {
                if (Arrays.equals(bytes, FAULT)) {
                    throw new IllegalStateException("a bug");
                }
                return announcements.deserialize(topic, bytes);
            }),
            TOPICS.models().cleanup());
    private ModelRepository repository;
    private TopicFollower follower;

    @BeforeEach
    void open() {
        repository = new ModelRepository(
                new RefusingLoader(),
                model -> {},
                new BundleCache(folder),
                Locations.NONE,
                new ModelRepository.Limits(10_000, 10, 1, Duration.ofDays(1)),
                new Backoff(Duration.ofMillis(1), Duration.ofMillis(1), () -> 0),
                System::nanoTime,
                new RepositoryMeters(new SimpleMeterRegistry()),
                changes::add);
    }

    @AfterEach
    void close() {
        if (follower != null) {
            follower.close();
        }
        repository.close();
    }

    @Test
    void announcedVersionsAreLoadedWithTheirChunks() throws Exception {
        cluster();
        models(0, "a:1", announcement("1"));
        chunk(0, "a:1:0");
        follow();
        assertThat(awaitState(VersionState.REJECTED).reason()).isEqualTo("seen"); // by the loader
        assertThat(readiness.obstacles()).isEmpty();
    }

    @Test
    void recordsThatCannotBeReadArePassedOver() throws Exception {
        cluster();
        raw(MODELS, 0, "bad:1", new byte[] {9, 9, 9});
        models(1, "a:1", announcement("1"));
        raw(CHUNKS, 0, "bad:1:0", "no avro".getBytes(UTF_8));
        chunk(1, "a:1:0");
        follow();
        assertThat(awaitState(VersionState.REJECTED).id()).hasToString("a:1");
    }

    @Test
    void aPoisonousChunkNeitherBeginsTheReadingAnewNorSpoilsTheNextVersion() throws Exception {
        cluster();
        models(0, "a:1", announcement("1"));
        poison(0, "a:1:0", new ModelChunk(0, 1, "with a \0 in it", ByteBuffer.wrap(new byte[1])));
        poison(1, "a:1:0", new ModelChunk(0, 1, "../victim", ByteBuffer.wrap(new byte[1])));
        poison(2, "a:1:0", new ModelChunk(0, Integer.MIN_VALUE, "", ByteBuffer.wrap(new byte[0])));
        chunk(3, "a:1:0");
        follow();
        assertThat(awaitState(VersionState.REJECTED).reason()).isEqualTo("seen"); // by the loader: it is whole
        assertThat(consumersMade).hasValue(1);
    }

    @Test
    void aPoisonousAnnouncementIsPassedOverBeforeAndAfterTheStart() throws Exception {
        cluster();
        ModelAnnouncement poison = announcement("1");
        poison.setSha256("../victim");
        models(0, "a:1", poison);
        models(1, "a:1", announcement("1"));
        models(2, "a:1", poison);
        chunk(0, "a:1:0");
        follow();
        assertThat(awaitState(VersionState.REJECTED).reason()).isEqualTo("seen");
        models(3, "a:2", poison); // under another's key
        raw(MODELS, 4, "\0:\0", serialized(TOPICS.models(), poison));
        models(5, "a:3", announcement("3"));
        assertThat(awaitState(VersionState.ANNOUNCED).id()).hasToString("a:3");
        assertThat(consumersMade).hasValue(1);
    }

    @Test
    void aPoisonousPolicyIsPassedOver() throws Exception {
        cluster();
        RolloutPolicy poison = RolloutPolicy.newBuilder()
                .setRevision("x".repeat(100_000))
                .setStable("\0")
                .setCandidatePercent(-1)
                .setDocumentPins(Map.of("a", "y".repeat(100_000), "b", ":", "c", "::"))
                .build();
        raw(ROLLOUTS, 0, "z".repeat(100_000), serialized(TOPICS.rollouts(), poison));
        policy(1, "a", "1");
        models(0, "a:1", announcement("1"));
        follow();
        awaitState(VersionState.DOWNLOADING);
        assertThat(consumersMade).hasValue(1);
    }

    @Test
    void aFaultOfOursWithOneRecordEndsNothing() throws Exception {
        cluster();
        models(0, "a:1", announcement("1"));
        follow();
        awaitState(VersionState.DOWNLOADING);
        raw(MODELS, 1, "a:2", FAULT);
        models(2, "a:3", announcement("3"));
        assertThat(awaitState(VersionState.ANNOUNCED).id()).hasToString("a:3");
        assertThat(consumersMade).hasValue(1);
    }

    @Test
    void aVersionOfAnotherKindIsNoneOfOursBeforeAndAfterTheStart() throws Exception {
        cluster();
        models(0, "text:1", language("1"));
        chunk(0, "text:1:0");
        models(1, "a:1", announcement("1"));
        follow();
        awaitState(VersionState.DOWNLOADING);
        models(2, "text:2", language("2"));
        models(3, "text:1", null);
        chunk(1, "text:2:0");
        chunk(2, "a:1:0");
        assertThat(awaitState(VersionState.REJECTED).id()).hasToString("a:1");
        assertThat(changes).as("nothing is said of it").isEmpty();
        assertThat(repository.versions())
                .extracting(status -> status.id().name())
                .containsOnly("a");
        assertThat(consumersMade).hasValue(1);
    }

    @Test
    void anIdThatWasOfAnotherKindAndIsWithdrawnMayDraw() throws Exception {
        cluster();
        ModelAnnouncement language = announcement("1");
        language.setKind(ModelKind.LANGUAGE.label());
        models(0, "a:1", language);
        follow();
        models(2, "a:1", null);
        models(3, "a:1", announcement("1"));
        chunk(0, "a:1:0");
        assertThat(awaitState(VersionState.REJECTED).reason()).isEqualTo("seen");
    }

    @Test
    void aWithdrawalUnloads() throws Exception {
        cluster();
        models(0, "a:1", announcement("1"));
        follow();
        awaitState(VersionState.DOWNLOADING);
        models(1, "a:1", null);
        assertThat(awaitState(VersionState.UNLOADED).reason()).isEqualTo("it was withdrawn");
    }

    @Test
    void whatWasWithdrawnBeforeTheStartNeverHappened() throws Exception {
        cluster();
        models(0, "a:1", announcement("1"));
        models(1, "a:1", null);
        models(2, "a:2", announcement("2"));
        follow();
        assertThat(awaitState(VersionState.ANNOUNCED).id()).hasToString("a:2");
        awaitState(VersionState.DOWNLOADING);
        assertThat(changes).isEmpty();
    }

    @Test
    void topicsThatAreReadAgainDisturbNothingThatIsKnown() throws Exception {
        cluster();
        models(0, "a:1", announcement("1"));
        models(1, "a:1", null);
        models(2, "a:1", announcement("1"));
        follow();
        awaitState(VersionState.DOWNLOADING);
        follower.close();
        models(0, "a:1", announcement("1"));
        models(1, "a:1", null);
        models(2, "a:1", announcement("1"));
        models(3, "a:2", announcement("2"));
        follow();
        assertThat(awaitState(VersionState.ANNOUNCED).id()).hasToString("a:2");
        assertThat(changes).noneMatch(change -> change.state() == VersionState.UNLOADED);
    }

    @Test
    void whatPoliciesNameIsLoadedBeforeWhatIsNewer() throws Exception {
        cluster();
        policy(0, "a", "1");
        models(0, "a:1", announcement("1"));
        models(1, "a:2", announcement("2"));
        chunk(0, "a:1:0");
        chunk(1, "a:2:0");
        List<VersionStatus> rejected = new ArrayList<>();
        follow();
        rejected.add(awaitState(VersionState.REJECTED));
        rejected.add(awaitState(VersionState.REJECTED));
        assertThat(rejected).extracting(status -> status.id().toString()).containsExactly("a:1", "a:2");
    }

    @Test
    void everyVersionThatAPolicyMentionsIsNamed() {
        RolloutPolicy policy = RolloutPolicy.newBuilder()
                .setRevision("r1")
                .setStable("1")
                .setCandidate("a:2")
                .setShadow("3")
                .setEarlier(List.of("6", "7"))
                .setDocumentPins(Map.of("letter", "4"))
                .setStylePins(Map.of("neat", "b:5", "hasty", "no version at all"))
                .build();
        List<String> faults = new ArrayList<>();
        assertThat(TopicFollower.namedBy("a", policy, faults))
                .extracting(ModelId::toString)
                .as("all of them, and what a rollback goes back to")
                .containsExactlyInAnyOrder("a:1", "a:2", "a:3", "a:4", "b:5", "a:6");
        assertThat(faults).singleElement().asString().contains("no version at all");
    }

    @Test
    void troubleWithTheClusterIsOvercome() throws Exception {
        cluster();
        models(0, "a:1", announcement("1"));
        troubles.add(new KafkaException("no broker"));
        follow();
        awaitState(VersionState.DOWNLOADING);
        assertThat(consumersMade).hasValue(2);
    }

    @Test
    void aServerThatHasReadTheTopicsStaysReadyWithoutTheCluster() throws Exception {
        cluster();
        models(0, "a:1", announcement("1"));
        follow();
        awaitState(VersionState.DOWNLOADING);
        while (!readiness.obstacles().isEmpty()) {
            Thread.onSpinWait();
        }
        consumer.setPollException(new KafkaException("the broker has gone"));
        while (consumersMade.get() < 2) {
            Thread.onSpinWait();
            assertThat(readiness.obstacles()).isEmpty();
        }
    }

    @Test
    void recordsOfStatusesAreHeardFromTheStartOn() throws Exception {
        cluster();
        consumer.updateEndOffsets(Map.of(STATUSES, 3L));
        follow();
        while (!consumer.assignment().contains(STATUSES)) {
            Thread.onSpinWait();
        }
        raw(STATUSES, 3, "server/a:1", new byte[] {9, 9});
        raw(STATUSES, 4, "server/a:1", null);
        assertThat(heard.take()).isEqualTo("server/a:1+3");
        assertThat(heard.take()).isEqualTo("server/a:1-4");
    }

    @Test
    void statusesThatMayNotBeReadKeepNobodyWaiting() throws Exception {
        cluster();
        troubles.add(new TopicAuthorizationException(Set.of(STATUSES.topic())));
        models(0, "a:1", announcement("1"));
        chunk(0, "a:1:0");
        follow();
        awaitState(VersionState.REJECTED);
        assertThat(consumer.assignment()).doesNotContain(STATUSES).contains(CHUNKS);
    }

    @Test
    void aMissingTopicIsWaitedFor() throws Exception {
        consumer.updatePartitions(MODELS.topic(), List.of());
        follow();
        while (!readiness.obstacles().toString().contains("does not exist yet")) {
            Thread.onSpinWait();
        }
        cluster();
        models(0, "a:1", announcement("1"));
        awaitState(VersionState.DOWNLOADING);
    }

    private void follow() {
        follower = new TopicFollower(
                this::connect,
                models,
                TOPICS.modelChunks(),
                TOPICS.rollouts(),
                TOPICS.modelStatus(),
                repository,
                (key, partition, offset, isWithdrawal) -> heard.add(key + (isWithdrawal ? "-" : "+") + offset),
                readiness);
        follower.start();
    }

    private Consumer<byte[], byte[]> connect() {
        consumersMade.incrementAndGet();
        RuntimeException trouble = troubles.poll();
        if (trouble != null) {
            throw trouble;
        }
        return consumer;
    }

    private void cluster() {
        for (TopicPartition partition : List.of(MODELS, CHUNKS, ROLLOUTS, STATUSES)) {
            consumer.updateBeginningOffsets(Map.of(partition, 0L));
            consumer.updateEndOffsets(Map.of(partition, 0L));
            consumer.updatePartitions(
                    partition.topic(),
                    List.of(new PartitionInfo(partition.topic(), 0, Node.noNode(), new Node[0], new Node[0])));
        }
    }

    private void models(long offset, String key, ModelAnnouncement value) {
        raw(MODELS, offset, key, serialized(TOPICS.models(), value));
    }

    private void poison(long offset, String key, ModelChunk chunk) {
        raw(CHUNKS, offset, key, serialized(TOPICS.modelChunks(), chunk));
    }

    private void policy(long offset, String name, String stable) {
        RolloutPolicy policy =
                RolloutPolicy.newBuilder().setRevision("r1").setStable(stable).build();
        raw(ROLLOUTS, offset, name, serialized(TOPICS.rollouts(), policy));
    }

    private void chunk(long offset, String key) {
        ModelChunk chunk = new ModelChunk(0, 1, announcement("1").getSha256(), ByteBuffer.wrap(new byte[100]));
        raw(CHUNKS, offset, key, serialized(TOPICS.modelChunks(), chunk));
    }

    /** Appears once the partition is read. */
    private void raw(TopicPartition partition, long offset, String key, byte[] value) {
        consumer.updateEndOffsets(Map.of(partition, offset + 1));
        schedule(new ConsumerRecord<>(partition.topic(), 0, offset, key.getBytes(UTF_8), value));
    }

    private void schedule(ConsumerRecord<byte[], byte[]> appended) {
        consumer.schedulePollTask(() -> {
            if (consumer.assignment().contains(new TopicPartition(appended.topic(), 0))) {
                consumer.addRecord(appended);
            } else {
                schedule(appended);
            }
        });
    }

    private static <V> byte[] serialized(Topic<String, V> topic, V value) {
        return value == null ? null : topic.value().serializer().serialize(topic.name(), value);
    }

    private static ModelAnnouncement language(String version) {
        return ModelAnnouncement.newBuilder(announcement(version))
                .setName("text")
                .setClasses(List.of())
                .setStyles(List.of())
                .setKind(ModelKind.LANGUAGE.label())
                .build();
    }

    private static ModelAnnouncement announcement(String version) {
        return TestBundles.announcement(
                new byte[100], TestBundles.manifest("a", version), Instant.ofEpochSecond(Integer.parseInt(version)));
    }

    private VersionStatus awaitState(VersionState state) throws InterruptedException {
        while (true) {
            VersionStatus change = changes.take();
            if (change.state() == state) {
                return change;
            }
        }
    }

    private static final class RefusingLoader implements BundleLoader {
        @Override
        public Loaded load(Announcement announcement, byte[] bundle, Progress progress) throws RejectedModelException {
            throw new RejectedModelException("seen");
        }

        @Override
        public LoadedModel reload(byte[] bundle) {
            throw new UnsupportedOperationException();
        }
    }
}
