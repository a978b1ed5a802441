package io.inkstream.ops.it;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.it.DockerEngine.DockerException;
import io.inkstream.ops.it.DockerEngine.Said;
import io.inkstream.ops.stack.Addresses;
import io.inkstream.ops.stack.Distribution;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.settings.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The stack of the shipped compose file on ports of its own, its images made from the software that this build has made.
 * Closing it removes containers, volumes and images.
 */
final class ComposeStack implements AutoCloseable {
    private static final Path FILE = Path.of("..", "docker-compose.yml");
    private static final Path DOCKERFILE = Path.of("docker", "Dockerfile");
    private static final Duration BUILD_LIMIT = Duration.ofMinutes(5);
    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final Duration FETCH_LIMIT = Duration.ofMinutes(1);
    /** Images that the files take from elsewhere. */
    private static final List<String> FOREIGN = List.of("apache/kafka:", "apicurio/", "eclipse-temurin:", "maven:");

    /** The services that are built, with the target of the Dockerfile that each is. */
    private static final Map<String, String> TARGETS =
            Map.of("model-server", "model-server", "topology", "topology", "setup", "cli", "trainer", "trainer");

    private final DockerEngine engine;
    private final List<String> compose;
    private final String project;
    private final Path folder;
    private final Map<String, String> environment = new HashMap<>();
    private final int broker = Addresses.portOr(0);
    private final int registry = Addresses.portOr(0);

    private ComposeStack(DockerEngine engine, List<String> compose, String project, Path folder) {
        this.engine = engine;
        this.compose = compose;
        this.project = project;
        this.folder = folder;
        environment.put("BROKER_PORT", Integer.toString(broker));
        environment.put("REGISTRY_PORT", Integer.toString(registry));
        for (String name :
                List.of("MODEL_SERVER_PORT", "MODEL_SERVER_HTTP_PORT", "TOPOLOGY_HTTP_PORT", "TRAINER_HTTP_PORT")) {
            environment.put(name, Integer.toString(Addresses.portOr(0)));
        }
    }

    /**
     * Makes the images, where this machine can; nothing where there is no engine, no compose, or no way to an image.
     *
     * @param folder for files of its own
     */
    static Optional<ComposeStack> build(Path folder) throws IOException {
        Optional<List<String>> compose = compose();
        if (compose.isEmpty()) {
            return Optional.empty();
        }
        for (DockerEngine engine : DockerEngine.answering()) {
            ComposeStack stack = new ComposeStack(
                    engine,
                    compose.get(),
                    "inkstream-it-" + ProcessHandle.current().pid(),
                    folder);
            if (foreignImages().stream().allMatch(image -> engine.has(image, FETCH_LIMIT))
                    && stack.makeDistribution()) {
                stack.makeImages();
                return Optional.of(stack);
            }
        }
        return Optional.empty();
    }

    /** The installation, as its users on this machine see it. */
    Cluster cluster() {
        return new Cluster(Settings.of(
                List.of(),
                Map.of(),
                Map.of(),
                Map.of(
                        CommonSettings.BOOTSTRAP_SERVERS.key(),
                        "127.0.0.1:" + broker,
                        CommonSettings.SCHEMA_REGISTRY_URL.key(),
                        "http://127.0.0.1:" + registry + "/apis/ccompat/v7")));
    }

    /** Brings everything up, and returns when the set-up has ended. */
    void up() throws DockerException {
        compose("up", "-d", "--no-build");
    }

    /** Ends and removes everything but the volumes. */
    void down() throws DockerException {
        compose("down");
    }

    /** Ends a service at once, as kill -9 does. */
    void kill(String service) throws DockerException {
        compose("kill", "-s", "SIGKILL", service);
    }

    /** Starts a service that has ended. */
    void start(String service) throws DockerException {
        compose("start", service);
    }

    /** What the services said last. */
    String logs() throws DockerException {
        return compose("logs", "--no-color", "--tail", "40");
    }

    @Override
    public void close() throws DockerException {
        try {
            compose("down", "-v", "--remove-orphans");
        } finally {
            List<String> images = new ArrayList<>(List.of("image", "rm", "--force", distribution()));
            TARGETS.keySet().forEach(service -> images.add(image(service)));
            engine.run(Map.of(), LIMIT, images.toArray(String[]::new));
        }
    }

    /** What the Dockerfile's first stage would have made, from what is made already. */
    private boolean makeDistribution() throws IOException {
        Path dockerfile =
                Files.writeString(folder.resolve("distribution"), "FROM scratch\nCOPY . /src/ops/target/dist\n");
        return docker("build", "--quiet", "--file", dockerfile.toString(), "--tag", distribution(), home())
                        .status()
                == 0;
    }

    private void makeImages() throws IOException {
        StringBuilder override = new StringBuilder("services:\n");
        for (Map.Entry<String, String> target : TARGETS.entrySet()) {
            String image = image(target.getKey());
            Said said = docker(
                    "build",
                    "--quiet",
                    "--file",
                    DOCKERFILE.toString(),
                    "--build-arg",
                    "DIST=" + distribution(),
                    "--target",
                    target.getValue(),
                    "--tag",
                    image,
                    "..");
            if (said.status() != 0) {
                throw new DockerException("no image " + target.getValue() + ": " + said.text());
            }
            override.append("  ")
                    .append(target.getKey())
                    .append(":\n    image: ")
                    .append(image)
                    .append('\n');
        }
        Files.writeString(override(), override);
    }

    private Said docker(String... arguments) throws DockerException {
        // Without it the engine's old builder would run the stage that compiles, which nothing here needs.
        return engine.run(Map.of("DOCKER_BUILDKIT", "1"), BUILD_LIMIT, arguments);
    }

    private String compose(String... arguments) throws DockerException {
        List<String> command = new ArrayList<>(compose);
        command.addAll(
                List.of("-p", project, "-f", FILE.toString(), "-f", override().toString()));
        command.addAll(List.of(arguments));
        Said said = DockerEngine.run(command, environment, LIMIT);
        if (said.status() != 0) {
            throw new DockerException(command + ": " + said.text());
        }
        return said.text();
    }

    private Path override() {
        return folder.resolve("images.yml").toAbsolutePath();
    }

    private String distribution() {
        return image("distribution");
    }

    private String image(String name) {
        return project + "/" + name;
    }

    private static String home() {
        return Distribution.current().home().toString();
    }

    private static Optional<List<String>> compose() {
        for (List<String> command : List.of(List.of("docker", "compose"), List.of("docker-compose"))) {
            List<String> version = new ArrayList<>(command);
            version.add("version");
            try {
                if (DockerEngine.run(version, Map.of(), Duration.ofSeconds(30)).status() == 0) {
                    return Optional.of(command);
                }
            } catch (DockerException e) {
                // Another one may do.
            }
        }
        return Optional.empty();
    }

    /**
     * The image that the shipped files name.
     *
     * @param start of its name
     */
    static String imageNamed(String start) throws IOException {
        return foreignImages().stream()
                .filter(image -> image.startsWith(start))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> foreignImages() throws IOException {
        String files = Files.readString(FILE) + Files.readString(DOCKERFILE);
        return Stream.of(files.split("\\s+"))
                .filter(word -> FOREIGN.stream().anyMatch(word::startsWith))
                .distinct()
                .toList();
    }
}
