package io.inkstream.topology.render;

import static io.inkstream.topology.flow.NodeNames.ASSEMBLE_PAGES;
import static io.inkstream.topology.flow.NodeNames.DOCUMENTS;
import static io.inkstream.topology.flow.NodeNames.LINES;
import static io.inkstream.topology.flow.NodeNames.PAGE_LINES;
import static io.inkstream.topology.flow.NodeNames.PROGRESS;
import static io.inkstream.topology.flow.NodeNames.WRITE_DEAD_LETTERS;
import static io.inkstream.topology.flow.NodeNames.WRITE_LINES;
import static io.inkstream.topology.flow.NodeNames.WRITE_PAGES;
import static io.inkstream.topology.flow.NodeNames.WRITE_SHADOW_REPORTS;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.avro.PageImage;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.ShadowReport;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.schemas.topics.DeadLetterHeaders;
import io.inkstream.schemas.topics.Topics;
import io.inkstream.topology.FakeRenderClient;
import io.inkstream.topology.Models;
import io.inkstream.topology.TopologyHarness;
import io.inkstream.topology.flow.RecordLimits;
import io.inkstream.topology.flow.Throttle;
import io.inkstream.topology.health.Troubles;
import io.inkstream.topology.pages.PageInput;
import io.inkstream.topology.pages.PageProcessor;
import io.inkstream.topology.plan.Planner;
import io.inkstream.topology.routing.CandidateWatch;
import io.inkstream.topology.routing.Fleet;
import io.inkstream.topology.routing.FleetBook;
import io.inkstream.topology.routing.RoutedDocuments;
import io.inkstream.topology.shadow.Shadows;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeaders;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueIterator;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;

/**
 * One task of the topology, pages included, on stores, outputs and a topic of texts that share transactions as under
 * exactly-once: {@link #commit} makes all that was done last, {@link #crash} takes stores, outputs and the position in the
 * texts back to the last commit and begins another processor, which reads again what comes after it.
 */
final class ProcessorHarness {
    final String registryUrl = "mock://" + UUID.randomUUID();
    final Topics topics = new Topics("t.", Map.of("schema.registry.url", registryUrl));
    final SimpleMeterRegistry meters = new SimpleMeterRegistry();
    final RoutedDocuments routed = new RoutedDocuments();
    final Troubles troubles = new Troubles();
    final KeyValueStore<Bytes, byte[]> documents = store(DOCUMENTS);
    final KeyValueStore<Bytes, byte[]> lines = store(LINES);
    private final KeyValueStore<Bytes, byte[]> progress = store(PROGRESS);
    private final KeyValueStore<Bytes, byte[]> pageLines = store(PAGE_LINES);
    /** What readers of the topic of lines have seen: {@code document index text}. */
    final List<String> emitted = new ArrayList<>();
    /** The same by version and policy: {@code document index model policy}. */
    final List<String> drawnBy = new ArrayList<>();
    /** The records themselves. */
    final List<Record<byte[], byte[]>> lineRecords = new ArrayList<>();
    /** {@code document index}, and the problem, where a page has one. */
    final List<String> pages = new ArrayList<>();
    /** {@code REASON: message}. */
    final List<String> deadLetters = new ArrayList<>();

    final List<Record<byte[], byte[]>> letterRecords = new ArrayList<>();
    /** Ids of the documents in {@link #deadLetters}. */
    final List<String> refused = new ArrayList<>();

    final List<ShadowReport> shadowReports = new ArrayList<>();

    /** Lines that each document says it has, by its id. */
    final Map<String, Integer> counts = new HashMap<>();
    /** Pages likewise. */
    final Map<String, Integer> pageCounts = new HashMap<>();

    /** Largest record of every output topic. */
    int maxRecordBytes = 1 << 20;
    /** Longest text; takes effect at the next start. */
    int maxTextBytes = 1_000;
    /** What the broker says is the id of the topic of texts. */
    String textsId = "first";

    RenderConfig config =
            new RenderConfig(10, 100, 1 << 24, 8, 5, Duration.ofSeconds(3), false, TopologyHarness.steady());

