package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.AdminClients;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.rollout.PolicyClients;
import io.inkstream.schemas.rollout.PolicyWriter;
import io.inkstream.schemas.rollout.PolicyWriter.Current;
import io.inkstream.schemas.rollout.PolicyWriter.Outcome;
import io.inkstream.schemas.topics.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Policies on a topic of their own of a real broker, which nobody else follows. */
class PolicyWriterIT {
    private Map<String, Object> config;
    private Topics topics;

    @BeforeEach
    void aTopic() throws Exception {
        config = SharedInkstream.ready().cluster().settings().clientConfig();
        topics = new Topics("policies-" + UUID.randomUUID() + ".", config);
        try (Admin admin = AdminClients.create(config)) {
            admin.createTopics(List.of(new NewTopic(topics.rollouts().name(), 1, (short) 1)))
                    .all()
                    .get();
        }
    }

    @Test
    void writersWhoChangeOnePolicyAtTheSameTimeLoseNoChange() throws Exception {
        int writers = 3;
        int changes = 8;
        ExecutorService threads = Executors.newFixedThreadPool(writers);
        CountDownLatch together = new CountDownLatch(writers);
        List<Future<Void>> ends = new ArrayList<>();
        List<String> marks = new ArrayList<>();
        for (int w = 0; w < writers; w++) {
            List<String> own = new ArrayList<>();
            for (int c = 0; c < changes; c++) {
                own.add("base:" + w + "-" + c);
            }
            marks.addAll(own);
            ends.add(threads.submit(() -> {
                together.countDown();
                together.await();
                PolicyWriter writer = writer();
                for (String mark : own) {
                    while (!isWritten(writer.write("base", current -> Optional.of(with(current, mark))))) {
                        Thread.onSpinWait(); // the others took over too often in a row
                    }
                }
                return null;
            }));
        }
        for (Future<Void> end : ends) {
            end.get();
        }
        threads.shutdown();

        assertThat(current().getEarlier()).containsExactlyInAnyOrderElementsOf(marks);
    }

    @Test
    void whatAKilledWriterLeftOpenIsNeitherSeenNorWaitedFor() throws Exception {
        assertThat(isWritten(writer().write("base", current -> Optional.of(with(current, "base:1")))))
                .isTrue();
        Map<String, Object> killed = new HashMap<>(config);
        killed.put(
                ProducerConfig.TRANSACTIONAL_ID_CONFIG,
                PolicyWriter.transactionalId(topics.rollouts().name(), "base"));
        KafkaProducer<byte[], byte[]> dead =
                new KafkaProducer<>(killed, new ByteArraySerializer(), new ByteArraySerializer());
        dead.initTransactions();
        dead.beginTransaction();
        dead.send(record(with(Optional.empty(), "base:of-the-dead"))).get();

        assertThat(isWritten(writer().write("base", current -> Optional.of(with(current, "base:2")))))
                .isTrue();

        assertThat(current().getEarlier()).containsExactly("base:1", "base:2");
        dead.close(Duration.ZERO);
    }

    @Test
    void whatAProducerWithoutTheTransactionalIdWroteInBetweenIsSaid() throws Exception {
        try (KafkaProducer<byte[], byte[]> stranger =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            Outcome outcome = writer().write("base", current -> {
                stranger.send(record(RolloutPolicy.newBuilder()
                                .setRevision("strange")
                                .build()))
                        .get();
                return Optional.of(with(current, "base:1"));
            });

            assertThat(outcome)
                    .isInstanceOfSatisfying(Outcome.Written.class, written -> assertThat(written.overwritten())
                            .containsExactly("strange"));
        }
    }

    private RolloutPolicy current() {
        return writer().write("base", current -> Optional.empty())
                .match(
                        written -> null,
                        unchanged -> unchanged.now().orElseThrow().policy(),
                        unconfirmed -> null,
                        failed -> null);
    }

    private PolicyWriter writer() {
        return new PolicyWriter(
                topics.rollouts(),
                PolicyClients.of(config),
                InstantSource.system(),
                System::nanoTime,
                () -> ThreadLocalRandom.current().nextDouble(),
                Duration.ofSeconds(20));
    }

    private static boolean isWritten(Outcome outcome) {
        return outcome.match(
                written -> true,
                unchanged -> false,
                unconfirmed -> {
                    throw new AssertionError(unconfirmed.why());
                },
                failed -> {
                    assertThat(failed.why()).contains("took over");
                    return false;
                });
    }

    private static RolloutPolicy with(Optional<Current> current, String mark) {
        List<String> earlier =
                new ArrayList<>(current.map(last -> last.policy().getEarlier()).orElse(List.of()));
        earlier.add(mark);
        return RolloutPolicy.newBuilder()
                .setRevision("r" + earlier.size())
                .setEarlier(earlier)
                .build();
    }

    private ProducerRecord<byte[], byte[]> record(RolloutPolicy policy) {
        String topic = topics.rollouts().name();
        return new ProducerRecord<>(
                topic,
                "base".getBytes(StandardCharsets.UTF_8),
                topics.rollouts().value().serializer().serialize(topic, policy));
    }
}
