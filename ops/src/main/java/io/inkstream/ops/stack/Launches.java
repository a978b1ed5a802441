package io.inkstream.ops.stack;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.settings.Settings;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.common.Uuid;

/** How the processes of a local Inkstream are started: commands, environments and the brokers' configuration. */
final class Launches {
    private final Distribution distribution;
    private final Shape shape;
    private final Addresses addresses;
    private final Map<String, String> settings;
    private final Map<String, String> brokerProperties;
    private final List<Path> brokerClasspath;
    /** Brokers of one quorum agree on it before they have met. */
    private final String clusterId = Uuid.randomUuid().toString();

    /**
     * @param settings further settings of the model servers and the topologies
     * @param brokerProperties win over those that the brokers have otherwise
     * @param brokerClasspath is added to theirs
     */
    Launches(
            Distribution distribution,
            Shape shape,
            Addresses addresses,
            Map<String, String> settings,
            Map<String, String> brokerProperties,
            List<Path> brokerClasspath) {
        this.distribution = requireNonNull(distribution, "distribution");
        this.shape = requireNonNull(shape, "shape");
        this.addresses = requireNonNull(addresses, "addresses");
        this.settings = Map.copyOf(settings);
        this.brokerProperties = Map.copyOf(brokerProperties);
        this.brokerClasspath = List.copyOf(brokerClasspath);
    }

    /** The same with brokers as another administrator sets them up. */
    Launches withBrokers(Map<String, String> properties, List<Path> classpath) {
        return new Launches(distribution, shape, addresses, settings, properties, classpath);
    }

    /** The command that starts a process; writes the configuration file of a broker. */
    List<String> command(Member member, Path data) throws IOException {
        return switch (member.part()) {
            case BROKER -> broker(member.index(), data);
            case REGISTRY -> registry(data);
            case MODEL_SERVER -> app("io.inkstream.modelserver.ModelServerMain", "-Xmx512m");
            case TOPOLOGY -> app("io.inkstream.topology.TopologyMain", "-Xmx256m");
        };
    }

    /** Settings go by the environment, which a process list does not show. */
    Map<String, String> environment(Member member, Path data, Map<String, String> further) {
        if (member.part() == Part.BROKER || member.part() == Part.REGISTRY) {
            return Map.of();
        }
        Map<String, String> own = new LinkedHashMap<>(
                member.part() == Part.MODEL_SERVER
                        ? modelServer(member.index(), data)
                        : topology(member.index(), data));
        own.put(CommonSettings.BOOTSTRAP_SERVERS.key(), addresses.bootstrap());
        own.put(CommonSettings.SCHEMA_REGISTRY_URL.key(), addresses.registryUrl());
        own.putAll(settings);
        own.putAll(further);
        return own.entrySet().stream()
                .collect(Collectors.toMap(e -> Settings.environmentName(e.getKey()), Map.Entry::getValue));
    }

    private List<String> broker(int index, Path data) throws IOException {
        String replicas = Integer.toString(shape.replicas());
        String inSync = Integer.toString(shape.replicasInSync());
        Map<String, String> p = new LinkedHashMap<>();
        p.put("process.roles", "broker,controller");
        p.put("node.id", Integer.toString(index + 1));
        p.put("listeners", "CLIENT://" + addresses.broker(index) + ",QUORUM://" + addresses.controller(index));
        p.put("advertised.listeners", "CLIENT://" + addresses.broker(index));
        p.put("listener.security.protocol.map", "CLIENT:PLAINTEXT,QUORUM:PLAINTEXT");
        p.put("controller.listener.names", "QUORUM");
        p.put("inter.broker.listener.name", "CLIENT");
        if (shape.brokers() == 1) {
            p.put("controller.quorum.bootstrap.servers", addresses.controller(0));
        } else {
            p.put(
                    "controller.quorum.voters",
                    IntStream.range(0, shape.brokers())
                            .mapToObj(i -> (i + 1) + "@" + addresses.controller(i))
                            .collect(Collectors.joining(",")));
            // A killed broker's partitions get another leader after this, in place of Kafka's nine seconds.
            p.put("broker.session.timeout.ms", "3000");
            p.put("broker.heartbeat.interval.ms", "500");
        }
        p.put("log.dirs", data.resolve("log").toString());
        p.put("auto.create.topics.enable", "false");
        p.put("offsets.topic.replication.factor", replicas);
        p.put("transaction.state.log.replication.factor", replicas);
        p.put("transaction.state.log.min.isr", inSync);
        p.put("share.coordinator.state.topic.replication.factor", replicas);
        p.put("share.coordinator.state.topic.min.isr", inSync);
        p.put("default.replication.factor", replicas);
        p.put("min.insync.replicas", inSync);
        // Lets a topology's work go over sooner than after Kafka's six seconds, and ends what it left open.
        p.put("group.min.session.timeout.ms", "1000");
        p.put("transaction.abort.timed.out.transaction.cleanup.interval.ms", "100");
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
        p.putAll(brokerProperties);
        Path file = data.resolve("server.properties");
        store(file, p);
        List<String> command = java("-Xmx192m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
        command.addAll(List.of("-Dinkstream.log.level=WARN", "-cp", brokerClasspath()));
        command.addAll(List.of(Leash.class.getName(), "io.inkstream.ops.broker.BrokerMain", file.toString()));
        if (shape.brokers() > 1) {
            command.add(clusterId);
        }
        return command;
    }

    private String brokerClasspath() {
        StringBuilder classpath = new StringBuilder(distribution.brokerClasspath());
        brokerClasspath.forEach(path -> classpath.append(File.pathSeparatorChar).append(path.toAbsolutePath()));
        return classpath.toString();
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

    /** The command that starts one of our main classes. */
    List<String> app(String main, String heap) {
        List<String> command = java(heap);
        if (shape.equals(Shape.TWO_OF_EVERYTHING)) {
            // Many processes on few cores, which are started again and again: what the second compiler gains comes too
            // late.
            command.addAll(List.of("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        }
        command.addAll(List.of("-cp", distribution.appClasspath(), Leash.class.getName(), main));
        return command;
    }

    private Map<String, String> modelServer(int index, Path data) {
        Map<String, String> own = new LinkedHashMap<>();
        own.put(
                "inkstream.model.server.grpc.port",
                Integer.toString(addresses.grpc().get(index)));
        own.put(
                "inkstream.model.server.http.port",
                Integer.toString(addresses.modelServerHttp().get(index)));
        own.put("inkstream.model.server.cache.dir", data.resolve("models").toString());
        return own;
    }

    private Map<String, String> topology(int index, Path data) {
        Map<String, String> own = new LinkedHashMap<>();
        own.put("inkstream.topology.model.servers", addresses.grpcTarget());
        own.put("inkstream.topology.http.host", "127.0.0.1");
        own.put(
                "inkstream.topology.http.port",
                Integer.toString(addresses.topologyHttp().get(index)));
        own.put("state.dir", data.resolve("state").toString());
        if (shape.topologies() > 1) {
            // The brokers above allow it. With one instance nobody waits for either, and slow machines need the time.
            own.put("main.consumer.session.timeout.ms", Long.toString(LocalInkstream.SESSION.toMillis()));
            own.put("main.consumer.heartbeat.interval.ms", "200");
            own.put("producer.transaction.timeout.ms", "1500");
        }
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
