package io.inkstream.schemas.settings;

import java.util.List;

/** What every process of Inkstream may be told. */
public final class CommonSettings {
    public static final Setting<List<String>> BOOTSTRAP_SERVERS = Setting.list(
            "bootstrap.servers", "127.0.0.1:9092", "Brokers of the Kafka cluster, HOST:PORT with commas between.");
    public static final Setting<List<String>> SCHEMA_REGISTRY_URL = Setting.list(
            "schema.registry.url",
            "http://127.0.0.1:8081/apis/ccompat/v7",
            "Addresses of the schema registry, with commas between; asked in turn until one answers. The default is the"
                    + " quickstart's registry; a Confluent one has no path.");
    public static final Setting<String> TOPIC_PREFIX = Setting.text(
            "inkstream.topic.prefix",
            "inkstream.",
            "What the names of all topics begin with, so that several installations share a cluster.");
    public static final Setting<Integer> TOPIC_PARTITIONS = Setting.integer(
            "inkstream.topic.partitions",
            4,
            1,
            10_000,
            "Partitions of texts, lines, pages, dead-letters and glyph-samples where they are created; the others have one.");
    public static final Setting<Integer> TOPIC_REPLICATION = Setting.integer(
            "inkstream.topic.replication",
            -1,
            -1,
            32_767,
            "Replicas of the topics that are created; -1 leaves it to the broker.");

    public static final List<Setting<?>> ALL =
            List.of(BOOTSTRAP_SERVERS, SCHEMA_REGISTRY_URL, TOPIC_PREFIX, TOPIC_PARTITIONS, TOPIC_REPLICATION);

    private CommonSettings() {}
}
