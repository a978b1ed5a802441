package io.inkstream.ops.cli;

import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.AdminClients;
import io.inkstream.schemas.settings.CommonSettings;
import io.inkstream.schemas.topics.Topic;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "create",
        description = {
            "Creates the topics that the cluster does not have; those that it has stay as they are.",
            "Publishing a model does so, too; before the first start it is the time to choose their partitions."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream topics create",
            "  inkstream topics create --partitions 12 --replication 3 --config cluster.properties",
        })
final class TopicsCreateCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private Verbosity verbosity;

    @Mixin
    private ResultOptions results;

    @Option(
            names = "--partitions",
            paramLabel = "N",
            description = "Partitions of the topics that have many; short for -X inkstream.topic.partitions=N.")
    private Integer partitions;

    @Option(
            names = "--replication",
            paramLabel = "N",
            description =
                    "Replicas of each partition, -1 for the brokers' default; short for -X inkstream.topic.replication=N.")
    private Integer replication;

    /** What was done; the names are fixed. */
    private record Result(List<String> created, List<String> existing) {}

    @Override
    public Integer call() {
        check("--partitions", partitions, 1, 10_000);
        check("--replication", replication, -1, Short.MAX_VALUE);
        Cluster cluster = clusterOptions.connect();
        Set<String> created;
        try (Admin admin = AdminClients.create(cluster.settings().clientConfig())) {
            created = cluster.topics()
                    .create(
                            admin,
                            partitions == null ? cluster.settings().get(CommonSettings.TOPIC_PARTITIONS) : partitions,
                            replication == null
                                    ? cluster.settings().get(CommonSettings.TOPIC_REPLICATION)
                                    : replication);
        }
        List<String> all = cluster.topics().all().stream().map(Topic::name).toList();
        results.print(
                new Result(
                        all.stream().filter(created::contains).toList(),
                        all.stream().filter(name -> !created.contains(name)).toList()),
                result -> {
                    result.created().forEach(name -> results.say("created: " + name));
                    result.existing().forEach(name -> results.say("exists: " + name));
                });
        return ExitCodes.DONE;
    }

    private static void check(String flag, Integer given, int least, int most) {
        if (given != null && (given < least || given > most || given == 0)) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    flag + " is " + (least < 0 ? "-1, or 1" : Integer.toString(least)) + " to " + most + ", not "
                            + given);
        }
    }
}
