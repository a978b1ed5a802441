package io.inkstream.ops.bench.swaps;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.stack.ChildProcess;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.StartException;
import io.inkstream.schemas.AdminClients;
import io.inkstream.schemas.ModelId;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.quota.ClientQuotaAlteration;
import org.apache.kafka.common.quota.ClientQuotaEntity;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/** Publishes by the real command, and kills it in the middle of its transaction. */
final class HalfPublication {
    private static final String CLIENT = "swap-publisher";
    /** A few chunks go through; the rest would take minutes, so that the commit cannot come before the kill. */
    private static final double BYTES_PER_SECOND = 16_384;

    private static final Duration POLL = Duration.ofMillis(20);

    private HalfPublication() {}

    /** Returns whether it was killed while its transaction was open. */
    static boolean killed(LocalInkstream inkstream, Path bundle, ModelId id, Duration limit)
            throws StartException, InterruptedException {
        Cluster cluster = inkstream.cluster();
        slowDown(cluster);
        Map<String, Object> config = new HashMap<>(cluster.settings().clientConfig());
        config.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_uncommitted");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            TopicPartition chunks =
                    new TopicPartition(cluster.topics().modelChunks().name(), 0);
            consumer.assign(List.of(chunks));
            consumer.seekToEnd(List.of(chunks));
            consumer.position(chunks);
            ChildProcess publisher = inkstream.startCommand(
                    "publisher",
                    List.of(
                            "models",
                            "publish",
                            bundle.toString(),
                            "-X",
                            "client.id=" + CLIENT,
                            "-X",
                            "inkstream.ops.connect.timeout=" + limit.toSeconds() + "s"));
            long deadline = System.nanoTime() + limit.toNanos();
            try {
                while (publisher.isAlive() && System.nanoTime() - deadline < 0) {
                    for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                        if (new String(record.key(), StandardCharsets.UTF_8).startsWith(id + ":")) {
                            return publisher.isAlive();
                        }
                    }
                }
                return false;
            } finally {
                publisher.kill();
            }
        }
    }

    private static void slowDown(Cluster cluster) throws InterruptedException {
        ClientQuotaEntity entity = new ClientQuotaEntity(Map.of(ClientQuotaEntity.CLIENT_ID, CLIENT));
        try (Admin admin = AdminClients.create(cluster.settings().clientConfig())) {
            admin.alterClientQuotas(List.of(new ClientQuotaAlteration(
                            entity, List.of(new ClientQuotaAlteration.Op("producer_byte_rate", BYTES_PER_SECOND)))))
                    .all()
                    .get();
        } catch (ExecutionException e) {
            throw new KafkaException(
                    "cannot slow the publisher down: " + e.getCause().getMessage(), e.getCause());
        }
    }
}
