package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.schemas.AdminClients;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands of operators, on a real broker and registry. */
class OperatorsIT {
    private static final JsonMapper JSON = new JsonMapper();

    @TempDir
    Path folder;

    private LocalInkstream inkstream;
    private Cli cli;

    @BeforeEach
    void start() throws Exception {
        inkstream = SharedInkstream.ready();
        cli = new Cli(inkstream.addresses());
    }

    @Test
    void textsOfAFileAreAllSentInTheirOrderByAFewHands() throws Exception {
        Path file = folder.resolve("names.txt");
        Files.write(file, IntStream.rangeClosed(1, 1_500).mapToObj(i -> "n").toList());

        Cli.Result produce = cli.run(
                "produce", "--file", file.toString(), "--per-line", "--hands", "3", "--document", "many", "--json");

        assertThat(produce.code()).as(produce.err()).isZero();
        List<JsonNode> said = lines(produce.out());
        assertThat(said).hasSize(1_500);
        assertThat(said.get(1_499).path("document").asText()).isEqualTo("many-1500");
        assertThat(said.stream().map(one -> one.path("seed").asLong()).distinct())
                .containsExactly(0L, 1L, 2L);
        Set<String> places = new HashSet<>();
        said.forEach(one -> places.add(one.path("partition") + ":" + one.path("offset")));
        assertThat(places).hasSize(1_500);
    }

    @Test
    void consumeEndsWhenTheNamedDocumentsHaveCome() throws Exception {
        cli.run("produce", "--document", "named-1", "--text", "One line.\nAnother.", "--pages");
        cli.run("produce", "--document", "named-2", "--text", "Refused.", "--style", "no-such-style");

        Cli.Result consume = cli.run(
                "consume",
                "--from-beginning",
                "--document",
                "named-1",
                "--document",
                "named-2",
                "--json",
                "--out",
                folder.resolve("out").toString());

        assertThat(consume.code()).as(consume.err()).isZero();
        assertThat(lines(consume.out()).stream()
                        .map(one -> one.path("event").asText() + " "
                                + one.path("document").asText()))
                .containsExactlyInAnyOrder("line named-1", "line named-1", "page named-1", "refused named-2");
        assertThat(folder.resolve("out/named-1/page-1.png")).exists();
    }

    @Test
    void aDeadLetterIsShownAndGoesBackOnceByteForByte() throws Exception {
        String topic = inkstream.cluster().topics().texts().name();
        cli.run("produce", "--document", "lost", "--text", "Where am I?", "--style", "no-such-style");
        JsonNode letter = awaitLetters("lost", 1).get(0);

        Cli.Result show = cli.run("dead-letters", "show", letter.path("place").asText(), "--json");
        assertThat(show.json().path("text").asText()).isEqualTo("Where am I?");
        assertThat(show.json().path("reason").asText()).isEqualTo("UNKNOWN_STYLE");

        JsonNode dry =
                cli.run("dead-letters", "replay", "lost", "--dry-run", "--json").json();
        assertThat(dry.path("letters").get(0).path("outcome").asText()).isEqualTo("would_send");
        JsonNode first = cli.run("dead-letters", "replay", letter.path("place").asText(), "--json")
                .json();
        assertThat(first.path("sent").asInt()).isEqualTo(1);
        String where = first.path("letters").get(0).path("where").asText();
        assertThat(where).startsWith(topic + "-");

        JsonNode second = cli.run("dead-letters", "replay", letter.path("place").asText(), "--json")
                .json();
        assertThat(second.path("sent").asInt()).isZero();
        assertThat(second.path("sent_before").asInt()).isEqualTo(1);
        assertThat(second.path("letters").get(0).path("where").asText()).isEqualTo(where);

        // The record that went back was refused again: that is a letter of its own, of the same bytes.
        List<JsonNode> both = awaitLetters("lost", 2);
        assertThat(both.get(0).path("origin").asText()).isEqualTo(where);
        Cli.Result again =
                cli.run("dead-letters", "show", both.get(0).path("place").asText(), "--json");
        assertThat(again.json().path("value_bytes").asInt())
                .isEqualTo(show.json().path("value_bytes").asInt());
        JsonNode all = cli.run(
                        "dead-letters", "replay", "--all", "--document", "lost", "--reason", "unknown_style", "--json")
                .json();
        assertThat(all.path("sent").asInt()).isEqualTo(1);
        assertThat(all.path("sent_before").asInt()).isEqualTo(1);
        assertThat(cli.run("dead-letters", "show", "no-such-document").code()).isEqualTo(2);
    }

