package io.inkstream.ops.cli;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.rollout.Goal;
import io.inkstream.ops.rollout.RolloutDesk;
import io.inkstream.ops.rollout.Situation;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "withdraw",
        description = {
            "Withdraws a version: servers unload it, and no document is routed to it.",
            "Its chunks stay on the topic until inkstream models gc. Refused while the version serves, is named in a policy",
            "or was given a document in the last minute: lines that wait for it could never be drawn."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  inkstream models withdraw inkstream-base:1 --wait"})
final class ModelsWithdrawCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private WaitOptions wait;

    @Mixin
    private Verbosity verbosity;

    @Parameters(paramLabel = "NAME:VERSION", description = "The version.")
    private String model;

    @Option(names = "--force", description = "Do it even if it breaks serving.")
    private boolean force;

    @Mixin
    private ResultOptions results;

    /**
     * What was done; the names are fixed.
     *
     * @param gone whether no live server has it any more; absent where nobody waited
     */
    private record Result(String model, boolean withdrawn, Boolean gone, String reason) {}

    private record End(boolean isGone, String reason) {}

    @Override
    public Integer call() {
        String id = PolicyChange.version(model).toString();
        Cluster cluster = clusterOptions.connect();
        try (RolloutDesk desk = new RolloutDesk(
                cluster, cluster.settings().get(OpsSettings.SILENCE), InstantSource.system(), System::nanoTime)) {
            refuse(desk.situation(), id);
            desk.withdraw(id);
            End end = null;
            if (wait.isWanted()) {
                end = desk.await(Goal.gone(id), wait.limit())
                        .match(
                                gone -> new End(true, ""),
                                failed -> new End(false, failed.why()),
                                late -> new End(false, late.why()));
            }
            return finish(id, end);
        }
    }

    private void refuse(Situation situation, String id) {
        if (!situation.models().containsKey(id)) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "no version " + id + " is published; there are "
                            + situation.models().keySet());
        }
        List<String> uses = situation.usesOf(id);
        if (!uses.isEmpty() && !force) {
            throw new CommandException(
                    ExitCodes.UNSAFE,
                    id + " " + String.join(", ", uses)
                            + "; promote another version and wait a minute, or remove what names it (--force withdraws it"
                            + " anyway)");
        }
    }

    private int finish(String id, End end) {
        if (results.isJson()) {
            Printed.json(
                    spec, new Result(id, true, end == null ? null : end.isGone(), end == null ? "" : end.reason()));
        } else {
            Printed.lines(spec, "withdrawn: " + id);
        }
        if (end != null && !end.isGone()) {
            Printed.note(spec, end.reason());
            return ExitCodes.FAILED;
        }
        return ExitCodes.DONE;
    }
}
