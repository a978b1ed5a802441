package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.rollout.Garbage;
import io.inkstream.ops.rollout.Situation;
import io.inkstream.ops.rollout.SituationReader;
import io.inkstream.trainer.kafka.TransactionalWriter;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "gc",
        description = {
            "Deletes from the topics what is no longer needed, in one transaction.",
            "Superseded versions are withdrawn and their chunks deleted; so are the chunks of withdrawn versions, and the",
            "status records of versions, servers and topology instances that are gone. A version is kept if it serves, if a",
            "policy names it, if a rollback would return to it, if it was given a document in the last minute, or if it is one",
            "of the newest of its name. Documents and replays that name a withdrawn version need it to be published again.",
            "The brokers free the space when they next compact the topics."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream models gc --dry-run",
            "  inkstream models gc --keep 5 --json",
        })
final class ModelsGcCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private Verbosity verbosity;

    @Option(names = "--dry-run", description = "Report what would be deleted, and delete nothing.")
    private boolean dryRun;

    @Option(
            names = "--keep",
            paramLabel = "N",
            description = "Keep the newest N versions of each name, used or not (default: ${DEFAULT-VALUE}).",
            defaultValue = "" + Garbage.Rule.DEFAULT_NEWEST)
    private int keep;

    @Option(
            names = "--grace",
            paramLabel = "MINUTES",
            description = {
                "Keep what was written within this time (default: ${DEFAULT-VALUE}): a publication in several steps",
                "may be in progress, and a silent process may come back."
            },
            defaultValue = "60")
    private long graceMinutes;

    @Option(
            names = "--force",
            description =
                    "Withdraw superseded versions even if no live topology instance can report which versions it uses.")
    private boolean force;

    @Mixin
    private ResultOptions results;

    /**
     * What went or would go; the names are fixed.
     *
     * @param kept versions that stay, each with why
     * @param superseded versions that are withdrawn
     * @param models whose chunks are deleted
     * @param statuses records of topic model-status
     * @param instances records of topic rollout-status
     */
    private record Result(
            @JsonProperty("dry_run") boolean dryRun,
            SortedMap<String, String> kept,
            List<String> superseded,
            @JsonProperty("chunks_of") SortedSet<String> models,
            int chunks,
            @JsonProperty("chunk_bytes") long chunkBytes,
            int statuses,
            int instances,
            List<String> notes) {}

    @Override
    public Integer call() throws WriteFailedException {
        if (keep < 1 || graceMinutes < 0) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "--keep is at least 1 and --grace at least 0, not " + keep + " and " + graceMinutes);
        }
        Cluster cluster = clusterOptions.connect();
        // The chunks first: what is announced meanwhile is then known to be announced.
        var chunks = Garbage.chunksOf(cluster);
        Situation situation;
        try (SituationReader reader =
                new SituationReader(cluster, cluster.settings().get(OpsSettings.SILENCE), InstantSource.system())) {
            situation = reader.read();
        }
        Garbage garbage =
                Garbage.find(situation, chunks, new Garbage.Rule(keep, Duration.ofMinutes(graceMinutes), force));
        if (!dryRun) {
            try (TransactionalWriter writer =
                    TransactionalWriter.ofGarbage(cluster.settings().clientConfig())) {
                garbage.delete(cluster.topics(), writer);
            }
        }
        print(garbage);
        return ExitCodes.DONE;
    }

    private void print(Garbage garbage) {
        garbage.notes().forEach(sentence -> Printed.note(spec, sentence));
        SortedSet<String> models = new TreeSet<>();
        garbage.chunks().forEach(chunk -> models.add(chunk.model()));
        if (results.isJson()) {
            Printed.json(
                    spec,
                    new Result(
                            dryRun,
                            garbage.kept(),
                            garbage.superseded(),
                            models,
                            garbage.chunks().size(),
                            garbage.chunkBytes(),
                            garbage.statuses().size(),
                            garbage.instances().size(),
                            garbage.notes()));
            return;
        }
        String verb = dryRun ? "would " : "";
        garbage.kept().forEach((id, why) -> Printed.lines(spec, "keep: " + id + " (" + why + ")"));
        garbage.superseded().forEach(id -> Printed.lines(spec, verb + "withdraw: " + id));
        models.forEach(id -> Printed.lines(spec, verb + "delete: chunks of " + id));
        Printed.lines(
                spec,
                verb + "free: " + garbage.chunkBytes() + " bytes in "
                        + garbage.chunks().size() + " chunks, "
                        + garbage.statuses().size() + " server and "
                        + garbage.instances().size() + " instance records");
    }
}