    @Test
    void doctorFindsAWellDeploymentWell() throws Exception {
        Cli.Result doctor = cli.run("doctor", "--json");

        assertThat(doctor.code()).as(doctor.out()).isZero();
        assertThat(doctor.json().path("well").asBoolean()).isTrue();
        assertThat(doctor.json().path("findings").findValuesAsText("part"))
                .contains("brokers", "registry", "topics", "models", "work", "releases", "dead letters", "clocks");
        assertThat(cli.run("doctor").out()).doesNotContain("\u001B");
    }

    @Test
    void topicsAreCreatedOnceAndWhatIsWrongWithThemIsFound() throws Exception {
        String[] own = {"-X", "inkstream.topic.prefix=operators."};
        assertThat(cli.run(with(own, "topics", "describe")).code()).isEqualTo(1);

        JsonNode created = cli.run(with(own, "topics", "create", "--partitions", "2", "--json"))
                .json();
        JsonNode again = cli.run(with(own, "topics", "create", "--partitions", "2", "--json"))
                .json();
        assertThat(created.path("created")).hasSize(12);
        assertThat(again.path("created")).isEmpty();
        assertThat(again.path("existing")).hasSize(12);

        Cli.Result well = cli.run(with(own, "topics", "describe", "--json", "-X", "inkstream.topic.partitions=2"));
        assertThat(well.code()).as(well.out()).isZero();
        assertThat(well.json().path("topics").get(0).path("partitions").asInt()).isEqualTo(2);

        try (Admin admin = AdminClients.create(inkstream.cluster().settings().clientConfig())) {
            set(admin, "operators.models", "cleanup.policy", "delete");
            set(admin, "operators.lines", "max.message.bytes", "1000");
            admin.deleteTopics(List.of("operators.pages")).all().get(30, TimeUnit.SECONDS);
        }
        Cli.Result wrong = cli.run(with(own, "topics", "describe", "-X", "inkstream.topic.partitions=2"));
        assertThat(wrong.code()).isEqualTo(1);
        assertThat(wrong.out())
                .contains("not compacted", "takes records of 1000 bytes", "the cluster does not have it")
                .contains("--entity-name operators.models --add-config cleanup.policy=compact");

        Cli.Result doctor = cli.run(with(own, "doctor", "--json"));
        assertThat(doctor.code()).isEqualTo(1);
        assertThat(doctor.out()).contains("no model server is alive", "operators.pages");
    }

