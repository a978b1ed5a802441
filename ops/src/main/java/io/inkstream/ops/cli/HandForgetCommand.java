package io.inkstream.ops.cli;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.hand.PublishedHand;
import io.inkstream.ops.rollout.Situation;
import io.inkstream.ops.rollout.SituationReader;
import io.inkstream.trainer.kafka.TransactionalWriter;
import io.inkstream.trainer.kafka.WriteFailedException;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "forget",
        description = {
            "Takes a hand back: withdraws the writer's samples and every version of a model that has the writer's style, all in",
            "one transaction, and says what remains where. Refused while such a version is in use: promote another one first."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Examples:", "  inkstream hand forget ada --dry-run", "  inkstream hand forget ada"})
final class HandForgetCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private Verbosity verbosity;

    @Parameters(paramLabel = "WRITER", description = "The name that was given at the import.")
    private String writer;

    @Option(names = "--force", description = "Do it even if it breaks serving.")
    private boolean force;

    @Option(names = "--dry-run", description = "Say what would be withdrawn, and withdraw nothing.")
    private boolean dryRun;

    @Mixin
    private ResultOptions results;

    /**
     * What was done; the names are fixed.
     *
     * @param versions each with what it is in use for
     * @param trained versions that were trained on people's own hands, perhaps on this one
     */
    private record Result(
            String writer,
            boolean withdrawn,
            int samples,
            Map<String, List<String>> versions,
            int chunks,
            List<String> trained) {}

    @Override
    public Integer call() throws WriteFailedException {
        Cluster cluster = clusterOptions.connect();
        Situation situation;
        try (SituationReader reader =
                new SituationReader(cluster, cluster.settings().get(OpsSettings.SILENCE), InstantSource.system())) {
            situation = reader.read();
        }
        PublishedHand hand = PublishedHand.find(cluster, situation, writer);
        if (hand.isEmpty()) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "nothing on the topics is known to be of '" + writer + "'; inkstream dataset stats names writers"
                            + orphans(hand));
        }
        String uses = hand.versions().entrySet().stream()
                .filter(version -> !version.getValue().isEmpty())
                .map(version -> version.getKey() + " " + String.join(", ", version.getValue()))
                .collect(Collectors.joining("; "));
        if (!uses.isEmpty() && !force && !dryRun) {
            throw new CommandException(
                    ExitCodes.UNSAFE,
                    uses + "; promote another version and wait a minute, or remove what names it (--force withdraws it"
                            + " anyway)");
        }
        if (!dryRun) {
            try (TransactionalWriter to =
                    TransactionalWriter.ofGarbage(cluster.settings().clientConfig())) {
                hand.withdraw(cluster.topics(), to);
            }
        }
        print(hand);
        return ExitCodes.DONE;
    }

    private static String orphans(PublishedHand hand) {
        return hand.withdrawn().isEmpty()
                ? ""
                : ": chunks of versions that were withdrawn before, perhaps with this hand, " + hand.withdrawn()
                        + ": inkstream models gc deletes them";
    }

    private void print(PublishedHand hand) {
        if (results.isJson()) {
            Printed.json(
                    spec,
                    new Result(
                            writer,
                            !dryRun,
                            hand.samples().size(),
                            hand.versions(),
                            hand.chunks().size(),
                            hand.trained()));
            return;
        }
        Printed.lines(
                spec,
                (dryRun ? "would withdraw: " : "withdrawn: ") + hand.samples().size() + " samples, versions "
                        + hand.versions().keySet() + " with " + hand.chunks().size() + " chunks");
        Printed.lines(
                spec,
                "remains: the brokers free the space when they next compact the topics; a server unloads the"
                        + " versions at once and deletes its copies when it needs the space");
        Printed.lines(
                spec,
                "remains: lines and pages that were drawn, until the topics' retention ends, and what consumers kept");
        Printed.lines(
                spec,
                "remains: files outside the topics: photos, strokes, bundles, reviews, the trainer's spool until"
                        + " it reads on; delete those yourself");
        if (!hand.withdrawn().isEmpty()) {
            Printed.lines(spec, "remains" + orphans(hand));
        }
        if (!hand.trained().isEmpty()) {
            Printed.lines(
                    spec,
                    "remains: " + hand.trained()
                            + " were trained on people's own hands, perhaps on this one: train again"
                            + " and withdraw them");
        }
    }
}
