package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.EventReader;
import io.inkstream.ops.client.TextWriter;
import io.inkstream.ops.stack.Addresses;
import io.inkstream.ops.stack.Distribution;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.Part;
import io.inkstream.schemas.avro.TextDocument;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Trouble of the infrastructure is not bad input: the pipeline waits, says why, and goes on by itself. */
class InfrastructureIT {
    @Test
    void thePipelineStartsBeforeAnythingElseAndWaitsForEachPartInTurn() throws Exception {
        try (LocalInkstream inkstream = new LocalInkstream(
                Distribution.current(), SharedInkstream.directory("infrastructure"), Addresses.anyFree(), Map.of())) {
            inkstream.start(Part.TOPOLOGY);
            awaitReason(inkstream, "broker");

            inkstream.start(Part.BROKER);
            inkstream.awaitHealthy(Part.BROKER, SharedInkstream.LIMIT);
            awaitReason(inkstream, "no topic");

            Cluster cluster = inkstream.cluster();
            cluster.createTopics();
            inkstream.start(Part.REGISTRY);
            inkstream.awaitHealthy(Part.REGISTRY, SharedInkstream.LIMIT);
            inkstream.requireBackwardCompatibility();
            awaitReason(inkstream, "model");

            try (EventReader reader = cluster.eventReader(EventReader.From.END);
                    TextWriter writer = cluster.textWriter()) {
                writer.write("before-model", document());
                SharedInkstream.publishShippedModel(cluster);
                awaitReason(inkstream, "server");
                inkstream.start(Part.MODEL_SERVER);
                assertThat(drawn(reader, "before-model")).isTrue();
                inkstream.awaitHealthy(Part.TOPOLOGY, SharedInkstream.LIMIT);

                inkstream.kill(Part.REGISTRY);
                writer.write("without-registry", document());
                inkstream.kill(Part.TOPOLOGY);
                // It knows no schema any more, and has nobody to ask.
                inkstream.start(Part.TOPOLOGY);
                awaitReason(inkstream, "registry");
                inkstream.start(Part.REGISTRY);
                assertThat(drawn(reader, "without-registry")).isTrue();

                inkstream.kill(Part.TOPOLOGY);
                Path store = store(inkstream.data().resolve(Part.TOPOLOGY.label()));
                Path aside = Files.move(store, store.resolveSibling("aside"));
                Files.writeString(store, "no store can be opened here");
                writer.write("without-state", document());
                inkstream.start(Part.TOPOLOGY);
                awaitReason(inkstream, "cannot start");
                Files.delete(store);
                Files.move(aside, store);
                assertThat(drawn(reader, "without-state")).isTrue();

                inkstream.kill(Part.MODEL_SERVER);
                writer.write("without-server", document());
                awaitReason(inkstream, "server");
                inkstream.start(Part.MODEL_SERVER);
                assertThat(drawn(reader, "without-server")).isTrue();
                inkstream.awaitHealthy(Part.TOPOLOGY, SharedInkstream.LIMIT);
            }
        }
    }

    /** The folder of one of its RocksDB stores. */
    private static Path store(Path data) throws IOException {
        try (Stream<Path> files = Files.walk(data)) {
            return files.filter(file -> file.getFileName().toString().equals("CURRENT"))
                    .map(Path::getParent)
                    .findFirst()
                    .orElseThrow();
        }
    }

    private static boolean drawn(EventReader reader, String document) {
        return Lines.await(reader, Set.of(document), false, SharedInkstream.LIMIT)
                        .of(document)
                        .size()
                == 1;
    }

    /** Waits until the topology says that it is not ready, with a reason that has the word. */
    private static void awaitReason(LocalInkstream inkstream, String word) {
        Pattern wanted = Pattern.compile(word, Pattern.CASE_INSENSITIVE);
        long deadline = System.nanoTime() + SharedInkstream.LIMIT.toNanos();
        String reason = "";
        while (System.nanoTime() < deadline) {
            var report = inkstream.health(Part.TOPOLOGY, Duration.ofSeconds(2));
            reason = report.healthy() ? "ready" : report.reason();
            if (!report.healthy() && wanted.matcher(reason).find()) {
                return;
            }
            LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(50));
        }
        throw new AssertionError("the topology never said '" + word + "', last: " + reason);
    }

    private static TextDocument document() {
        return TextDocument.newBuilder().setText("One line.").build();
    }
}