    @Test
    void aTopologyIsResetWhenItsGroupIsEmptyAndNotBefore() throws Exception {
        String id = "operators-app";
        Cluster cluster = inkstream.cluster();
        String texts = cluster.topics().texts().name();
        Path state = Files.createDirectories(folder.resolve("state/" + id + "/0_1"));
        Path another = Files.createDirectories(folder.resolve("state/" + id + "-2/0_1"));
        List<String> own = List.of(id + "-documents-changelog", id + "-progress-changelog");
        List<String> others = List.of(id + "-2-documents-changelog", id + "-of-mine");
        cli.run("produce", "--document", "reset", "--text", "A text to begin with.");
        try (Admin admin = AdminClients.create(cluster.settings().clientConfig())) {
            List<NewTopic> topics = new ArrayList<>();
            own.forEach(name -> topics.add(new NewTopic(name, Optional.of(1), Optional.empty())));
            others.forEach(name -> topics.add(new NewTopic(name, Optional.of(1), Optional.empty())));
            admin.createTopics(topics).all().get(30, TimeUnit.SECONDS);
            String[] reset = {
                "reset",
                "--to-earliest",
                "--yes",
                "--state-dir",
                folder.resolve("state").toString(),
                "-X",
                "inkstream.topology.application.id=" + id,
                "--json"
            };
            try (KafkaConsumer<byte[], byte[]> member = member(cluster, id)) {
                member.subscribe(List.of(texts));
                long deadline = System.nanoTime() + SharedInkstream.LIMIT.toNanos();
                while (member.assignment().isEmpty() && System.nanoTime() < deadline) {
                    member.poll(Duration.ofMillis(200));
                }
                member.poll(Duration.ofMillis(200));
                member.commitSync();

                Cli.Result refused = cli.run(reset);

                assertThat(refused.code()).isEqualTo(5);
                assertThat(refused.err()).contains("has members");
                assertThat(state).exists();
            }
            String transactional = id + "-00000000-0000-4000-8000-000000000001-1";
            try (KafkaProducer<byte[], byte[]> left = producer(cluster, transactional)) {
                left.initTransactions();
                left.beginTransaction();
                left.send(new ProducerRecord<>(id + "-of-mine", new byte[] {1})).get(30, TimeUnit.SECONDS);

                Cli.Result done = cli.run(reset);

                assertThat(done.code()).as(done.err()).isZero();
                assertThat(done.json().path("transactions").get(0).asText()).isEqualTo(transactional);
                org.assertj.core.api.Assertions.assertThatThrownBy(left::commitTransaction)
                        .isInstanceOfAny(
                                ProducerFencedException.class,
                                org.apache.kafka.common.errors.InvalidProducerEpochException.class);
            }
            assertThat(state).doesNotExist();
            assertThat(another).exists();
            assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS))
                    .doesNotContainAnyElementsOf(own)
                    .containsAll(others);
            var offsets = admin.listConsumerGroupOffsets(id)
                    .partitionsToOffsetAndMetadata()
                    .get(30, TimeUnit.SECONDS);
            assertThat(offsets).containsKey(new TopicPartition(texts, 0));
            assertThat(offsets.values())
                    .allSatisfy(offset -> assertThat(offset.offset()).isZero());

            Cli.Result dry = cli.run("reset", "--to-latest", "--json", "-X", "inkstream.topology.application.id=" + id);
            assertThat(dry.code()).isEqualTo(2);
            assertThat(dry.err()).contains("nothing was changed");
            admin.deleteTopics(others).all().get(30, TimeUnit.SECONDS);
        }
    }

    private static String[] with(String[] flags, String... command) {
        List<String> all = new ArrayList<>(List.of(command));
        all.addAll(List.of(flags));
        return all.toArray(String[]::new);
    }

    private static List<JsonNode> lines(String out) throws Exception {
        List<JsonNode> all = new ArrayList<>();
        for (String line : out.lines().toList()) {
            all.add(JSON.readTree(line));
        }
        return all;
    }

    /** The letters of a document, the newest first, when there are so many. */
    private List<JsonNode> awaitLetters(String document, int count) throws Exception {
        long deadline = System.nanoTime() + SharedInkstream.LIMIT.toNanos();
        while (true) {
            JsonNode letters = cli.run("dead-letters", "list", "--document", document, "--json")
                    .json()
                    .path("letters");
            if (letters.size() >= count || System.nanoTime() > deadline) {
                assertThat(letters).hasSize(count);
                List<JsonNode> all = new ArrayList<>();
                letters.forEach(all::add);
                return all;
            }
        }
    }

    private static void set(Admin admin, String topic, String key, String value) throws Exception {
        admin.incrementalAlterConfigs(Map.of(
                        new ConfigResource(ConfigResource.Type.TOPIC, topic),
                        List.of(new AlterConfigOp(new ConfigEntry(key, value), AlterConfigOp.OpType.SET))))
                .all()
                .get(30, TimeUnit.SECONDS);
    }

    private static KafkaConsumer<byte[], byte[]> member(Cluster cluster, String group) {
        Map<String, Object> config = new HashMap<>(cluster.settings().clientConfig());
        config.put(ConsumerConfig.GROUP_ID_CONFIG, group);
        config.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "earliest");
        config.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
        return new KafkaConsumer<>(config, new ByteArrayDeserializer(), new ByteArrayDeserializer());
    }

    private static KafkaProducer<byte[], byte[]> producer(Cluster cluster, String transactionalId) {
        Map<String, Object> config = new HashMap<>(cluster.settings().clientConfig());
        config.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, transactionalId);
        return new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer());
    }
}
