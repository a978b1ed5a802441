package io.inkstream.ops.stack;

import static java.util.Objects.requireNonNull;

import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.settings.Settings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/**
 * A whole Inkstream on this machine: broker, registry, model server and topology, each a process that can be started,
 * killed and started again on its old address and directory; closing the stack, or the death of this process, ends all.
 *
 * <p>Not safe for use by several threads at once, except for {@link #close}, which a shutdown hook may call.
 */
public final class LocalInkstream implements AutoCloseable {
    private static final Duration STOP_GRACE = Duration.ofSeconds(5);

    private final Distribution distribution;
    private final Path directory;
    private final Addresses addresses;
    private final Map<String, String> settings;
    private final Map<Part, ChildProcess> running = new EnumMap<>(Part.class);
    private boolean closed;

    /**
     * @param distribution the software
     * @param directory where logs ({@code logs/}) and data ({@code data/}) go; created when missing
     * @param addresses where the parts listen
     * @param settings further settings of the model server and the topology
     */
    public LocalInkstream(
            Distribution distribution, Path directory, Addresses addresses, Map<String, String> settings) {
        this.distribution = requireNonNull(distribution, "distribution");
        this.directory = directory.toAbsolutePath().normalize();
        this.addresses = requireNonNull(addresses, "addresses");
        this.settings = Map.copyOf(settings);
    }

    public Addresses addresses() {
        return addresses;
    }

    /** Where the processes write what they have to say, one file each. */
    public Path logs() {
        return directory.resolve("logs");
    }

    /** Where the processes keep what they store. */
    public Path data() {
        return directory.resolve("data");
    }

    /** The installation, as its users see it. */
    public Cluster cluster() {
        return new Cluster(Settings.of(
                List.of(),
                Map.of(),
                Map.of(),
                Map.of(
                        CommonSettings.BOOTSTRAP_SERVERS.key(), addresses.bootstrap(),
                        CommonSettings.SCHEMA_REGISTRY_URL.key(), addresses.registryUrl())));
    }

    /**
     * Starts everything and returns when the brokers have the topics, the registry its compatibility rule, and the other
     * two run; they get ready as soon as a model is published.
     *
     * @param limit for each process
     * @param up hears of each process that answers
     * @throws StartException if one does not
     */
    public void startAll(Duration limit, Consumer<Part> up) throws StartException {
        start(Part.BROKER);
        start(Part.REGISTRY);
        awaitHealthy(Part.BROKER, limit);
        up.accept(Part.BROKER);
        cluster().createTopics();
        start(Part.MODEL_SERVER);
        start(Part.TOPOLOGY);
        awaitHealthy(Part.REGISTRY, limit);
        requireBackwardCompatibility();
        up.accept(Part.REGISTRY);
    }