    FakeRenderClient client;
    FakeRenderClient shadowClient;
    CandidateWatch watch;
    private final FleetBook book = new FleetBook(Duration.ofDays(1));
    private final List<Record<byte[], byte[]>> texts = new ArrayList<>();
    private final List<List<?>> outputs =
            List.of(emitted, drawnBy, lineRecords, pages, deadLetters, letterRecords, refused, shadowReports);
    private Fleet fleet = Fleet.unknown();
    private MockProcessorContext<byte[], Object> context;
    private MockProcessorContext<byte[], byte[]> pageContext;
    private RenderProcessor processor;
    private PageProcessor pageProcessor;
    private Committed committed =
            new Committed(Map.of(), outputs.stream().map(List::size).toList(), 0);

    /** What a crash goes back to. */
    private record Committed(Map<String, Map<Bytes, byte[]>> stores, List<Integer> outputs, int texts) {}

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
        fleet = Models.settled(book, Models.NOW);
    }

    void withdraw(String model) {
        book.model(model, null);
        fleet = Models.settled(book, Models.NOW);
    }

    ProcessorHarness policy(RolloutPolicy policy) {
        book.policy("base", policy, Instant.ofEpochMilli(Models.NOW.toEpochMilli() + texts.size()));
        fleet = Models.settled(book, Models.NOW);
        return this;
    }

    /** Begins, or ends the processor without a word right after a commit and begins another, which forgets halts it had seen. */
    ProcessorHarness start() {
        commit();
        begin();
        return this;
    }

    /** Ends the processor as a rebalance does, and begins another. */
    void rebalance() {
        commit();
        processor.close();
        begin();
    }

    /** Ends the processor as a rebalance does that takes the task away, and begins the same again, as one that gives it back. */
    void resume() {
        commit();
        beginAgain();
    }

    /** Makes what was done last. */
    void commit() {
        Map<String, Map<Bytes, byte[]>> contents = new HashMap<>();
        stores().forEach(store -> contents.put(store.name(), contents(store)));
        committed = new Committed(contents, outputs.stream().map(List::size).toList(), texts.size());
    }

    /** Ends the processor without a word and undoes what was not committed; another does it again. */
    void crash() {
        undo();
        begin();
        feedAgain();
    }

    /** Undoes what was not committed and has the same processor do it again, as Streams does with a task it finds corrupted. */
    void revive() {
        undo();
        beginAgain();
        feedAgain();
    }

    /** Ends the processor as a rebalance does, has another do something, and begins the first again. */
    void comeBackAfter(Runnable elsewhere) {
        RenderProcessor ours = processor;
        FakeRenderClient ourClient = client;
        rebalance();
        elsewhere.run();
        commit();
        processor.close();
        processor = ours;
        client = ourClient;
        init();
    }

    private void undo() {
        stores().forEach(store -> {
            contents(store).keySet().forEach(store::delete);
            committed.stores().get(store.name()).forEach(store::put);
        });
        for (int i = 0; i < outputs.size(); i++) {
            List<?> output = outputs.get(i);
            output.subList(committed.outputs().get(i), output.size()).clear();
        }
    }

    private void feedAgain() {
        for (int i = committed.texts(); i < texts.size(); i++) {
            tick(); // the task goes on before the texts are fetched again
            feed(i);
        }
    }

    void process(String id, String text) {
        process(id, Models.document(text));
    }

    void process(String id, TextDocument document) {
        process(id, document, new RecordHeaders());
    }

    void process(String id, TextDocument document, Headers headers) {
        processBytes(id.getBytes(UTF_8), topics.texts().value().serializer().serialize("t.texts", document), headers);
    }

    void processBytes(byte[] key, byte[] value, Headers headers) {
        texts.add(new Record<>(key, value, 0, headers));
        feed(texts.size() - 1);
    }

    /** Gives the processor the text at an offset, which it may have had. */
    void feed(int offset) {
        context.setRecordMetadata("t.texts", 0, offset);
        processor.process(texts.get(offset));
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

    /** Whether nothing is kept of any document. */
    boolean isEmpty() {
        return contents(documents).isEmpty()
                && contents(lines).isEmpty()
                && contents(pageLines).isEmpty();
    }

    private void begin() {
        client = new FakeRenderClient();
        shadowClient = new FakeRenderClient();
        watch = new CandidateWatch(() -> fleet, meters);
        RecordLimits limits = new RecordLimits(topic -> maxRecordBytes);
        processor = new RenderProcessor(new RenderParts(
                topics,
                new Planner(maxTextBytes, false),
                watch,
                routed,
                client,
                new Shadows(topics.shadowReports(), shadowClient, Runnable::run, () -> Models.NOW, meters),
                new Throttle(),
                troubles,
                config,
                limits,
                () -> textsId,
                meters));
        pageProcessor = new PageProcessor(topics.pages(), limits, false);
        init();
    }

    /** Requests of before may still be answered. */
    private void beginAgain() {
        processor.close();
        pageProcessor.close();
        init();
    }

    private void init() {
        long now = context == null ? Models.NOW.toEpochMilli() : context.currentSystemTimeMs();
        context = new MockProcessorContext<>();
        context.setCurrentSystemTimeMs(now);
        context.addStateStore(documents);
        context.addStateStore(lines);
        context.addStateStore(progress);
        processor.init(context);
        pageContext = new MockProcessorContext<>();
        pageContext.addStateStore(pageLines);
        pageProcessor.init(pageContext);
    }

    @SuppressWarnings("unchecked") // what goes to a node is what the node takes
    private void take() {
        context.forwarded(WRITE_LINES).forEach(forward -> {
            Record<byte[], byte[]> record = (Record<byte[], byte[]>) (Record<?, ?>) forward.record();
            LineImage image = topics.lines().value().deserializer().deserialize("t.lines", record.value());
            String line = new String(record.key(), UTF_8) + " " + image.getIndex() + " ";
            lineRecords.add(record);
            emitted.add(line + image.getText());
            counts.put(new String(record.key(), UTF_8), image.getCount());
            drawnBy.add(line + image.getProvenance().getModel() + " "
                    + image.getProvenance().getPolicyRevision());
        });
        context.forwarded(ASSEMBLE_PAGES)
                .forEach(forward -> pageProcessor.process((Record<byte[], PageInput>) (Record<?, ?>) forward.record()));
        pageContext.forwarded(WRITE_PAGES).forEach(forward -> {
            String id = new String(forward.record().key(), UTF_8);
            PageImage page = topics.pages()
                    .value()
                    .deserializer()
                    .deserialize("t.pages", forward.record().value());
            pages.add(id + " " + page.getIndex() + (page.getProblem().isEmpty() ? "" : " " + page.getProblem()));
            pageCounts.put(id, page.getCount());
        });
        context.forwarded(WRITE_DEAD_LETTERS).forEach(forward -> {
            Record<byte[], byte[]> record = (Record<byte[], byte[]>) (Record<?, ?>) forward.record();
            letterRecords.add(record);
            refused.add(record.key() == null ? null : new String(record.key(), UTF_8));
            deadLetters.add(
                    header(record, DeadLetterHeaders.REASON) + ": " + header(record, DeadLetterHeaders.MESSAGE));
        });
        context.forwarded(WRITE_SHADOW_REPORTS)
                .forEach(forward -> shadowReports.add(
                        topics.shadowReports().value().deserializer().deserialize("t.shadow-reports", (byte[])
                                forward.record().value())));
        context.resetForwards();
        pageContext.resetForwards();
    }

    /** A header of a record as text, or null. */
    static String header(Record<byte[], byte[]> record, String name) {
        var header = record.headers().lastHeader(name);
        return header == null ? null : new String(header.value(), UTF_8);
    }

    private List<KeyValueStore<Bytes, byte[]>> stores() {
        return List.of(documents, lines, progress, pageLines);
    }

    private static Map<Bytes, byte[]> contents(KeyValueStore<Bytes, byte[]> store) {
        Map<Bytes, byte[]> contents = new HashMap<>();
        try (KeyValueIterator<Bytes, byte[]> all = store.all()) {
            all.forEachRemaining(entry -> contents.put(entry.key, entry.value));
        }
        return contents;
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
