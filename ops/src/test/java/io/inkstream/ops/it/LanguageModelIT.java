package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.inkstream.ops.cli.OpsSettings;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On a real cluster: a language model learns from a topic, is published, and writes documents that the servers draw. */
class LanguageModelIT {
    private static final String PREFIX = "language.";
    private static final String TEXT = "The cat sat on the mat. The dog ran to the cat. A bird sang.\n\n";

    @TempDir
    Path folder;

    @Test
    void textThatIsLearntFromATopicIsWrittenIntoOneAndDrawn() throws Exception {
        LocalInkstream inkstream = SharedInkstream.ready();
        Cli cli = new Cli(inkstream.addresses());
        produceLetters(inkstream, cli);
        String model = folder.resolve("lm").resolve("model.zip").toString();
        String[] training = {
            "train",
            "lm",
            "--topic",
            PREFIX + "texts",
            "--passes",
            "4",
            "--layers",
            "1",
            "--width",
            "24",
            "--batch",
            "8",
            "--sequence",
            "20",
            "--rate",
            "0.01",
            "--model",
            "tiny:1",
            "--publish",
            "--out",
            folder.resolve("lm") + ""
        };
        Cli.Result trained = cli.run(training);
        assertThat(trained.code()).as(trained.err()).isZero();
        assertThat(trained.out()).contains("documents: 150 of topic " + PREFIX + "texts", "published: tiny:1");

        Cli.Result again = cli.run(training);
        assertThat(again.code()).as(again.err()).isZero();
        assertThat(again.out()).contains("unchanged: tiny:1 is published");
        assertThat(cli.run("models", "publish", model).out()).contains("unchanged: announced with these bytes");
        assertThat(cli.run("models", "publish", model, "--wait").err()).contains("nothing to wait for");
        assertListedAndNotRolledOut(cli);
        assertItsNameIsTaken(inkstream.cluster());

        String[] sentences = {"--sentences", "5", "--longest", "200", "--seed", "3"};
        Cli.Result byName = generate(cli, "tiny:1", sentences);
        assertThat(byName.out().lines()).as(byName.err()).hasSize(5);
        assertThat(byName.out()).isEqualTo(generate(cli, model, sentences).out());

        assertItsDocumentsAreDrawn(inkstream.cluster(), cli);
        assertThat(cli.run("models", "withdraw", "tiny:1", "--wait").code()).isZero();
        assertThat(generate(cli, "tiny:1").err()).contains("no model tiny:1 is published");
        JsonNode garbage =
                cli.run("models", "gc", "--dry-run", "--grace", "0", "--json").json();
        assertThat(garbage.get("chunks_of").toString()).contains("\"tiny:1\"");
    }

    /** Sentences of a corpus, into topics of their own. */
    private void produceLetters(LocalInkstream inkstream, Cli cli) throws Exception {
        Cluster letters = new Cluster(Settings.of(
                OpsSettings.ALL,
                Map.of(),
                Map.of(),
                Map.of(
                        CommonSettings.BOOTSTRAP_SERVERS.key(),
                        inkstream.addresses().bootstrap(),
                        CommonSettings.SCHEMA_REGISTRY_URL.key(),
                        inkstream.addresses().registryUrl(),
                        CommonSettings.TOPIC_PREFIX.key(),
                        PREFIX)));
        letters.createTopics();
        Path corpus = Files.writeString(folder.resolve("corpus.txt"), TEXT);
        String prefix = CommonSettings.TOPIC_PREFIX.key() + "=" + PREFIX;
        Cli.Result produced = cli.run(
                "generate", "--corpus", corpus + "", "--sentences", "150", "--produce", "--rate", "500", "-X", prefix);
        assertThat(produced.code()).as(produced.err()).isZero();
        assertThat(produced.out()).contains("acknowledged: 150 of 150 documents");
    }

    private static Cli.Result generate(Cli cli, String model, String... more) {
        String[] command = new String[3 + more.length];
        command[0] = "generate";
        command[1] = "--lm";
        command[2] = model;
        System.arraycopy(more, 0, command, 3, more.length);
        return cli.run(command);
    }

    private static void assertListedAndNotRolledOut(Cli cli) throws Exception {
        JsonNode listed = cli.run("models", "list", "--json").json();
        JsonNode tiny = StreamSupport.stream(listed.get("models").spliterator(), false)
                .filter(one -> one.get("model").asText().equals("tiny:1"))
                .findFirst()
                .orElseThrow();
        assertThat(tiny.get("kind").asText()).isEqualTo("language");
        assertThat(tiny.get("card").has("held_out_bits_per_character")).isTrue();
        assertThat(tiny.get("servers")).as("no server says anything of it").isEmpty();
        assertThat(listed.get("policies").toString()).doesNotContain("\"tiny\"");
        assertThat(cli.run("models", "list").out()).contains("tiny:1  language, ", "held_out_bits_per_character");
        for (String[] change : new String[][] {
            {"models", "promote", "tiny:1"},
            {"models", "candidate", "tiny:1", "--percent", "5"},
            {"models", "shadow", "tiny:1", "--percent", "5"},
            {"models", "pin", "tiny:1", "--document", "letter"},
            {"models", "rollback", "tiny"},
        }) {
            Cli.Result refused = cli.run(change);
            assertThat(refused.code()).as("%s %s", change[1], refused.err()).isEqualTo(2);
            assertThat(refused.err()).contains("tiny draws nothing");
        }
        assertThat(cli.run("explore", "tiny:1").err()).contains("tiny:1 is of kind language, not handwriting");
    }

    private static void assertItsNameIsTaken(Cluster cluster) throws Exception {
        ModelBundle shipped = ModelFiles.parse(SharedInkstream.shippedModel());
        ModelBundle hand = shipped.with(shipped.manifest().childAs(ModelId.parse("tiny:2")));
        assertThatThrownBy(() -> ModelFiles.publish(cluster, hand.toBytes()))
                .isInstanceOf(WriteFailedException.class)
                .hasMessageContaining("the versions of tiny are of kind language, not handwriting");
    }

    private static void assertItsDocumentsAreDrawn(Cluster cluster, Cli cli) throws Exception {
        try (EventReader reader = cluster.eventReader(EventReader.From.END)) {
            Cli.Result produced = generate(
                    cli, "tiny:1", "--sentences", "2", "--longest", "200", "--produce", "--document", "tiny-letter");
            assertThat(produced.out()).as(produced.err()).contains("acknowledged: 2 of 2 documents");
            Lines drawn = Lines.await(reader, Set.of("tiny-letter-1", "tiny-letter-2"), false, SharedInkstream.LIMIT);
            assertThat(drawn.of("tiny-letter-2")).isNotEmpty();
        }
    }
}
