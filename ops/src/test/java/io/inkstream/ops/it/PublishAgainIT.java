package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.client.Announcements;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.client.TopicSnapshot;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.topics.Topic;
import io.inkstream.trainer.kafka.TransactionalWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program that publishes at each start, as the set-up of a container does, changes nothing by it. */
class PublishAgainIT {
    private static final ModelId ID = ModelId.parse("again:1");

    @TempDir
    private Path folder;

    private Cluster cluster;
    private Cli cli;
    private Path bundle;

    @BeforeEach
    void publish() throws Exception {
        LocalInkstream inkstream = SharedInkstream.ready();
        cluster = inkstream.cluster();
        cli = new Cli(inkstream.addresses());
        bundle = bundle("again.zip", 0.01);
        assertThat(cli.run("models", "publish", bundle.toString(), "--json")
                        .json()
                        .path("changed")
                        .asBoolean())
                .isTrue();
    }

    @AfterEach
    void withdraw() {
        cli.run("models", "withdraw", ID.toString(), "--force");
    }

    @Test
    void theSameBytesChangeNothingAndItSaysSo() {
        ModelAnnouncement before = announced();
        int records =
                records(cluster.topics().models()) + records(cluster.topics().modelChunks());

        Cli.Result again = cli.run("models", "publish", bundle.toString());

        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.out())
                .contains("unchanged")
                .contains(before.getAnnouncedAt().toString());
        assertThat(announced()).isEqualTo(before);
        assertThat(records(cluster.topics().models()) + records(cluster.topics().modelChunks()))
                .isEqualTo(records);
    }

    @Test
    void aLostChunkIsMendedAndTheVersionKeepsItsAge() throws Exception {
        ModelAnnouncement before = announced();
        try (TransactionalWriter writer =
                TransactionalWriter.ofModel(cluster.settings().clientConfig(), ID.name())) {
            writer.write(sink -> sink.send(cluster.topics().modelChunks(), ID + ":1", null));
        }

        Cli.Result again = cli.run("models", "publish", bundle.toString(), "--json");

        assertThat(again.json().path("changed").asBoolean()).isTrue();
        assertThat(announced()).isEqualTo(before);
        assertThat(ModelFiles.fetch(cluster, ID)).isEqualTo(Files.readAllBytes(bundle));
    }

    @Test
    void otherBytesUnderTheSameIdAreRefused() throws Exception {
        ModelAnnouncement before = announced();

        Cli.Result other =
                cli.run("models", "publish", bundle("other.zip", 0.02).toString());

        assertThat(other.code()).isEqualTo(5);
        assertThat(other.err()).contains(ID.toString()).contains("other bytes").contains("withdraw");
        assertThat(announced()).isEqualTo(before);
    }

    private Path bundle(String name, double slant) throws Exception {
        ModelBundle made = Bundles.version(SharedInkstream.shippedModel(), ID.name(), ID.version(), slant);
        return Files.write(folder.resolve(name), made.toBytes());
    }

    private ModelAnnouncement announced() {
        return Announcements.read(cluster).get(ID.toString());
    }

    private int records(Topic<?, ?> topic) {
        AtomicInteger count = new AtomicInteger();
        TopicSnapshot.forEach(topic.name(), cluster.settings().clientConfig(), record -> count.incrementAndGet());
        return count.get();
    }
}
