package io.inkstream.ops.it;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.stack.Addresses;
import io.inkstream.ops.stack.Distribution;
import io.inkstream.ops.stack.LocalInkstream;
import io.inkstream.ops.stack.Part;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.containers.wait.strategy.Wait;
import org.testcontainers.kafka.KafkaContainer;

/**
 * One running Inkstream for all integration tests of this JVM: real broker and registry, in containers where there is a
 * Docker engine that has or fetches their images, and as local processes where there is none; model server and topology
 * as processes in either case.
 */
final class SharedInkstream {
    static final Duration LIMIT = Duration.ofSeconds(120);
    private static final Duration DOCKER_LIMIT = Duration.ofMinutes(5);
    /** An engine without a way to the images says so at once, or never. */
    private static final Duration FETCH_LIMIT = Duration.ofMinutes(1);

    private static final String BROKER_IMAGE = "apache/kafka:";
    private static final String REGISTRY_IMAGE = "apicurio/";
    private static final int REGISTRY_PORT = 8080;

    private static LocalInkstream shared;

    private SharedInkstream() {}

    /** Returns the shared one, ready to draw; starts it at the first call. */
    static synchronized LocalInkstream ready() throws Exception {
        if (shared == null) {
            Optional<Others> containers = hasImages() ? startContainers() : Optional.empty();
            shared = containers.isPresent() ? startOn(containers.get()) : startLocally();
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

    private static boolean hasImages() throws IOException {
        String broker = ComposeStack.imageNamed(BROKER_IMAGE);
        String registry = ComposeStack.imageNamed(REGISTRY_IMAGE);
        return DockerEngine.answering().stream()
                .limit(1)
                .anyMatch(engine -> engine.has(broker, FETCH_LIMIT) && engine.has(registry, FETCH_LIMIT));
    }

    /** Where a broker and a registry answer. */
    private record Others(String host, int broker, int registry) {}

    /** Containers end with this JVM: Testcontainers sees to that. Nothing where it cannot. */
    @SuppressWarnings("resource")
    private static Optional<Others> startContainers() throws IOException {
        KafkaContainer broker =
                new KafkaContainer(ComposeStack.imageNamed(BROKER_IMAGE)).withStartupTimeout(DOCKER_LIMIT);
        GenericContainer<?> registry = new GenericContainer<>(ComposeStack.imageNamed(REGISTRY_IMAGE))
                .withExposedPorts(REGISTRY_PORT)
                .waitingFor(Wait.forHttp("/health/ready").forPort(REGISTRY_PORT))
                .withStartupTimeout(DOCKER_LIMIT);
        try {
            broker.start();
            registry.start();
        } catch (RuntimeException e) {
            // An engine of another kind, or one that lacks Testcontainers' own helper: the tests are the same without
            // it.
            System.err.println("Broker and registry run as local processes, since containers do not start: " + e);
            registry.stop();
            broker.stop();
            return Optional.empty();
        }
        String bootstrap = broker.getBootstrapServers();
        return Optional.of(new Others(
                broker.getHost(),
                Integer.parseInt(bootstrap.substring(bootstrap.lastIndexOf(':') + 1)),
                registry.getMappedPort(REGISTRY_PORT)));
    }

    private static LocalInkstream startOn(Others others) throws Exception {
        Addresses at = Addresses.anyFree().withOthers(others.host(), others.broker(), others.registry());
        LocalInkstream inkstream = new LocalInkstream(Distribution.current(), directory("shared"), at, Map.of());
        inkstream.requireBackwardCompatibility();
        inkstream.cluster().createTopics();
        inkstream.start(Part.MODEL_SERVER);
        inkstream.start(Part.TOPOLOGY);
        return inkstream;
    }
}
