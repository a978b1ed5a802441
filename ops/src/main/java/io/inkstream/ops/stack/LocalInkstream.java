package io.inkstream.ops.stack;

import static java.util.Objects.requireNonNull;

import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.settings.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * A whole Inkstream on this machine: brokers, registry, model servers and topologies, each a process that can be started,
 * killed, paused and started again on its old address and directory; closing the stack, or the death of this process, ends
 * all. Where a {@link Part} is named, the first of its kind is meant.
 *
 * <p>Not safe for use by several threads at once, except for {@link #close}, which a shutdown hook may call.
 */
public final class LocalInkstream implements AutoCloseable {
    private static final Duration STOP_GRACE = Duration.ofSeconds(5);
    /** A topology that is silent for longer is considered dead, unless a setting says otherwise. */
    public static final Duration SESSION = Duration.ofMillis(1_200);

    private final Path directory;
    private final Addresses addresses;
    private final Shape shape;
    private final Launches launches;

    private final SortedMap<Member, ChildProcess> running = new TreeMap<>();
    private boolean closed;

    /** One of each. */
    public LocalInkstream(
            Distribution distribution, Path directory, Addresses addresses, Map<String, String> settings) {
        this(distribution, directory, Shape.ONE_OF_EACH, addresses, settings);
    }

    /**
     * @param distribution the software
     * @param directory where logs ({@code logs/}) and data ({@code data/}) go; created when missing
     * @param addresses where the parts listen, of this shape
     * @param settings further settings of the model servers and the topologies
     */
    public LocalInkstream(
            Distribution distribution, Path directory, Shape shape, Addresses addresses, Map<String, String> settings) {
        this(directory, shape, addresses, new Launches(distribution, shape, addresses, settings, Map.of(), List.of()));
    }

    private LocalInkstream(Path directory, Shape shape, Addresses addresses, Launches launches) {
        this.directory = directory.toAbsolutePath().normalize();
        this.shape = requireNonNull(shape, "shape");
        this.addresses = requireNonNull(addresses, "addresses");
        this.launches = launches;
    }

    /**
     * The same with brokers as another administrator sets them up; to be asked for before anything is started.
     *
     * @param properties win over those that the brokers have otherwise
     * @param classpath is added to theirs
     */
    public LocalInkstream withBrokers(Map<String, String> properties, List<Path> classpath) {
        return new LocalInkstream(directory, shape, addresses, launches.withBrokers(properties, classpath));
    }

    public Addresses addresses() {
        return addresses;
    }

    public Shape shape() {
        return shape;
    }

    /** Where a process keeps what it stores. */
    public Path data(Member member) {
        return data().resolve(member.label());
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
     * @param up receives each process that answers
     * @throws StartException if one does not
     */
    public void startAll(Duration limit, Consumer<Part> up) throws StartException {
        startEach(Part.BROKER);
        start(Part.REGISTRY);
        for (Member broker : shape.members(Part.BROKER)) {
            awaitHealthy(broker, limit);
        }
        up.accept(Part.BROKER);
        cluster().createTopics();
        startEach(Part.MODEL_SERVER);
        startEach(Part.TOPOLOGY);
        awaitHealthy(Part.REGISTRY, limit);
        requireBackwardCompatibility();
        up.accept(Part.REGISTRY);
    }

    private void startEach(Part part) throws StartException {
        for (Member member : shape.members(part)) {
            start(member);
        }
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
                throw new StartException("the registry refuses the compatibility rule: " + answer.body());
            }
        } catch (IOException e) {
            throw new StartException(
                    "the registry does not accept the compatibility rule; its log is "
                            + log(Member.first(Part.REGISTRY)),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StartException("interrupted", e);
        }
    }

    /** The process id of a part that was started. */
    public long pid(Part part) {
        return pid(Member.first(part));
    }

    /** The process id of a process that was started. */
    public long pid(Member member) {
        return child(member).pid();
    }

    /** As {@link #start(Member)}. */
    public void start(Part part) throws StartException {
        start(Member.first(part));
    }

    /**
     * Starts a process and returns at once.
     *
     * @throws StartException if the operating system refuses
     * @throws IllegalStateException if it is already running, or the stack is closed
     */
    public void start(Member member) throws StartException {
        start(member, Map.of());
    }

    /** The same with further settings for this time. */
    public synchronized void start(Member member, Map<String, String> further) throws StartException {
        if (closed) {
            throw new IllegalStateException("the stack is closed");
        }
        ChildProcess earlier = running.get(member);
        if (earlier != null && earlier.isAlive()) {
            throw new IllegalStateException("the " + member.label() + " is already running");
        }
        try {
            Path data = Files.createDirectories(data(member));
            Files.createDirectories(logs());
            running.put(
                    member,
                    ChildProcess.start(
                            member.label(),
                            launches.command(member, data),
                            launches.environment(member, data, further),
                            log(member)));
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
        List<String> command = launches.app("io.inkstream.ops.Inkstream", "-Xmx192m");
        command.addAll(arguments);
        Map<String, String> environment = Map.of(
                Settings.environmentName(CommonSettings.BOOTSTRAP_SERVERS.key()), addresses.bootstrap(),
                Settings.environmentName(CommonSettings.SCHEMA_REGISTRY_URL.key()), addresses.registryUrl());
        return ChildProcess.start(name, command, environment, logs().resolve(name + ".log"));
    }

    /** As {@link #awaitHealthy(Member, Duration)}. */
    public void awaitHealthy(Part part, Duration limit) throws StartException {
        awaitHealthy(Member.first(part), limit);
    }

    /**
     * Waits until the process answers as healthy.
     *
     * @throws StartException if it ends first, or it is not healthy within the time; the message says where its log is
     */
    public void awaitHealthy(Member member, Duration limit) throws StartException {
        ChildProcess child = child(member);
        Health health = health(member);
        Health.Report report = Health.await(health, limit, child::isAlive);
        child.checkAlive();
        if (!report.healthy()) {
            throw new StartException("the " + member.label() + " is not healthy after " + limit.toSeconds() + " s ("
                    + report.reason() + "); " + child.describeLog());
        }
    }

    /** The current health of the part. */
    public Health.Report health(Part part, Duration limit) {
        return health(Member.first(part), limit);
    }

    /** The current health of the process. */
    public Health.Report health(Member member, Duration limit) {
        return health(member).ask(limit);
    }

    /** Whether the process was started and has not ended. */
    public boolean isAlive(Member member) {
        return child(member).isAlive();
    }

    /** As {@link #kill(Member)}. */
    public void kill(Part part) {
        kill(Member.first(part));
    }

    /** Ends a process at once, as kill -9 does. */
    public void kill(Member member) {
        child(member).kill();
    }

    /** As {@link #stop(Member)}. */
    public void stop(Part part) {
        stop(Member.first(part));
    }

    /** Asks a process to end, and kills it if it does not within a few seconds. */
    public void stop(Member member) {
        stop(member, STOP_GRACE);
    }

    /** Asks a process to end, and kills it if it does not within the grace period. */
    public void stop(Member member, Duration grace) {
        child(member).stop(grace);
    }

    /** Stops a process in the middle of what it does, as SIGSTOP does, until it is resumed. */
    public void pause(Member member) {
        child(member).pause();
    }

    /** Lets a paused process go on; it does not know that it was away. */
    public void resume(Member member) {
        child(member).resume();
    }

    /** Ends all processes, those first that need the others. */
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

    private synchronized ChildProcess child(Member member) {
        ChildProcess child = running.get(member);
        if (child == null) {
            throw new IllegalStateException("the " + member.label() + " was never started");
        }
        return child;
    }

    private Path log(Member member) {
        return logs().resolve(member.label() + ".log");
    }

    private Health health(Member member) {
        return switch (member.part()) {
            case BROKER -> Health.ofBroker(addresses.broker(member.index()));
            case REGISTRY -> Health.ofHttp(addresses.registryRoot() + "/health/ready");
            case MODEL_SERVER -> Health.ofHttp(addresses.modelServerHealth(member.index()));
            case TOPOLOGY -> Health.ofHttp(addresses.topologyHealth(member.index()));
        };
    }
}
