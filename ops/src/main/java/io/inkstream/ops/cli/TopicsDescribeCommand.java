package io.inkstream.ops.cli;

import io.inkstream.ops.admin.TopicInspector;
import io.inkstream.ops.admin.TopicReport;
import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.AdminClients;
import io.inkstream.schemas.settings.CommonSettings;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "describe",
        description = {
            "Shows each topic: what it is for, partitions, replicas, retention, limits, records and bytes, "
                    + "and what is not as this release would create it. Exit code 1 if one is missing or would lose or refuse records.",
            "Records are offsets in use, which count marks of transactions; bytes are those of all replicas."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream topics describe",
            "  inkstream topics describe --json -X inkstream.topic.partitions=12",
        })
final class TopicsDescribeCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private Verbosity verbosity;

    @Mixin
    private ResultOptions results;

    /** The result; the names are fixed. */
    private record Result(List<TopicReport> topics) {}

    @Override
    public Integer call() {
        Cluster cluster = clusterOptions.connect();
        List<TopicReport> reports;
        try (Admin admin = AdminClients.create(cluster.settings().clientConfig())) {
            reports = new TopicInspector(
                            admin,
                            cluster.topics(),
                            cluster.settings().get(CommonSettings.TOPIC_PARTITIONS),
                            cluster.settings().get(CommonSettings.TOPIC_REPLICATION),
                            LIMIT)
                    .reports();
        }
        results.print(new Result(reports), result -> result.topics().forEach(this::print));
        return reports.stream()
                        .flatMap(report -> report.differences().stream())
                        .anyMatch(TopicReport.Difference::harmful)
                ? ExitCodes.FAILED
                : ExitCodes.DONE;
    }

    private void print(TopicReport topic) {
        results.say(topic.topic() + "  " + topic.use());
        if (Boolean.TRUE.equals(topic.exists())) {
            results.say(String.format(
                    Locale.ROOT,
                    "  partitions %d, replicas %s, %s, records of at most %s; %s records, %s",
                    topic.partitions(),
                    topic.leastReplicas(),
                    kept(topic),
                    size(topic.maxMessageBytes()),
                    topic.records() == null ? "unknown" : String.format(Locale.ROOT, "%,d", topic.records()),
                    size(topic.bytes())));
        }
        topic.differences().forEach(difference -> {
            results.say((difference.harmful() ? "  problem: " : "  differs: ") + difference.what());
            results.say("    -> " + difference.remedy());
        });
    }

    private static String kept(TopicReport topic) {
        if (topic.retentionMs() == null) {
            return topic.cleanup() == null ? "retention unknown" : "compacted";
        }
        if (topic.retentionMs() < 0) {
            return "kept for ever";
        }
        Duration kept = Duration.ofMillis(topic.retentionMs());
        return "kept for " + (kept.toDays() > 0 ? kept.toDays() + " days" : kept.toMinutes() + " minutes");
    }

    private static String size(Long bytes) {
        if (bytes == null) {
            return "unknown bytes";
        }
        return bytes < 10_000
                ? bytes + " bytes"
                : bytes < 10_000_000
                        ? String.format(Locale.ROOT, "%,.1f KiB", bytes / 1024.0)
                        : String.format(Locale.ROOT, "%,.1f MiB", bytes / 1024.0 / 1024.0);
    }
}
