package io.inkstream.ops.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.examples.DocumentedCommands;
import io.inkstream.ops.examples.DocumentedCommands.Call;
import io.inkstream.ops.examples.Example;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.schemas.AdminClients;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import javax.imageio.ImageIO;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the README shows works as it stands there. */
class ExamplesIT {
    @TempDir
    Path folder;

    @Test
    void theConsumerSavesTheLinesThatTheProducersTextBecomes() throws Exception {
        LocalInkstream inkstream = SharedInkstream.ready();
        Cluster cluster = inkstream.cluster();
        String bootstrap = inkstream.addresses().bootstrap();
        String registry = inkstream.addresses().registryUrl();
        Path second = folder.resolve("letter-1-1.png");
        long deadline = System.nanoTime() + SharedInkstream.LIMIT.toNanos();
        beginAtTheEnd(cluster, "my-reader");

        Example.write(bootstrap, registry);
        Example.read(bootstrap, registry, folder, () -> Files.notExists(second) && System.nanoTime() < deadline);

        assertThat(cluster.topics().lines().name()).isEqualTo("inkstream.lines");
        assertThat(ImageIO.read(folder.resolve("letter-1-0.png").toFile())).isNotNull();
        assertThat(ImageIO.read(second.toFile())).isNotNull();
    }

    @Test
    void theCommandsBesideAQuickstartDoTheirWork() throws Exception {
        Cli cli = new Cli(SharedInkstream.ready().addresses());
        List<Call> calls = new ArrayList<>(DocumentedCommands.inBlocksOf(Path.of("../README.md")));
        calls.addAll(DocumentedCommands.inBlocksOf(Path.of("../ops/docs/CLIENTS.md")));
        calls.removeIf(call -> call.words().get(0).matches("quickstart|--help")); // QuickstartIT runs the one

        assertThat(calls).isNotEmpty();
        for (Call call : calls) {
            List<String> words = new ArrayList<>(call.words());
            int out = words.indexOf("--out");
            if (out >= 0) {
                words.set(out + 1, folder.resolve(words.get(out + 1)).toString());
            }
            Cli.Result result = cli.run(words.toArray(String[]::new));
            assertThat(result.code()).as("%s: %s", call, result.err()).isZero();
        }
    }

    /** Other tests leave records on the topic that only a careful reader gets past. */
    private static void beginAtTheEnd(Cluster cluster, String group) throws Exception {
        String lines = cluster.topics().lines().name();
        try (var admin = AdminClients.create(cluster.settings().clientConfig())) {
            int partitions = admin.describeTopics(List.of(lines))
                    .allTopicNames()
                    .get()
                    .get(lines)
                    .partitions()
                    .size();
            Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
            for (int i = 0; i < partitions; i++) {
                latest.put(new TopicPartition(lines, i), OffsetSpec.latest());
            }
            Map<TopicPartition, OffsetAndMetadata> ends = admin.listOffsets(latest).all().get().entrySet().stream()
                    .collect(Collectors.toMap(
                            Map.Entry::getKey,
                            at -> new OffsetAndMetadata(at.getValue().offset())));
            admin.alterConsumerGroupOffsets(group, ends).all().get();
        }
    }
}