    /**
     * Makes the registry refuse schemas that cannot read what was written with the one before; its own default is to
     * accept everything.
     *
     * @throws StartException if it does not take the rule
     */
    public void requireBackwardCompatibility() throws StartException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(addresses.registryUrl() + "/config"))
                .header("Content-Type", "application/vnd.schemaregistry.v1+json")
                .PUT(HttpRequest.BodyPublishers.ofString("{\"compatibility\":\"BACKWARD\"}"))
                .build();
        try {
            HttpResponse<String> answer =
                    HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
            if (answer.statusCode() != 200) {
                throw new StartException("the registry refuses its compatibility rule: " + answer.body());
            }
        } catch (IOException e) {
            throw new StartException(
                    "the registry does not take its compatibility rule; its log is " + log(Part.REGISTRY), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        }
    }

    /** The process id of a part that was started. */
    public long pid(Part part) {
        return child(part).pid();
    }

    /**
     * Starts a part and returns at once.
     *
     * @throws StartException if the operating system refuses
     * @throws IllegalStateException if it runs already, or the stack is closed
     */
    public synchronized void start(Part part) throws StartException {
        if (closed) {
            throw new IllegalStateException("the stack is closed");
        }
        ChildProcess earlier = running.get(part);
        if (earlier != null && earlier.isAlive()) {
            throw new IllegalStateException("the " + part.label() + " runs already");
        }
        try {
            Path data = Files.createDirectories(data().resolve(part.label()));
            Files.createDirectories(logs());
            running.put(
                    part, ChildProcess.start(part.label(), command(part, data), environment(part, data), log(part)));
        } catch (IOException e) {
            throw new StartException("cannot write below " + directory + ": " + e.getMessage(), e);
        }
    }

    /**
     * Starts a command of the command line against this installation, as a process that ends with this one at the latest.
     *
     * @param name of its log file
     * @param arguments as people type them
     * @throws StartException if the operating system refuses
     */
    public ChildProcess startCommand(String name, List<String> arguments) throws StartException {
        List<String> command = app("io.inkstream.ops.Inkstream", "-Xmx192m");
        command.addAll(arguments);
        Map<String, String> environment = Map.of(
                Settings.environmentName(CommonSettings.BOOTSTRAP_SERVERS.key()), addresses.bootstrap(),
                Settings.environmentName(CommonSettings.SCHEMA_REGISTRY_URL.key()), addresses.registryUrl());
        return ChildProcess.start(name, command, environment, logs().resolve(name + ".log"));
    }

    /**
     * Waits until the part answers as healthy.
     *
     * @throws StartException if its process ends first, or it is not healthy within the time; the message says where
     *     its log is
     */
    public void awaitHealthy(Part part, Duration limit) throws StartException {
        ChildProcess child = child(part);
        Health health = health(part);
        Health.Report report = Health.await(health, limit, child::isAlive);
        child.checkAlive();
        if (!report.healthy()) {
            throw new StartException("the " + part.label() + " is not healthy after " + limit.toSeconds() + " s ("
                    + report.reason() + "); " + child.describeLog());
        }
    }

    /** What the part says of its health right now. */
    public Health.Report health(Part part, Duration limit) {
        return health(part).ask(limit);
    }

    /** Ends a part at once, as kill -9 does. */
    public void kill(Part part) {
        child(part).kill();
    }

    /** Asks a part to end, and kills it if it does not within a few seconds. */
    public void stop(Part part) {
        child(part).stop(STOP_GRACE);
    }

    /** Ends all parts, those first that need the others. */
    @Override
    public void close() {
        List<ChildProcess> children;
        synchronized (this) {
            closed = true;
            children = new ArrayList<>(running.values());
        }
        for (int i = children.size() - 1; i >= 0; i--) {
            children.get(i).stop(STOP_GRACE);
        }
    }

    private synchronized ChildProcess child(Part part) {
        ChildProcess child = running.get(part);
        if (child == null) {
            throw new IllegalStateException("the " + part.label() + " was never started");
        }
        return child;
    }

    private Path log(Part part) {
        return logs().resolve(part.label() + ".log");
    }

    private Health health(Part part) {
        return switch (part) {
            case BROKER -> Health.ofBroker(addresses.bootstrap());
            case REGISTRY -> Health.ofHttp(addresses.registryRoot() + "/health/ready");
            case MODEL_SERVER -> Health.ofHttp(addresses.modelServerHealth());
            case TOPOLOGY -> Health.ofHttp(addresses.topologyHealth());
        };
    }

    private List<String> command(Part part, Path data) throws IOException {
        return switch (part) {
            case BROKER -> broker(data);
            case REGISTRY -> registry(data);
            case MODEL_SERVER -> app("io.inkstream.modelserver.ModelServerMain", "-Xmx512m");
            case TOPOLOGY -> app("io.inkstream.topology.TopologyMain", "-Xmx256m");
        };
    }

    /** Settings go by the environment, which a process list does not show. */
    private Map<String, String> environment(Part part, Path data) {
        if (part == Part.BROKER || part == Part.REGISTRY) {
            return Map.of();
        }
        Map<String, String> own = new LinkedHashMap<>(part == Part.MODEL_SERVER ? modelServer(data) : topology(data));
        own.put(CommonSettings.BOOTSTRAP_SERVERS.key(), addresses.bootstrap());
        own.put(CommonSettings.SCHEMA_REGISTRY_URL.key(), addresses.registryUrl());
        own.putAll(settings);
        return own.entrySet().stream()
                .collect(Collectors.toMap(e -> Settings.environmentName(e.getKey()), Map.Entry::getValue));
    }

    private List<String> broker(Path data) throws IOException {
        Map<String, String> p = new LinkedHashMap<>();
        p.put("process.roles", "broker,controller");
        p.put("node.id", "1");
        p.put("listeners", "CLIENT://" + addresses.bootstrap() + ",QUORUM://127.0.0.1:" + addresses.controller());
        p.put("advertised.listeners", "CLIENT://" + addresses.bootstrap());
        p.put("listener.security.protocol.map", "CLIENT:PLAINTEXT,QUORUM:PLAINTEXT");
        p.put("controller.listener.names", "QUORUM");
        p.put("inter.broker.listener.name", "CLIENT");
        p.put("controller.quorum.bootstrap.servers", "127.0.0.1:" + addresses.controller());
        p.put("log.dirs", data.resolve("log").toString());
        p.put("auto.create.topics.enable", "false");
        // One node: everything internal has one copy.
        p.put("offsets.topic.replication.factor", "1");
        p.put("transaction.state.log.replication.factor", "1");
        p.put("transaction.state.log.min.isr", "1");
        p.put("share.coordinator.state.topic.replication.factor", "1");
        p.put("share.coordinator.state.topic.min.isr", "1");
        p.put("default.replication.factor", "1");
        // 50 partitions each by default, which is start-up time and file handles for nothing.
        p.put("offsets.topic.num.partitions", "4");
        p.put("transaction.state.log.num.partitions", "4");
        p.put("group.initial.rebalance.delay.ms", "0");
        // The index files are mapped at their full size before they are filled.
        p.put("log.index.size.max.bytes", "1048576");
        p.put("log.cleaner.dedupe.buffer.size", "4194304");
        p.put("num.network.threads", "2");
        p.put("num.io.threads", "4");
        p.put("background.threads", "2");
        p.put("log.segment.bytes", "67108864");
        Path file = data.resolve("server.properties");
        store(file, p);
        List<String> command = java("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        command.addAll(List.of("-Dinkstream.log.level=WARN", "-cp", distribution.brokerClasspath()));
        command.addAll(List.of(Leash.class.getName(), "io.inkstream.ops.broker.BrokerMain", file.toString()));
        return command;
    }

    private List<String> registry(Path data) {
        List<String> command = java("-Xmx160m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        command.addAll(List.of(
                "-Djava.util.logging.manager=org.jboss.logmanager.LogManager",
                "-Dquarkus.http.host=127.0.0.1",
                "-Dquarkus.http.port=" + addresses.registry(),
                // A file, so that schema ids outlive a restart; the default of this build is memory only.
                "-Dquarkus.datasource.jdbc.url=jdbc:h2:file:" + data.resolve("schemas"),
                "-Dquarkus.datasource.jdbc.initial-size=1",
                "-Dquarkus.datasource.jdbc.min-size=1",
                "-Dquarkus.datasource.jdbc.max-size=8"));
        command.addAll(List.of("-cp", distribution.registryClasspath()));
        command.addAll(List.of(Leash.class.getName(), "io.quarkus.runner.GeneratedMain"));
        return command;
    }

    private List<String> app(String main, String heap) {
        List<String> command = java(heap);
        command.addAll(List.of("-cp", distribution.appClasspath(), Leash.class.getName(), main));
        return command;
    }

    private Map<String, String> modelServer(Path data) {
        Map<String, String> own = new LinkedHashMap<>();
        own.put("inkstream.model.server.grpc.port", Integer.toString(addresses.grpc()));
        own.put("inkstream.model.server.http.port", Integer.toString(addresses.modelServerHttp()));
        own.put("inkstream.model.server.cache.dir", data.resolve("models").toString());
        return own;
    }

    private Map<String, String> topology(Path data) {
        Map<String, String> own = new LinkedHashMap<>();
        own.put("inkstream.topology.model.servers", addresses.grpcTarget());
        own.put("inkstream.topology.http.host", "127.0.0.1");
        own.put("inkstream.topology.http.port", Integer.toString(addresses.topologyHttp()));
        own.put("state.dir", data.resolve("state").toString());
        return own;
    }

    private List<String> java(String... flags) {
        List<String> command = new ArrayList<>();
        command.add(Distribution.java().toString());
        command.addAll(List.of(flags));
        command.add("-XX:+ExitOnOutOfMemoryError");
        command.add("-Dlogback.configurationFile=" + distribution.logbackConfiguration());
        return command;
    }

    private static void store(Path file, Map<String, String> values) throws IOException {
        Properties properties = new Properties();
        properties.putAll(values);
        try (OutputStream out = Files.newOutputStream(file)) {
            properties.store(out, null);
        }
    }
}
