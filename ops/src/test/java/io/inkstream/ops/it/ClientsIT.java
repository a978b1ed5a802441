package io.inkstream.ops.it;

import static io.inkstream.ops.client.WrittenRecords.line;
import static io.inkstream.ops.client.WrittenRecords.pageWithout;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.cli.Commands;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.examples.Example;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.topics.Topic;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whatever strangers write to the topics that clients read: it is passed over and named, and stays where it belongs. */
class ClientsIT {
    private static final byte[] GONE =
            ByteBuffer.allocate(9).put((byte) 0).putInt(1_999_999_999).putInt(7).array();

    @TempDir
    Path directory;

    /** Deep enough that a key which climbs out of it is caught within the test's own directory. */
    private Path folder;

    @BeforeEach
    void makeFolder() throws IOException {
        folder = Files.createDirectories(directory.resolve("some/folder"));
    }

    @Test
    void commandsPassOverWhatIsNoEventAndSaveTheRest() throws Exception {
        LocalInkstream inkstream = SharedInkstream.ready();
        Cli cli = new Cli(inkstream.addresses());
        writePoison(inkstream.cluster(), "client-poison");

        Cli.Result render =
                cli.run("render", "--document", "client-poison", "--text", "After all that.", "--out", out("rendered"));
        Cli.Result consume = cli.run("consume", "--from-beginning", "--idle", "3", "--out", out("consumed"));

        assertThat(render.code()).as(render.err()).isZero();
        assertThat(folder.resolve("rendered/client-poison/line-0001.png")).exists();
        assertThat(consume.code()).as(consume.err()).isZero();
        assertThat(consume.err()).contains("skipped inkstream.lines-", "skipped inkstream.pages-", "1999999999");
        assertThat(consume.out()).contains("no page-image: page 1 of 1 of client-no-page: larger than its topic takes");
        assertThat(folder.resolve("consumed/client-poison/line-0001.png")).exists();
        assertNothingOutside("consumed");
    }

    @Test
    void placeOfARecordThatIsNoLineIsAnsweredWithASentence() throws Exception {
        LocalInkstream inkstream = SharedInkstream.ready();
        Cli cli = new Cli(inkstream.addresses());
        String lines = inkstream.cluster().topics().lines().name();
        for (byte[] value : new byte[][] {GONE, null, {1, 2, 3}}) {
            RecordMetadata at = write(inkstream.cluster(), lines, "client-place", value);

            Cli.Result replay = cli.run("replay", "--from-image", at.partition() + ":" + at.offset());

            assertThat(replay.code()).isEqualTo(2);
            assertThat(replay.err().lines()).singleElement().asString().contains("topic lines has");
        }
    }

    @Test
    void listOfModelsPassesOverWhatIsNoAnnouncement() throws Exception {
        LocalInkstream inkstream = SharedInkstream.ready();
        String models = inkstream.cluster().topics().models().name();
        write(inkstream.cluster(), models, "client-poison:1", GONE);
        write(inkstream.cluster(), models, "../../x", new byte[] {9});

        Cli.Result list = new Cli(inkstream.addresses()).run("models", "list", "--canaries", out("canaries"));
        Cli.Result explore = new Cli(inkstream.addresses()).run("explore", "no-such-model:1", "--out", out("x.png"));

        assertThat(list.code()).as(list.err()).isZero();
        assertThat(explore.code()).isEqualTo(2);
        assertThat(explore.err()).contains("no model no-such-model:1 is published");
        write(inkstream.cluster(), models, "client-poison:1", null);
        write(inkstream.cluster(), models, "../../x", null);
    }

    @Test
    void thePagesCarefulConsumerIsNeitherStoppedNorLedOutOfItsFolder() throws Exception {
        LocalInkstream inkstream = SharedInkstream.ready();
        writePoison(inkstream.cluster(), "client-example");
        write(inkstream.cluster(), inkstream.cluster().topics().lines(), "client-example-last", line());
        Path images = Files.createDirectories(folder.resolve("images"));
        Path last = images.resolve("client-example-last-0.png");
        long deadline = System.nanoTime() + SharedInkstream.LIMIT.toNanos();

        Example.readWhatCanBeRead(
                inkstream.addresses().bootstrap(),
                inkstream.addresses().registryUrl(),
                images,
                () -> Files.notExists(last) && System.nanoTime() < deadline);

        assertThat(last).exists();
        assertNothingOutside("images");
    }

