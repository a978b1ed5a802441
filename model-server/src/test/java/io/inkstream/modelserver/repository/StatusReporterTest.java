package io.inkstream.modelserver.repository;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.ModelStatus;
import io.inkstream.schemas.topics.Topics;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class StatusReporterTest {
    private static final Topics TOPICS = new Topics("", Map.of("schema.registry.url", "mock://reporter"));
    private static final Instant NOW = Instant.ofEpochMilli(1_234);
    private static final Duration NEVER = Duration.ofDays(1);

    private final AtomicInteger producersMade = new AtomicInteger();
    private volatile int mostBytes = Integer.MAX_VALUE;
    private volatile RuntimeException fatal;
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()) {
                @Override
                public synchronized Future<RecordMetadata> send(ProducerRecord<String, byte[]> sent) {
                    if (fatal != null) {
                        return CompletableFuture.failedFuture(fatal);
                    }
                    if (sent.value() != null && sent.value().length > mostBytes) {
                        return CompletableFuture.failedFuture(new RecordTooLargeException());
                    }
                    return super.send(sent);
                }

                @Override
                public void close(Duration timeout) {
                    // The next "producer" writes to the same cluster.
                }
            };

    @Test
    void aChangeIsWrittenUnderServerAndModel() {
        StatusReporter reporter = reporter(NEVER);
        CanaryReport canary = new CanaryReport(Map.of("ink", .1), new byte[] {7});
        reporter.changed(new VersionStatus(
                new ModelId("a", "1"), VersionState.READY, "", "f00", 12, Optional.of(canary), "engine-1"));
        reporter.close();
        ProducerRecord<String, byte[]> written = producer.history().get(0);
        assertThat(written.key()).isEqualTo("server/a:1");
        ModelStatus status = read(written);
        assertThat(status.getState()).isEqualTo(ModelState.READY);
        assertThat(status.getSha256()).isEqualTo("f00");
        assertThat(status.getPredictor()).isEqualTo("engine-1");
        assertThat(status.getCanary()).containsEntry("ink", .1);
        assertThat(status.getCanaryPng().get(0)).isEqualTo((byte) 7);
        assertThat(status.getReportedAt()).isEqualTo(NOW);
    }

    @Test
    void everythingIsSaidAgainAtTheHeartbeatExceptWhatIsGone() {
        StatusReporter reporter = reporter(Duration.ofMillis(1));
        reporter.changed(status("1", VersionState.READY));
        reporter.changed(status("2", VersionState.UNLOADED));
        while (count("server/a:1") < 3) {
            Thread.onSpinWait();
        }
        reporter.close();
        List<ProducerRecord<String, byte[]>> gone = producer.history().stream()
                .filter(written -> written.key().equals("server/a:2"))
                .toList();
        assertThat(gone).hasSize(2);
        assertThat(read(gone.get(0)).getState()).isEqualTo(ModelState.UNLOADED);
        assertThat(gone.get(1).value())
                .as("withdrawn, so that the topic does not grow")
                .isNull();
    }

    @Test
    void whatOthersWriteUnderItsKeysIsOverwrittenAtOnce() {
        StatusReporter reporter = reporter(NEVER);
        reporter.changed(status("1", VersionState.READY));
        awaitCount("server/a:1", 1);
        reporter.heard("server/a:1", 0, 0, false); // its own
        reporter.heard("serverless/a:1", 0, 7, false);
        reporter.heard("server/no version", 0, 8, false);
        reporter.heard("server/a:1", 0, 9, false);
        awaitCount("server/a:1", 2);
        assertThat(read(last()).getState()).isEqualTo(ModelState.READY);
        reporter.heard("server/a:1", 1, 0, true); // others choose the partition
        awaitCount("server/a:1", 3);
        assertThat(read(last()).getState()).isEqualTo(ModelState.READY);
        reporter.close();
        assertThat(producer.history()).hasSize(3);
    }

    @Test
    void whatOthersSayOfVersionsThatItDoesNotHaveIsWithdrawn() {
        StatusReporter reporter = reporter(NEVER);
        reporter.heard("server/a:9", 0, 5, false);
        awaitCount("server/a:9", 1);
        assertThat(last().value()).isNull();
        reporter.heard("server/a:9", 0, 6, true); // its own withdrawal
        reporter.heard("server/a:8", 0, 7, false);
        awaitCount("server/a:8", 1);
        reporter.close();
        assertThat(producer.history()).hasSize(2);
    }

    @Test
    void twoServersOfOneIdDoNotFillTheTopic() {
        StatusReporter reporter = reporter(NEVER);
        reporter.changed(status("1", VersionState.READY));
        long began = System.nanoTime();
        for (long offset = 100; count("server/a:1") < 3; offset++) {
            reporter.heard("server/a:1", 0, offset, false);
            Thread.onSpinWait();
        }
        reporter.close();
        long seconds = Duration.ofNanos(System.nanoTime() - began).toSeconds();
        assertThat(producer.history().size() - 2L).isBetween(1L, seconds); // a word, an answer, and one a second
    }

    @Test
    void aClusterThatIsAwayIsTriedAgainAndGetsTheLatest() {
        AtomicInteger attempts = new AtomicInteger();
        StatusReporter reporter = new StatusReporter(
                () -> {
                    if (attempts.incrementAndGet() < 3) {
                        throw new KafkaException("no broker");
                    }
                    return producer;
                },
                TOPICS.modelStatus(),
                "server",
                Duration.ofMillis(1),
                () -> NOW);
        reporter.start();
        reporter.changed(status("1", VersionState.WARMING));
        reporter.changed(status("1", VersionState.READY));
        while (count("server/a:1") < 1) {
            Thread.onSpinWait();
        }
        reporter.close();
        List<ProducerRecord<String, byte[]>> history = producer.history();
        assertThat(read(history.get(history.size() - 1)).getState()).isEqualTo(ModelState.READY);
    }

    @Test
    void aDrawingThatTheTopicDoesNotTakeIsLeftOut() {
        mostBytes = 1_000;
        StatusReporter reporter = reporter(NEVER);
        CanaryReport canary = new CanaryReport(Map.of("ink", .1), new byte[5_000]);
        reporter.changed(new VersionStatus(
                new ModelId("a", "1"), VersionState.READY, "", "f00", 12, Optional.of(canary), "engine-1"));
        while (count("server/a:1") < 1) {
            Thread.onSpinWait();
        }
        reporter.close();
        ModelStatus status = read(producer.history().get(0));
        assertThat(status.getCanaryPng()).isNull();
        assertThat(status.getCanary()).containsEntry("ink", .1);
        assertThat(status.getState()).isEqualTo(ModelState.READY);
        assertThat(producersMade).hasValue(1);
    }

    @Test
    void aReportThatTheTopicDoesNotTakeAtAllKeepsNoOtherOneWaiting() {
        mostBytes = 200;
        StatusReporter reporter = reporter(Duration.ofMillis(1));
        reporter.changed(new VersionStatus(
                new ModelId("a", "1"), VersionState.REJECTED, "x".repeat(900), "f00", 12, Optional.empty(), ""));
        reporter.changed(status("2", VersionState.READY));
        while (count("server/a:2") < 3) {
            Thread.onSpinWait();
        }
        reporter.close();
        assertThat(count("server/a:1")).isZero();
        assertThat(producersMade).hasValue(1);
    }

    @Test
    void aProducerThatDoesNotGetOverItsTroubleIsReplaced() {
        fatal = new AuthorizationException("not for you");
        StatusReporter reporter = reporter(Duration.ofMillis(1));
        reporter.changed(status("1", VersionState.READY));
        while (producersMade.get() < 3) {
            Thread.onSpinWait();
        }
        fatal = null;
        while (count("server/a:1") < 1) {
            Thread.onSpinWait();
        }
        reporter.close();
    }

    private StatusReporter reporter(Duration heartbeat) {
        StatusReporter reporter = new StatusReporter(
                () -> {
                    producersMade.incrementAndGet();
                    return producer;
                },
                TOPICS.modelStatus(),
                "server",
                heartbeat,
                () -> NOW);
        reporter.start();
        return reporter;
    }

    private static VersionStatus status(String version, VersionState state) {
        return new VersionStatus(new ModelId("a", version), state, "", "f00", 12, Optional.empty(), "");
    }

    private void awaitCount(String key, int count) {
        while (count(key) < count) {
            Thread.onSpinWait();
        }
    }

    private ProducerRecord<String, byte[]> last() {
        List<ProducerRecord<String, byte[]>> history = producer.history();
        return history.get(history.size() - 1);
    }

    private long count(String key) {
        return producer.history().stream()
                .filter(written -> written.key().equals(key))
                .count();
    }

    private static ModelStatus read(ProducerRecord<String, byte[]> written) {
        return TOPICS.modelStatus().value().deserializer().deserialize(written.topic(), written.value());
    }
}
