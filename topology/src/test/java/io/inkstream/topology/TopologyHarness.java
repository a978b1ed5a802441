package io.inkstream.topology;

import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.ShadowReport;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.topics.DeadLetterHeaders;
import io.inkstream.schemas.topics.Topics;
import io.inkstream.topology.flow.Backoff;
import io.inkstream.topology.flow.RecordLimits;
import io.inkstream.topology.flow.Throttle;
import io.inkstream.topology.health.Troubles;
import io.inkstream.topology.plan.Planner;
import io.inkstream.topology.render.RenderConfig;
import io.inkstream.topology.render.RenderParts;
import io.inkstream.topology.render.RenderProcessor;
import io.inkstream.topology.routing.CandidateWatch;
import io.inkstream.topology.routing.Fleet;
import io.inkstream.topology.routing.FleetBook;
import io.inkstream.topology.routing.RoutedDocuments;
import io.inkstream.topology.shadow.Shadows;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.UUID;
import java.util.stream.Stream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.streams.KeyValue;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.TestInputTopic;
import org.apache.kafka.streams.TestOutputTopic;
import org.apache.kafka.streams.Topology;
import org.apache.kafka.streams.TopologyTestDriver;
import org.apache.kafka.streams.test.TestRecord;

/** The whole topology in one thread, with a fake model server, a fleet and a clock that the test moves. */
public final class TopologyHarness implements AutoCloseable {
    public final Topics topics;
    public final FakeRenderClient client = new FakeRenderClient();
    public final FakeRenderClient shadowClient = new FakeRenderClient();
    public final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    public final RoutedDocuments routed = new RoutedDocuments();
    public final Throttle throttle = new Throttle();
    public final Troubles troubles = new Troubles();
    public final FleetBook book = new FleetBook(Duration.ofDays(1));
    public final CandidateWatch watch = new CandidateWatch(this::fleet, meters);

    /** Largest record of every output topic. */
    public int maxRecordBytes = 1 << 20;

    private final Path stateDirectory;
    private final String description;
    private final TopologyTestDriver driver;
    private final TestInputTopic<byte[], byte[]> texts;
    private final TestOutputTopic<String, LineImage> lines;
    private final TestOutputTopic<String, PageImage> pages;
    private final TestOutputTopic<byte[], byte[]> deadLetters;
    private final TestOutputTopic<String, ShadowReport> shadowReports;

    public TopologyHarness() {
        this(config());
    }

    public TopologyHarness(RenderConfig config) {
        this(config, Map.of("schema.registry.url", "mock://" + UUID.randomUUID()));
    }

    public TopologyHarness(RenderConfig config, Map<String, ?> serdeConfig) {
        try {
            stateDirectory = Files.createTempDirectory("topology-test");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        topics = new Topics("t.", serdeConfig);
        Planner planner = new Planner(1_000, false);
        Shadows shadows = new Shadows(topics.shadowReports(), shadowClient, Runnable::run, () -> Models.NOW, meters);
        Properties properties = new Properties();
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, "test");
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.ENSURE_EXPLICIT_INTERNAL_RESOURCE_NAMING_CONFIG, true);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, stateDirectory.toString());
        RecordLimits limits = new RecordLimits(topic -> maxRecordBytes);
        RenderParts parts = new RenderParts(
                topics,
                planner,
                watch,
                routed,
                client,
                shadows,
                throttle,
                troubles,
                config,
                limits,
                () -> "id",
                meters);
        Topology topology = new InkstreamTopology(topics, () -> new RenderProcessor(parts), limits, false).get();
        description = topology.describe().toString();
        driver = new TopologyTestDriver(topology, properties, Models.NOW);
        texts = driver.createInputTopic(topics.texts().name(), new ByteArraySerializer(), new ByteArraySerializer());
        lines = driver.createOutputTopic(
                topics.lines().name(),
                new StringDeserializer(),
                topics.lines().value().deserializer());
        pages = driver.createOutputTopic(
                topics.pages().name(),
                new StringDeserializer(),
                topics.pages().value().deserializer());
        deadLetters = driver.createOutputTopic(
                topics.deadLetters().name(), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        shadowReports = driver.createOutputTopic(
                topics.shadowReports().name(),
                new StringDeserializer(),
                topics.shadowReports().value().deserializer());
    }

    /** Few open documents, eight lines ahead, five tries. */
    public static RenderConfig config() {
        return new RenderConfig(4, 100, 1 << 20, 8, 5, Duration.ofSeconds(3), false, steady());
    }

    /** Waits that do not spread. */
    public static Backoff steady() {
        return new Backoff(Duration.ofMillis(100), Duration.ofSeconds(1), () -> 1.0);
    }

    /** One server has the version READY. */
    public TopologyHarness serving(String model) {
        book.model(model, Models.announcement(model, Models.NOW));
        book.status("server/" + model, Models.status("server", model, ModelState.READY), Models.NOW);
        return this;
    }

    public void send(String id, String text) {
        send(id, Models.document(text));
    }

    public void send(String id, TextDocument document) {
        sendBytes(
                id.getBytes(StandardCharsets.UTF_8),
                topics.texts().value().serializer().serialize(topics.texts().name(), document));
    }

    public void sendBytes(byte[] key, byte[] value) {
        texts.pipeInput(new TestRecord<>(key, value, Models.NOW));
    }

    /** Lets the punctuator run once. */
    public void tick() {
        pass(Duration.ofMillis(5));
    }

    public void pass(Duration time) {
        driver.advanceWallClockTime(time);
    }

    /** Draws what is asked, until nothing is. */
    public void drawEverything() {
        for (int i = 0; i < 10_000 && !client.waiting().isEmpty(); i++) {
            client.draw(0);
            tick();
        }
    }

    public List<KeyValue<String, LineImage>> lines() {
        return lines.readKeyValuesToList();
    }

    public List<KeyValue<String, PageImage>> pages() {
        return pages.readKeyValuesToList();
    }

    public List<TestRecord<byte[], byte[]>> deadLetters() {
        return deadLetters.readRecordsToList();
    }

    public List<KeyValue<String, ShadowReport>> shadowReports() {
        return shadowReports.readKeyValuesToList();
    }

    public static String reason(TestRecord<byte[], byte[]> deadLetter) {
        return header(deadLetter, DeadLetterHeaders.REASON);
    }

    public static String header(TestRecord<byte[], byte[]> deadLetter, String name) {
        Header header = deadLetter.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), StandardCharsets.UTF_8);
    }

    /** Nodes, topics and stores. */
    public String describe() {
        return description;
    }

    /** Entries of a store. */
    public long entries(String store) {
        long entries = 0;
        try (var all = driver.<Object, Object>getKeyValueStore(store).all()) {
            while (all.hasNext()) {
                all.next();
                entries++;
            }
        }
        return entries;
    }

    private Fleet fleet() {
        return Models.settled(book, Models.NOW);
    }

    @Override
    public void close() {
        driver.close(); // which removes what is in the state directory
        try (Stream<Path> files = Files.walk(stateDirectory)) {
            files.sorted(Comparator.reverseOrder())
                    .forEach(file -> file.toFile().delete());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
