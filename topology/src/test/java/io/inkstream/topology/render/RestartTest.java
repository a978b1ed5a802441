package io.inkstream.topology.render;

import static io.inkstream.topology.InkstreamTopology.DOCUMENTS;
import static io.inkstream.topology.InkstreamTopology.LINES;
import static io.inkstream.topology.InkstreamTopology.WRITE_DEAD_LETTERS;
import static io.inkstream.topology.InkstreamTopology.WRITE_LINES;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.Topics;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.ModelState;
import io.inkstream.schemas.rpc.RenderLineRequest;
import io.inkstream.topology.FakeRenderClient;
import io.inkstream.topology.Models;
import io.inkstream.topology.TopologyHarness;
import io.inkstream.topology.flow.Throttle;
import io.inkstream.topology.health.Troubles;
import io.inkstream.topology.plan.Planner;
import io.inkstream.topology.routing.CandidateWatch;
import io.inkstream.topology.routing.FleetBook;
import io.inkstream.topology.routing.RoutedDocuments;
import io.inkstream.topology.shadow.ShadowQueue;
import io.inkstream.topology.shadow.Shadows;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.common.utils.Bytes;
import org.apache.kafka.streams.processor.api.MockProcessorContext;
import org.apache.kafka.streams.processor.api.Record;
import org.apache.kafka.streams.state.KeyValueStore;
import org.apache.kafka.streams.state.Stores;
import org.junit.jupiter.api.Test;

/** One processor ends without a word and another begins with what the stores hold. */
class RestartTest {
    private final Topics topics = new Topics("t.", Map.of("schema.registry.url", "mock://" + UUID.randomUUID()));
    private final FleetBook book = new FleetBook(Duration.ofDays(1));
    private final KeyValueStore<Bytes, byte[]> documents = store(DOCUMENTS);
    private final KeyValueStore<Bytes, byte[]> lines = store(LINES);
    private final List<String> emitted = new ArrayList<>();
    private FakeRenderClient client;
    private FakeRenderClient shadowClient;
    private MockProcessorContext<byte[], Object> context;
    private RenderProcessor processor;
    private long offset;

    @Test
    void linesThatWereNotEmittedAreSentAgainAndTheOthersAreNot() {
        serve("base:1");
        start();
        process("doc", "one two three four five six");
        client.draw(2);
        client.draw(0);
        tick();
        assertThat(emitted).containsExactly("doc 0 one two");

        start();
        tick();
        assertThat(client.waiting()).extracting(RenderLineRequest::getLineIndex).containsExactly(1, 2, 3);
        client.drawAllBackwards();
        tick();
        assertThat(emitted).containsExactly("doc 0 one two", "doc 1 three", "doc 2 four five", "doc 3 six");
        assertThat(documents.approximateNumEntries()).isZero();
        assertThat(lines.approximateNumEntries()).isZero();
    }

    @Test
    void theVersionIsThatOfThePlanThoughAnotherServesByNow() {
        serve("base:1");
        start();
        process("doc", "one");
        serve("base:2");

        start();
        tick();
        assertThat(client.waiting()).extracting(RenderLineRequest::getModel).containsExactly("base:1");
    }

    @Test
    void aDocumentThatWaitedGoesOnWaitingAndIsPlannedInTheEnd() {
        start();
        process("doc", "one");

        start();
        tick();
        assertThat(client.waiting()).isEmpty();
        serve("base:1");
        pass(200);
        client.draw(0);
        tick();
        assertThat(emitted).containsExactly("doc 0 one");
    }

    @Test
    void theGraceOfAPinBeginsAgain() {
        serve("base:1");
        start();
        var document = Models.document("one");
        document.setModel("other:1");
        process("doc", topics.texts().value().serializer().serialize("t.texts", document));
        pass(2_900);
        start();
        pass(2_900);
        assertThat(context.forwarded(WRITE_DEAD_LETTERS)).isEmpty();
        pass(300);
        assertThat(context.forwarded(WRITE_DEAD_LETTERS)).hasSize(1);
    }

    @Test
    void documentsKeepTheirOrderAndNewOnesComeAfterThem() {
        serve("base:1");
        start();
        process("doc", "one");
        process("doc", "two");

        start();
        process("doc", "three");
        for (int i = 0; i < 3; i++) {
            tick();
            client.draw(0);
        }
        tick();
        assertThat(emitted).containsExactly("doc 0 one", "doc 0 two", "doc 0 three");
    }

    @Test
    void anAnswerForTheOneThatEndedReachesNobody() {
        serve("base:1");
        start();
        process("doc", "one");
        FakeRenderClient before = client;

        start();
        tick();
        before.draw(0);
        tick();
        assertThat(emitted).isEmpty();
        client.draw(0);
        tick();
        assertThat(emitted).containsExactly("doc 0 one");
    }

    private void serve(String model) {
        book.model(model, Models.announcement(model, Models.NOW));
        book.status("server/" + model, Models.status("server", model, ModelState.READY), Models.NOW);
    }

    private void start() {
        long now = context == null ? Models.NOW.toEpochMilli() : context.currentSystemTimeMs();
        client = new FakeRenderClient();
        shadowClient = new FakeRenderClient();
        SimpleMeterRegistry meters = new SimpleMeterRegistry();
        context = new MockProcessorContext<>();
        context.setCurrentSystemTimeMs(now);
        context.addStateStore(documents);
        context.addStateStore(lines);
        processor = new RenderProcessor(
                topics,
                new Planner(1_000),
                new CandidateWatch(() -> book.fleet(true, Models.NOW), meters),
                new RoutedDocuments(),
                client,
                new ShadowQueue(
                        new Shadows(topics.shadowReports(), shadowClient, Runnable::run, () -> Models.NOW, meters)),
                new Throttle(),
                new Troubles(),
                new RenderConfig(10, 100, 8, Duration.ofSeconds(3), TopologyHarness.steady()),
                meters);
        processor.init(context);
    }

    private void process(String id, String text) {
        process(id, topics.texts().value().serializer().serialize("t.texts", Models.document(text)));
    }

    private void process(String id, byte[] value) {
        context.setRecordMetadata("t.texts", 0, offset++);
        processor.process(new Record<>(id.getBytes(UTF_8), value, 0));
    }

    private void tick() {
        pass(5);
    }

    private void pass(long millis) {
        context.setCurrentSystemTimeMs(context.currentSystemTimeMs() + millis);
        context.scheduledPunctuators().get(0).getPunctuator().punctuate(context.currentSystemTimeMs());
        context.forwarded(WRITE_LINES).forEach(forward -> {
            LineImage image = topics.lines().value().deserializer().deserialize("t.lines", (byte[])
                    forward.record().value());
            emitted.add(new String(forward.record().key(), UTF_8) + " " + image.getIndex() + " " + image.getText());
        });
        if (!context.forwarded(WRITE_LINES).isEmpty()) {
            context.resetForwards();
        }
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
