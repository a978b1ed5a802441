package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.dataset.Dataset;
import io.inkstream.trainer.dataset.DatasetImporter;
import io.inkstream.trainer.dataset.ImportOptions;
import io.inkstream.trainer.dataset.SampleSpool;
import io.inkstream.trainer.kafka.TransactionalWriter;
import io.inkstream.trainer.style.Typography;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What trainers write to topics comes back whole. */
class DatasetIT {
    private static final Path SHIPPED = Path.of("..", "trainer", "samples");

    @TempDir
    Path directory;

    @Test
    void theShippedSamplesComeBackFromTheTopicAsTheyWereImported() throws Exception {
        Cluster cluster = SharedInkstream.ready().cluster();
        Dataset dataset =
                new DatasetImporter(Typography.standard().classes()).open(List.of(SHIPPED), ImportOptions.DEFAULTS);
        Map<String, Object> config = cluster.settings().clientConfig();
        var topic = cluster.topics().glyphSamples();
        try (TransactionalWriter writer = TransactionalWriter.connect(config)) {
            dataset.writeTo(writer, topic);
            // Once more, as people do: keys are content, so nothing changes.
            dataset.writeTo(writer, topic);
        }
        try (SampleSpool spool =
                SampleSpool.connect(directory.resolve("spool"), config, topic, InstantSource.system())) {
            spool.catchUp(Duration.ofSeconds(30));

            var fromTopic = spool.load();
            assertThat(fromTopic.samples().size())
                    .isEqualTo((int) dataset.report().distinct());
            assertThat(fromTopic.digest()).isEqualTo(dataset.collect().digest());
        }
    }

    @Test
    void aPublishedModelComesBackFromItsChunksByteForByte() throws Exception {
        Cluster cluster = SharedInkstream.ready().cluster();
        byte[] shipped = SharedInkstream.shippedModel();
        ModelId id = ModelBundle.parse(shipped, 64 << 20).manifest().id();

        assertThat(ModelFiles.fetch(cluster, id)).isEqualTo(shipped);
    }
}
