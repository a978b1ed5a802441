package io.inkstream.topology.routing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.RolloutStatus;
import io.inkstream.schemas.topics.Topics;
import io.inkstream.topology.Models;
import io.inkstream.topology.TopologyHarness;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class RolloutReporterTest {
    private static final Duration HEARTBEAT = Duration.ofSeconds(5);

    private final Topics topics = new Topics("t.", Map.of("schema.registry.url", "mock://" + UUID.randomUUID()));
    private final MockProducer<String, byte[]> producer =
            new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer());
    private final FleetBook book = new FleetBook(Duration.ofDays(1));
    private final RoutedDocuments routed = new RoutedDocuments();
    private Instant now = Models.NOW;
    private Fleet fleet = Fleet.unknown();
    private final RolloutReporter reporter = reporter(() -> producer);

    @Test
    void nothingIsSaidBeforeAllIsReadThatWasSaidBefore() throws Exception {
        book.policy("base", Models.policy("r1", "base:1"), now);
        fleet = book.fleet(false);
        reporter.look();

        assertThat(producer.history()).isEmpty();
    }

    @Test
    void whatIsMadeOfThePoliciesIsSaidForEachModelName() throws Exception {
        serve("base:1", "base:2", "other:1");
        book.policy("base", Models.policy("r1", "base:1", "base:2", 30), now);
        routed.count("base:1", now.toEpochMilli());
        routed.count("other:1", now.toEpochMilli());
        look();

        assertThat(producer.history())
                .extracting(ProducerRecord::key)
                .containsExactly("host:9102/base", "host:9102/other");
        assertThat(written().get(0))
                .isEqualTo(RolloutStatus.newBuilder()
                        .setInstance("host:9102")
                        .setModel("base")
                        .setPolicyRevision("r1")
                        .setInForce("r1")
                        .setStable("base:1")
                        .setCandidate("base:2")
                        .setCandidatePercent(30)
                        .setRoutedDocuments(Map.of("base:1", 1L))
                        .setReportedAt(now)
                        .build());
        assertThat(written().get(1).getHeld()).contains("the policy of base");
        assertThat(written().get(1).getInForce()).isEmpty();
    }

    @Test
    void itIsSaidAgainWhenItChangesAndAtHeartbeats() throws Exception {
        serve("base:1");
        look();
        look();
        now = now.plus(HEARTBEAT).minusMillis(1);
        reporter.look();
        assertThat(producer.history()).hasSize(1);

        book.policy("base", Models.policy("r1", "base:1"), now);
        look();
        assertThat(written()).extracting(RolloutStatus::getInForce).containsExactly("default", "r1");
        now = now.plusMillis(1);
        reporter.look();
        assertThat(producer.history()).hasSize(3);
    }

    @Test
    void aHaltOfAnotherInstanceIsPassedOnSoThatItOutlivesThatOnesRecord() throws Exception {
        serve("base:1", "base:2");
        book.policy("base", Models.policy("r1", "base:1", "base:2", 30), now);
        book.rollout(RolloutStatus.newBuilder()
                .setInstance("dead")
                .setModel("base")
                .setPolicyRevision("r1")
                .setInForce("r1")
                .setHaltedRevision("r1")
                .setHaltReason("it failed")
                .setReportedAt(Instant.EPOCH)
                .build());
        look();

        assertThat(written().get(0).getHaltedRevision()).isEqualTo("r1");
        assertThat(written().get(0).getHaltReason()).isEqualTo("it failed");
        assertThat(written().get(0).getCandidate()).isNull();
        assertThat(written().get(0).getHeld()).isEmpty();
    }

    @Test
    void whatWasNotWrittenIsDueAgain() throws Exception {
        serve("base:1");
        fleet = Models.settled(book, now);
        producer.sendException = new TimeoutException("no broker");
        assertThatThrownBy(reporter::look).hasMessageContaining("no broker");
        producer.sendException = null;
        reporter.look();

        assertThat(written()).extracting(RolloutStatus::getStable).containsExactly("base:1");
    }

    @Test
    void whatATopicDoesNotTakeIsLeftUntilTheNextHeartbeatAndTheOthersAreWritten() throws Exception {
        serve("base:1", "other:1");
        AtomicInteger tries = new AtomicInteger();
        MockProducer<String, byte[]> picky =
                new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized Future<RecordMetadata> send(ProducerRecord<String, byte[]> record) {
                        if (record.key().endsWith("/base")) {
                            tries.incrementAndGet();
                            return CompletableFuture.failedFuture(new TopicAuthorizationException("no"));
                        }
                        return super.send(record);
                    }
                };
        RolloutReporter refused = reporter(() -> picky);
        fleet = Models.settled(book, now);
        refused.look();
        refused.look();

        assertThat(picky.history()).extracting(ProducerRecord::key).containsExactly("host:9102/other");
        assertThat(tries).hasValue(1);
        now = now.plus(HEARTBEAT);
        refused.look();
        assertThat(tries).hasValue(2);
    }

    @Test
    void onASmallTopicTheCountsAreLeftOut() throws Exception {
        serve("base:1");
        for (int i = 0; i < 500; i++) {
            routed.count("base:" + i, now.toEpochMilli());
        }
        MockProducer<String, byte[]> small =
                new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()) {
                    @Override
                    public synchronized Future<RecordMetadata> send(ProducerRecord<String, byte[]> record) {
                        return record.value().length > 4_000
                                ? CompletableFuture.failedFuture(new RecordTooLargeException("4000 at most"))
                                : super.send(record);
                    }
                };
        fleet = Models.settled(book, now);
        reporter(() -> small).look();

        assertThat(small.history()).singleElement().satisfies(record -> assertThat(topics.rolloutStatus()
                        .value()
                        .deserializer()
                        .deserialize(record.topic(), record.value())
                        .getRoutedDocuments())
                .isEmpty());
    }

    @Test
    void itGoesOnThoughItsProducerCannotBeMadeAndEndsWhenClosed() throws Exception {
        serve("base:1");
        fleet = Models.settled(book, now);
        CountDownLatch attempts = new CountDownLatch(3);
        RolloutReporter away = reporter(() -> {
            attempts.countDown();
            if (attempts.getCount() > 0) {
                throw new KafkaException("no broker");
            }
            return producer;
        });
        Thread thread = new Thread(away);
        thread.start();
        assertThat(attempts.await(20, TimeUnit.SECONDS)).isTrue();
        away.close();
        thread.join();

        assertThat(producer.closed()).isTrue();
    }

    private void serve(String... models) {
        for (String model : models) {
            book.model(model, Models.announcement(model, now));
            book.status("a/" + model, Models.status("a", model, ModelState.READY), now);
        }
    }

    private void look() throws InterruptedException {
        fleet = Models.settled(book, now);
        reporter.look();
    }

    private List<RolloutStatus> written() {
        List<RolloutStatus> written = new ArrayList<>();
        for (ProducerRecord<String, byte[]> record : producer.history()) {
            assertThat(record.topic()).isEqualTo("t.rollout-status");
            written.add(topics.rolloutStatus().value().deserializer().deserialize(record.topic(), record.value()));
        }
        return written;
    }

    private RolloutReporter reporter(Supplier<Producer<String, byte[]>> producers) {
        return new RolloutReporter(
                producers,
                topics.rolloutStatus(),
                "host:9102",
                () -> fleet,
                routed,
                HEARTBEAT,
                TopologyHarness.steady(),
                () -> now);
    }
}