    @Test
    void registryThatIsAwayIsOneSentenceAndCodeThree() throws Exception {
        LocalInkstream inkstream = SharedInkstream.ready();
        write(inkstream.cluster(), inkstream.cluster().topics().lines(), "client-registry", line());
        String[] away = {"-b", inkstream.addresses().bootstrap(), "-r", "http://127.0.0.1:1", "-X", "max.retries=0"};
        for (String command : List.of(
                "render --text x",
                "produce --text x",
                "models list",
                "dataset import ../trainer/samples",
                "explore inkstream-base:5")) {
            Cli.Result result = run(command, away);

            assertThat(result.code()).as(command + ": " + result.err()).isEqualTo(3);
            assertThat(result.err().lines())
                    .as(command)
                    .singleElement()
                    .asString()
                    .contains("registry", "127.0.0.1:1");
        }
        Cli.Result consume = run("consume --from-beginning --idle 2 --out " + out("none"), away);
        assertThat(consume.code()).isZero();
        assertThat(consume.err().lines())
                .filteredOn(line -> line.contains("waiting for the schema registry"))
                .hasSize(1);
    }

    @Test
    void topicsThatAreNotThereAreNamed() throws Exception {
        LocalInkstream inkstream = SharedInkstream.ready();
        String[] nowhere = {
            "-b", inkstream.addresses().bootstrap(),
            "-r", inkstream.addresses().registryUrl(),
            "-X", "inkstream.topic.prefix=nowhere."
        };
        for (String command : List.of("render --text x", "consume")) {
            Cli.Result result = run(command, nowhere);

            assertThat(result.code()).as(result.err()).isEqualTo(1);
            assertThat(result.err().lines())
                    .singleElement()
                    .asString()
                    .contains("no topic nowhere.lines", "inkstream.topic.prefix");
        }
    }

    @Test
    void folderThatCannotBeWrittenIsNamedWithTheDocument() throws Exception {
        Path file = Files.createFile(folder.resolve("file"));

        Cli.Result render = new Cli(SharedInkstream.ready().addresses())
                .run("render", "--text", "Nowhere to go.", "--out", file.toString());

        assertThat(render.code()).isEqualTo(1);
        assertThat(render.err().lines()).singleElement().asString().contains(file.toString(), "--out");
    }

    private static Cli.Result run(String command, String[] more) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] arguments =
                Stream.concat(Stream.of(command.split(" ")), Stream.of(more)).toArray(String[]::new);
        int code = Commands.run(new PrintWriter(out, true), new PrintWriter(err, true), arguments);
        return new Cli.Result(code, out.toString(), err.toString());
    }

    private String out(String name) {
        return folder.resolve(name).toString();
    }

    private void assertNothingOutside(String name) throws Exception {
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString())).isSubsetOf(name, "rendered");
        }
        try (Stream<Path> above = Stream.concat(Files.list(directory), Files.list(folder.getParent()))) {
            assertThat(above).containsExactlyInAnyOrder(folder.getParent(), folder);
        }
        assertThat(Path.of("/etc/x-0.png")).doesNotExist();
    }

    private static void writePoison(Cluster cluster, String document) throws Exception {
        String lines = cluster.topics().lines().name();
        String pages = cluster.topics().pages().name();
        write(cluster, lines, document, GONE);
        write(cluster, pages, document, GONE);
        write(cluster, lines, document, null);
        write(cluster, lines, document, new byte[0]);
        write(cluster, lines, document, "just text".getBytes(StandardCharsets.UTF_8));
        TextDocument text = TextDocument.newBuilder()
                .setText("x")
                .setLayout(LayoutOptions.newBuilder().build())
                .build();
        write(
                cluster,
                lines,
                document,
                cluster.topics()
                        .texts()
                        .value()
                        .serializer()
                        .serialize(cluster.topics().texts().name(), text));
        for (String key : new String[] {null, "", "..", "../../x", "/etc/x", "a\0b", "k".repeat(4_000), "con"}) {
            write(cluster, cluster.topics().lines(), key, line());
        }
        write(cluster, cluster.topics().pages(), "client-no-page", pageWithout("larger than its topic takes"));
        write(cluster, cluster.topics().deadLetters().name(), null, null);
    }

    private static <V> void write(Cluster cluster, Topic<String, V> topic, String key, V value) throws Exception {
        write(cluster, topic.name(), key, topic.value().serializer().serialize(topic.name(), value));
    }

    private static RecordMetadata write(Cluster cluster, String topic, String key, byte[] value) throws Exception {
        Map<String, Object> config = new HashMap<>(cluster.settings().clientConfig());
        try (KafkaProducer<byte[], byte[]> producer =
                new KafkaProducer<>(config, new ByteArraySerializer(), new ByteArraySerializer())) {
            return producer.send(new ProducerRecord<>(
                            topic, key == null ? null : key.getBytes(StandardCharsets.UTF_8), value))
                    .get();
        }
    }
}
