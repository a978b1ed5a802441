package io.inkstream.ops.cli;

import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.settings.Settings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
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
        Map<String, String> flags = new HashMap<>(values);
        if (bootstrap != null) {
            flags.put(CommonSettings.BOOTSTRAP_SERVERS.key(), bootstrap);
        }
        if (registry != null) {
            flags.put(CommonSettings.SCHEMA_REGISTRY_URL.key(), registry);
        }
        return Settings.of(
                OpsSettings.ALL, config == null ? Map.of() : Settings.readFile(config), System.getenv(), flags);
    }

    /**
     * Returns the cluster, after one of its brokers has answered.
     *
     * @throws CommandException if none does
     */
    Cluster connect() {
        Cluster cluster = new Cluster(settings());
        Duration limit = cluster.settings().get(OpsSettings.CONNECT_TIMEOUT);
        if (!cluster.isReachable(limit)) {
            throw new CommandException(
                    ExitCodes.UNREACHABLE,
                    "no broker answers at " + cluster.brokers() + " within " + limit.toMillis() + " ms");
        }
        return cluster;
    }
}
