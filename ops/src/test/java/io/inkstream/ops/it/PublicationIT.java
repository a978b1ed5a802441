package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.cli.OpsSettings;
import io.inkstream.ops.client.Announcements;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.trainer.publish.KafkaPublication;
import io.inkstream.trainer.publish.Learned;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/** On a real broker: a model and what it has learned from are one transaction, also after a writer that died in the middle. */
class PublicationIT {
    private static final String NAME = "hand";

    @Test
    void sameSamplesArePublishedOnceAndAWriterThatDiedLeavesNothing() throws Exception {
        Cluster cluster = cluster(); // topics of its own: no server is to take these models up
        Map<String, Object> config = cluster.settings().clientConfig();
        KafkaPublication publication = KafkaPublication.of(config, cluster.topics(), NAME, InstantSource.system());
        ModelBundle shipped = ModelFiles.parse(SharedInkstream.shippedModel());
        assertThat(publication.last()).isEmpty();

        dieInTheMiddle(cluster);
        Learned first = learned("1", "sha256:a");
        assertThat(publish(publication, shipped, first)).isEqualTo(first);
        assertThat(publication.last()).hasValue(first);
        assertThat(Announcements.read(cluster)).containsOnlyKeys(NAME + ":1");

        assertThat(publish(publication, shipped, learned("2", "sha256:a"))).isEqualTo(first);
        assertThat(Announcements.read(cluster)).containsOnlyKeys(NAME + ":1");

        Learned third = learned("3", "sha256:b");
        assertThat(publish(publication, shipped, third)).isEqualTo(third);
        assertThat(publication.last()).hasValue(third);
        assertThat(Announcements.read(cluster)).containsOnlyKeys(NAME + ":1", NAME + ":3");
        assertThat(ModelFiles.fetch(cluster, ModelId.parse(NAME + ":3")))
                .isEqualTo(version(shipped, third).toBytes());
    }

    private static Cluster cluster() throws Exception {
        LocalInkstream inkstream = SharedInkstream.ready();
        Cluster cluster = new Cluster(Settings.of(
                OpsSettings.ALL,
                Map.of(),
                Map.of(),
                Map.of(
                        CommonSettings.BOOTSTRAP_SERVERS.key(),
                                inkstream.addresses().bootstrap(),
                        CommonSettings.SCHEMA_REGISTRY_URL.key(),
                                inkstream.addresses().registryUrl(),
                        CommonSettings.TOPIC_PREFIX.key(), "publication.")));
        cluster.createTopics();
        return cluster;
    }

    private static Learned publish(KafkaPublication publication, ModelBundle shipped, Learned learned)
            throws Exception {
        ModelBundle bundle = version(shipped, learned);
        return publication.publish(bundle.toBytes(), bundle, learned);
    }

    private static ModelBundle version(ModelBundle shipped, Learned learned) {
        return shipped.with(shipped.manifest().childAs(ModelId.parse(learned.model())));
    }

    private static Learned learned(String version, String digest) {
        return new Learned(NAME + ":" + version, digest, 7, Map.of(0, 5L, 1, 2L));
    }

    /** As a kill -9 leaves it: everything sent, the transaction open. */
    private static void dieInTheMiddle(Cluster cluster) throws Exception {
        Map<String, Object> config = new HashMap<>(cluster.settings().clientConfig());
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, "inkstream-trainer-model-" + NAME);
        KafkaProducer<byte[], byte[]> dead =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
        dead.initTransactions();
        dead.beginTransaction();
        dead.send(new ProducerRecord<>(
                        cluster.topics().models().name(), (NAME + ":0").getBytes(StandardCharsets.UTF_8), new byte[] {1
                        }))
                .get();
        dead.sendOffsetsToTransaction(
                Map.of(
                        new TopicPartition(cluster.topics().glyphSamples().name(), 0),
                        new OffsetAndMetadata(99, "of a writer that died")),
                new ConsumerGroupMetadata(KafkaPublication.groupOf(NAME)));
        dead.flush();
        dead.close(Duration.ZERO);
    }
}
