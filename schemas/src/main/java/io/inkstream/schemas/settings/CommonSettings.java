package io.inkstream.schemas.settings;

import java.util.List;

/** What every process of Inkstream may be told. */
public final class CommonSettings {
    public static final Setting<List<String>> BOOTSTRAP_SERVERS = Setting.list(
            "bootstrap.servers", "127.0.0.1:9092", "Brokers of the Kafka cluster, as comma-separated HOST:PORT.");
    public static final Setting<List<String>> SCHEMA_REGISTRY_URL = Setting.list(
            "schema.registry.url",
            "http://127.0.0.1:8081/apis/ccompat/v7",
            "Addresses of the schema registry, comma-separated; tried in turn until one answers. The default is the"
                    + " quickstart's registry; a Confluent registry has no path.");
    public static final Setting<String> TOPIC_PREFIX = Setting.text(
            "inkstream.topic.prefix",
            "inkstream.",
            "Prefix of the names of all topics, so that several installations can share a cluster.");
    public static final Setting<Integer> TOPIC_PARTITIONS = Setting.integer(
            "inkstream.topic.partitions",
            4,
            1,
            10_000,
            "Partitions of texts, lines, pages, dead-letters, shadow-reports and glyph-samples when they are created; others have one.");
    public static final Setting<Integer> TOPIC_REPLICATION = Setting.integer(
            "inkstream.topic.replication",
            -1,
            -1,
            32_767,
            "Replication factor of topics that are created; -1 is the broker's default.");

    public static final List<Setting<?>> ALL =
            List.of(BOOTSTRAP_SERVERS, SCHEMA_REGISTRY_URL, TOPIC_PREFIX, TOPIC_PARTITIONS, TOPIC_REPLICATION);

    private CommonSettings() {}
}
