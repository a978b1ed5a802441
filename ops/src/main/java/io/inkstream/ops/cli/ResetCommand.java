package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.inkstream.ops.admin.TopologyReset;
import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.AdminClients;
import io.inkstream.topology.TopologySettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.streams.StreamsConfig;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "reset",
        description = {
            "Has the topology begin anew: sets the offsets of its group, aborts transactions that it left open, and deletes its "
                    + "changelogs and its state on this machine. Texts, images, dead letters and models stay, and what is drawn again is "
                    + "appended again. Stop all its instances first: while the group has members, exit code 5, and nothing is changed.",
            "Without --yes it only says what it would do, exit code 2; with --dry-run likewise, exit code 0."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream reset --to-earliest --dry-run",
            "  inkstream reset --to-earliest --yes --state-dir /var/lib/inkstream",
            "  inkstream reset --to-latest --yes --config topology.properties",
        })
final class ResetCommand implements Callable<Integer> {
    private static final Duration LIMIT = Duration.ofSeconds(30);

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private Verbosity verbosity;

    @Mixin
    private ResultOptions results;

    @ArgGroup(multiplicity = "1")
    private Where where;

    private static final class Where {
        @Option(names = "--to-earliest", required = true, description = "Draw all again that topic texts still holds.")
        private boolean earliest;

        @Option(names = "--to-latest", required = true, description = "Draw only what is written from now on.")
        private boolean latest;
    }

    @Option(
            names = "--state-dir",
            paramLabel = "DIR",
            description = {
                "state.dir of an instance on this machine; may be repeated (default: that of the settings, or else of Kafka).",
                "On other machines delete each instance's own."
            })
    private List<Path> stateDirectories = new ArrayList<>();

    @Option(names = "--dry-run", description = "Say what would be done, and do nothing.")
    private boolean dryRun;

    @Option(names = "--yes", description = "Do it.")
    private boolean yes;

    /** What was or would be done; the names are fixed. */
    private record Result(
            @JsonProperty("dry_run") boolean dryRun,
            @JsonProperty("application_id") String applicationId,
            List<String> members,
            String topic,
            Map<Integer, Long> offsets,
            Set<String> transactions,
            @JsonProperty("deleted_topics") Set<String> topics,
            @JsonProperty("deleted_directories") List<String> directories) {}

    @Override
    public Integer call() throws IOException {
        Cluster cluster =
                ClusterOptions.connected(new Cluster(clusterOptions.settings(TopologySettings.ALL, Map.of())));
        String applicationId = cluster.settings().get(TopologySettings.APPLICATION_ID);
        String texts = cluster.topics().texts().name();
        try (Admin admin = AdminClients.create(cluster.settings().clientConfig())) {
            TopologyReset reset = new TopologyReset(admin, applicationId, texts, LIMIT);
            TopologyReset.Plan plan = reset.plan(
                    where.earliest ? TopologyReset.To.EARLIEST : TopologyReset.To.LATEST,
                    stateDirectories.isEmpty() ? List.of(stateDirectory(cluster)) : stateDirectories);
            boolean isDone = yes && !dryRun;
            if (isDone && plan.members().isEmpty()) {
                reset.carryOut(plan);
            }
            if (isDone && !plan.members().isEmpty()) {
                throw new CommandException(
                        ExitCodes.UNSAFE,
                        "group " + applicationId + " has members: "
                                + String.join(", ", plan.members())
                                + "; stop them first; one that was killed leaves the group after its session timeout");
            }
            print(plan, applicationId, texts, isDone);
            if (!plan.members().isEmpty()) {
                Printed.note(spec, "the group has members now: they must be stopped first");
            }
            if (!isDone && !dryRun) {
                Printed.note(spec, "nothing was changed; say --yes to do it, or --dry-run to only look");
                return ExitCodes.WRONG_USE;
            }
            if (isDone) {
                Printed.note(spec, "on other machines delete the state.dir of each instance, then start them");
            }
        }
        return ExitCodes.DONE;
    }

    private static Path stateDirectory(Cluster cluster) {
        Object set = cluster.settings().clientConfig().get(StreamsConfig.STATE_DIR_CONFIG);
        return Path.of(
                set == null
                        ? StreamsConfig.configDef()
                                .defaultValues()
                                .get(StreamsConfig.STATE_DIR_CONFIG)
                                .toString()
                        : set.toString());
    }

    private void print(TopologyReset.Plan plan, String applicationId, String texts, boolean isDone) {
        Result all = new Result(
                !isDone,
                applicationId,
                plan.members(),
                texts,
                plan.offsets(),
                plan.transactions(),
                plan.topics(),
                plan.directories().stream().map(Path::toString).toList());
        results.print(all, result -> {
            String would = isDone ? "" : "would ";
            result.members().forEach(member -> results.say("member: " + member));
            result.offsets()
                    .forEach((partition, offset) ->
                            results.say(would + "set: " + texts + "-" + partition + " to offset " + offset));
            result.transactions().forEach(id -> results.say(would + "abort: the transaction of " + id));
            result.topics().forEach(topic -> results.say(would + "delete: topic " + topic));
            result.directories().forEach(directory -> results.say(would + "delete: " + directory));
        });
    }
}
