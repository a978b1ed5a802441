package io.inkstream.ops.it;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.stack.Addresses;
import io.inkstream.ops.stack.Distribution;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.Part;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.testcontainers.DockerClientFactory;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;

/**
 * One running Inkstream for all integration tests of this JVM: real broker and registry, in containers where Docker is
 * present and as local processes where it is not; model server and topology as processes in either case.
 */
final class SharedInkstream {
    static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration DOCKER_LIMIT = Duration.ofMinutes(5);
    private static final int REGISTRY_PORT = 8080;

    private static LocalInkstream shared;

    private SharedInkstream() {}

    /** Returns the shared one, ready to draw; starts it at the first call. */
    static synchronized LocalInkstream ready() throws Exception {
        if (shared == null) {
            shared = isDockerPresent() ? startOnContainers() : startLocally();
            Runtime.getRuntime().addShutdownHook(new Thread(shared::close));
            publishShippedModel(shared.cluster());
        }
        for (Part part : List.of(Part.MODEL_SERVER, Part.TOPOLOGY)) {
            shared.awaitHealthy(part, LIMIT);
        }
        return shared;
    }

    /** The bundle that this build ships. */
    static byte[] shippedModel() throws Exception {
        List<Path> models = Distribution.current().shippedModels();
        return Files.readAllBytes(models.get(models.size() - 1));
    }

    static void publishShippedModel(Cluster cluster) throws Exception {
        ModelFiles.publish(cluster, shippedModel());
    }

    /** A folder for the logs and data of one set of processes; logs outlive the tests. */
    static Path directory(String name) {
        return Path.of("target", "it", name + "-" + ProcessHandle.current().pid());
    }

    private static LocalInkstream startLocally() throws Exception {
        LocalInkstream inkstream =
                new LocalInkstream(Distribution.current(), directory("shared"), Addresses.anyFree(), Map.of());
        inkstream.startAll(LIMIT, part -> {});
        return inkstream;
    }

    private static boolean isDockerPresent() {
        return DockerClientFactory.instance().isDockerAvailable();
    }

    /** Containers end with this JVM: Testcontainers sees to that. */
    @SuppressWarnings("resource")
    private static LocalInkstream startOnContainers() throws Exception {
        KafkaContainer broker = new KafkaContainer("apache/kafka:4.3.1").withStartupTimeout(DOCKER_LIMIT);
        GenericContainer<?> registry = new GenericContainer<>("apicurio/apicurio-registry-mem:2.6.13.Final")
                .withExposedPorts(REGISTRY_PORT)
                .waitingFor(Wait.forHttp("/health/ready").forPort(REGISTRY_PORT))
                .withStartupTimeout(DOCKER_LIMIT);
        broker.start();
        registry.start();
        String bootstrap = broker.getBootstrapServers();
        Addresses at = Addresses.anyFree()
                .withOthers(
                        Integer.parseInt(bootstrap.substring(bootstrap.lastIndexOf(':') + 1)),
                        registry.getMappedPort(REGISTRY_PORT));
        LocalInkstream inkstream = new LocalInkstream(Distribution.current(), directory("shared"), at, Map.of());
        inkstream.requireBackwardCompatibility();
        inkstream.cluster().createTopics();
        inkstream.start(Part.MODEL_SERVER);
        inkstream.start(Part.TOPOLOGY);
        return inkstream;
    }
}
