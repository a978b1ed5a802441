package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.inkstream.ops.client.Announcements;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.TextWriter;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.TextDocument;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The shipped compose file, run for real: it draws without a hand's turn, and its containers may be killed under load, and
 * taken down and put up again, without a line that is lost, doubled or another. Skipped where there is no Docker engine
 * that can make its images, or no compose.
 */
class ContainersIT {
    private static final int LINES_EACH = 3;
    private static final List<String> VICTIMS = List.of("topology", "model-server", "broker", "registry", "trainer");
    /** Texts a second while containers are killed: each is three lines, a part of what two cores draw. */
    private static final long PAUSE_NANOS = 100_000_000;

    @TempDir
    private Path folder;

    @Test
    void theShippedStackDrawsAndLosesNothingWhateverIsKilled() throws Exception {
        Optional<ComposeStack> built = ComposeStack.build(folder);
        assumeTrue(built.isPresent(), "no Docker engine with compose and a way to the images: nothing is run in one");

        try (ComposeStack stack = built.get()) {
            try {
                run(stack);
            } catch (Exception | AssertionError e) {
                System.err.println(stack.logs());
                throw e;
            }
        }
    }

    private static void run(ComposeStack stack) throws Exception {
        long begin = System.nanoTime();
        stack.up();
        Cluster cluster = stack.cluster();
        Map<String, TextDocument> sent = new LinkedHashMap<>();
        try (EventReader reader = cluster.eventReader(EventReader.From.BEGINNING)) {
            try (TextWriter writer = cluster.textWriter()) {
                send(writer, sent, "first");
                Lines.await(reader, sent.keySet(), false, SharedInkstream.LIMIT);
                System.out.printf(
                        "The first lines came %.1f s after compose up began.%n", (System.nanoTime() - begin) / 1e9);
            }
        }
        ModelAnnouncement announced = announced(cluster);

        killEachUnderLoad(stack, cluster, sent);
        Map<String, List<LineImage>> drawn = collect(cluster, sent);
        drawn.forEach((document, lines) ->
                assertThat(lines).as("lines of %s", document).hasSize(LINES_EACH));
        assertDrawnAsWithoutContainers(cluster, sent, drawn);

        stack.down();
        stack.up();

        assertThat(announced(cluster)).as("the set-up publishes nothing anew").isEqualTo(announced);
        assertThat(collect(cluster, sent)).isEqualTo(drawn);
        try (EventReader reader = cluster.eventReader(EventReader.From.END);
                TextWriter writer = cluster.textWriter()) {
            Map<String, TextDocument> later = new LinkedHashMap<>();
            send(writer, later, "after-down-and-up");
            Lines.await(reader, later.keySet(), false, SharedInkstream.LIMIT);
            sent.putAll(later);
        }
        assertDrawnAsWithoutContainers(cluster, sent, collect(cluster, sent));
    }

    private static void killEachUnderLoad(ComposeStack stack, Cluster cluster, Map<String, TextDocument> sent)
            throws Exception {
        AtomicBoolean enough = new AtomicBoolean();
        Map<String, TextDocument> load = new LinkedHashMap<>();
        CompletableFuture<Void> writing = CompletableFuture.runAsync(() -> {
            try (TextWriter writer = cluster.textWriter()) {
                while (!enough.get()) {
                    send(writer, load, "load-" + load.size());
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        });
        try (EventReader reader = cluster.eventReader(EventReader.From.END)) {
            for (String victim : VICTIMS) {
                // Lines come before each kill, so that it falls into work and not into the recovery from the one
                // before.
                awaitAnyLine(reader);
                stack.kill(victim);
                stack.start(victim);
            }
            awaitAnyLine(reader);
        } finally {
            enough.set(true);
        }
        writing.get();
        sent.putAll(load);
    }

    private static void awaitAnyLine(EventReader reader) {
        while (!reader.poll(Duration.ZERO).isEmpty()) {
            // Those that came meanwhile.
        }
        long begin = System.nanoTime();
        while (reader.poll(Duration.ofMillis(200)).isEmpty()) {
            assertThat(Duration.ofNanos(System.nanoTime() - begin))
                    .as("silence under load")
                    .isLessThan(SharedInkstream.LIMIT);
        }
    }

    /** All lines of the documents, once each and in order, from the beginning of the topic. */
    private static Map<String, List<LineImage>> collect(Cluster cluster, Map<String, TextDocument> sent) {
        try (EventReader reader = cluster.eventReader(EventReader.From.BEGINNING)) {
            Lines all = Lines.await(reader, sent.keySet(), false, SharedInkstream.LIMIT);
            all.assertComplete();
            all.assertNothingMore(reader, Duration.ofSeconds(2));
            Map<String, List<LineImage>> lines = new TreeMap<>();
            sent.keySet().forEach(document -> lines.put(document, all.of(document)));
            return lines;
        }
    }

    private static void assertDrawnAsWithoutContainers(
            Cluster cluster, Map<String, TextDocument> sent, Map<String, List<LineImage>> drawn) throws Exception {
        try (ReferenceRenderer reference = new ReferenceRenderer(cluster, SharedInkstream.shippedModel())) {
            for (String document : drawn.keySet()) {
                List<ReferenceRenderer.Line> expected = reference.draw(document, sent.get(document));
                List<LineImage> lines = drawn.get(document);
                assertThat(lines).as("lines of %s", document).hasSameSizeAs(expected);
                for (int i = 0; i < lines.size(); i++) {
                    assertThat(Lines.bytes(lines.get(i).getPng()))
                            .as("line %d of %s", i, document)
                            .isEqualTo(expected.get(i).markedAs(lines.get(i)));
                }
            }
        }
    }

    private static ModelAnnouncement announced(Cluster cluster) {
        Map<String, ModelAnnouncement> all = Announcements.read(cluster);
        assertThat(all).hasSize(1);
        return all.values().iterator().next();
    }

    private static void send(TextWriter writer, Map<String, TextDocument> sent, String document) {
        TextDocument text = TextDocument.newBuilder()
                .setText("one of " + document + "\ntwo of " + document + "\nthree of " + document)
                .setSeed(7L)
                .setLayout(LayoutOptions.newBuilder().build())
                .build();
        writer.write(document, text);
        sent.put(document, text);
    }
}
