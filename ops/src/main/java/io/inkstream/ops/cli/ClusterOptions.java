package io.inkstream.ops.cli;

import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.settings.Setting;
import io.inkstream.schemas.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Option;

/** Flags that say which cluster, the same for every command. */
final class ClusterOptions {
    @Option(
            names = {"-b", "--bootstrap-server"},
            paramLabel = "HOST:PORT",
            description = "Brokers; short for -X bootstrap.servers=... (default 127.0.0.1:9092).")
    private String bootstrap;

    @Option(
            names = {"-r", "--registry"},
            paramLabel = "URL",
            description = "Schema registry; short for -X schema.registry.url=...")
    private String registry;

    @Option(
            names = "-X",
            paramLabel = "KEY=VALUE",
            description = "Any setting of Inkstream, Kafka or Confluent's serdes; may be repeated.")
    private Map<String, String> values = new LinkedHashMap<>();

    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "Properties file with settings; the environment (INKSTREAM_...) and flags override it.")
    private Path config;

    /**
     * Returns the settings of file, environment and flags.
     *
     * @throws io.inkstream.schemas.settings.SettingsException if the file cannot be read or a setting is wrong
     */
    Settings settings() {
        return settings(List.of(), Map.of());
    }

    /**
     * The same for a command that reads further settings, with others' keys set where nobody has set them.
     *
     * @param further settings beside those of all commands
     */
    Settings settings(List<Setting<?>> further, Map<String, String> defaults) {
        Map<String, String> flags = new HashMap<>(values);
        if (bootstrap != null) {
            flags.put(CommonSettings.BOOTSTRAP_SERVERS.key(), bootstrap);
        }
        if (registry != null) {
            flags.put(CommonSettings.SCHEMA_REGISTRY_URL.key(), registry);
        }
        Map<String, String> file = new HashMap<>(defaults);
        if (config != null) {
            file.putAll(Settings.readFile(config));
        }
        List<Setting<?>> known = new ArrayList<>(OpsSettings.ALL);
        known.addAll(further);
        return Settings.of(known, file, System.getenv(), flags);
    }

    /**
     * Returns the cluster, after one of its brokers has answered.
     *
     * @throws CommandException if none does
     */
    Cluster connect() {
        return connected(new Cluster(settings()));
    }

    /** The cluster, after one of its brokers has answered. */
    static Cluster connected(Cluster cluster) {
        Duration limit = cluster.settings().get(OpsSettings.CONNECT_TIMEOUT);
        if (!cluster.isReachable(limit)) {
            throw new CommandException(
                    ExitCodes.UNREACHABLE,
                    "no broker answers at " + cluster.brokers() + " within " + limit.toMillis() + " ms");
        }
        return cluster;
    }
}
