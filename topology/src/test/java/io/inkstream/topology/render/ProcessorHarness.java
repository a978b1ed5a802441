package io.inkstream.topology.render;

import static io.inkstream.topology.InkstreamTopology.DOCUMENTS;
import static io.inkstream.topology.InkstreamTopology.LINES;
import static io.inkstream.topology.InkstreamTopology.WRITE_DEAD_LETTERS;
import static io.inkstream.topology.InkstreamTopology.WRITE_LINES;
import static io.inkstream.topology.InkstreamTopology.WRITE_SHADOW_REPORTS;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.inkstream.schemas.DeadLetterHeaders;
import io.inkstream.schemas.Topics;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.ShadowReport;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.topology.FakeRenderClient;
import io.inkstream.topology.Models;
import io.inkstream.topology.TopologyHarness;
import io.inkstream.topology.flow.Throttle;
import io.inkstream.topology.health.Troubles;
import io.inkstream.topology.plan.Planner;
import io.inkstream.topology.routing.CandidateWatch;
import io.inkstream.topology.routing.Fleet;
import io.inkstream.topology.routing.FleetBook;
import io.inkstream.topology.routing.RoutedDocuments;
import io.inkstream.topology.shadow.ShadowQueue;
import io.inkstream.topology.shadow.Shadows;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/** One processor on stores that outlive it: {@link #start} ends it without a word and begins another. */
final class ProcessorHarness {
    final Topics topics = new Topics("t.", Map.of("schema.registry.url", "mock://" + UUID.randomUUID()));
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final RoutedDocuments routed = new RoutedDocuments();
    final KeyValueStore<Bytes, byte[]> documents = store(DOCUMENTS);
    final KeyValueStore<Bytes, byte[]> lines = store(LINES);
    /** What readers of the topic of lines have seen: {@code document index text}. */
    final List<String> emitted = new ArrayList<>();
    /** The same by version and policy: {@code document index model policy}. */
    final List<String> drawnBy = new ArrayList<>();
    /** {@code REASON: message}. */
    final List<String> deadLetters = new ArrayList<>();

    /** Ids of the documents in {@link #deadLetters}. */
    final List<String> refused = new ArrayList<>();
    /** Lines that each document says it has, by its id. */
    final Map<String, Integer> counts = new HashMap<>();

    final List<ShadowReport> shadowReports = new ArrayList<>();

    FakeRenderClient client;
    FakeRenderClient shadowClient;
    CandidateWatch watch;
    private final FleetBook book = new FleetBook(Duration.ofDays(1));
    private Fleet fleet = Fleet.unknown();
    private MockProcessorContext<byte[], Object> context;
    private RenderProcessor processor;
    private long offset;

    ProcessorHarness serve(String... models) {
        for (String model : models) {
            book.model(model, Models.announcement(model, Models.NOW));
            state(model, ModelState.READY);
        }
        return this;
    }

    void serve(String model, List<String> characters) {
        book.model(model, Models.announcement(model, Models.NOW, characters));
        state(model, ModelState.READY);
    }

    /** What the one server says of a version. */
    void state(String model, ModelState state) {
        book.status("server/" + model, Models.status("server", model, state), Models.NOW);
        fleet = book.fleet(true, Models.NOW);
    }

    void withdraw(String model) {
        book.model(model, null);
        fleet = book.fleet(true, Models.NOW);
    }

    ProcessorHarness policy(RolloutPolicy policy) {
        book.policy("base", policy, Instant.ofEpochMilli(Models.NOW.toEpochMilli() + offset));
        fleet = book.fleet(true, Models.NOW);
        return this;
    }

    /** Forgets which halts the process before had seen, as a crash does. */
    ProcessorHarness start() {
        long now = context == null ? Models.NOW.toEpochMilli() : context.currentSystemTimeMs();
        client = new FakeRenderClient();
        shadowClient = new FakeRenderClient();
        watch = new CandidateWatch(() -> fleet, meters);
        context = new MockProcessorContext<>();
        context.setCurrentSystemTimeMs(now);
        context.addStateStore(documents);
        context.addStateStore(lines);
        processor = new RenderProcessor(
                topics,
                new Planner(1_000),
                watch,
                routed,
                client,
                new ShadowQueue(
                        new Shadows(topics.shadowReports(), shadowClient, Runnable::run, () -> Models.NOW, meters)),
                new Throttle(),
                new Troubles(),
                new RenderConfig(10, 100, 8, Duration.ofSeconds(3), TopologyHarness.steady()),
                meters);
        processor.init(context);
        return this;
    }

    void process(String id, String text) {
        process(id, Models.document(text));
    }

    void process(String id, TextDocument document) {
        context.setRecordMetadata("t.texts", 0, offset++);
        byte[] value = topics.texts().value().serializer().serialize("t.texts", document);
        processor.process(new Record<>(id.getBytes(UTF_8), value, 0));
        take();
    }

    void tick() {
        pass(5);
    }

    void pass(long millis) {
        context.setCurrentSystemTimeMs(context.currentSystemTimeMs() + millis);
        context.scheduledPunctuators().get(0).getPunctuator().punctuate(context.currentSystemTimeMs());
        take();
    }

    /** Draws what is asked, until nothing is. */
    void drawEverything() {
        for (int i = 0; i < 1_000 && !client.waiting().isEmpty(); i++) {
            client.draw(0);
            tick();
        }
    }

    long nowMs() {
        return context.currentSystemTimeMs();
    }

    boolean isEmpty() {
        return documents.approximateNumEntries() == 0 && lines.approximateNumEntries() == 0;
    }

    private void take() {
        context.forwarded(WRITE_LINES).forEach(forward -> {
            LineImage image = topics.lines().value().deserializer().deserialize("t.lines", (byte[])
                    forward.record().value());
            String line = new String(forward.record().key(), UTF_8) + " " + image.getIndex() + " ";
            emitted.add(line + image.getText());
            counts.put(new String(forward.record().key(), UTF_8), image.getCount());
            drawnBy.add(line + image.getProvenance().getModel() + " "
                    + image.getProvenance().getPolicyRevision());
        });
        context.forwarded(WRITE_DEAD_LETTERS).forEach(forward -> {
            var headers = forward.record().headers();
            refused.add(new String(forward.record().key(), UTF_8));
            deadLetters.add(new String(
                            headers.lastHeader(DeadLetterHeaders.REASON).value(), UTF_8) + ": "
                    + new String(headers.lastHeader(DeadLetterHeaders.MESSAGE).value(), UTF_8));
        });
        context.forwarded(WRITE_SHADOW_REPORTS)
                .forEach(forward -> shadowReports.add(
                        topics.shadowReports().value().deserializer().deserialize("t.shadow-reports", (byte[])
                                forward.record().value())));
        context.resetForwards();
    }

    private static KeyValueStore<Bytes, byte[]> store(String name) {
        KeyValueStore<Bytes, byte[]> store = Stores.keyValueStoreBuilder(
                        Stores.inMemoryKeyValueStore(name), Serdes.Bytes(), Serdes.ByteArray())
                .withLoggingDisabled()
                .withCachingDisabled()
                .build();
        MockProcessorContext<Object, Object> opening = new MockProcessorContext<>();
        store.init(opening.getStateStoreContext(), store);
        return store;
    }
}
