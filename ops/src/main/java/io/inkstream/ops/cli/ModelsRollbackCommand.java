package io.inkstream.ops.cli;

import io.inkstream.ops.rollout.Situation;
import java.util.SortedSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "rollback",
        description = {
            "Rolls back by one step.",
            "If a candidate has a share, the stable version draws its documents again. Otherwise, if the last policy"
                    + " is",
            "held, the version that serves meanwhile stays. Otherwise the version that served before returns: every"
                    + " policy keeps the",
            "last eight of them; if it has none, the newest version published earlier is taken. A version that no live"
                    + " server",
            "has READY is skipped. A second rollback goes one step further back.",
            "Afterwards there is no candidate, and newly published versions no longer take over automatically."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream models rollback --wait",
            "  inkstream models rollback inkstream-base --json"
        })
final class ModelsRollbackCommand implements Callable<Integer> {
    @Mixin
    private PolicyChange change;

    @Parameters(arity = "0..1", paramLabel = "NAME", description = "The model; may be left out if there is only one.")
    private String name;

    @Override
    public Integer call() {
        if (name != null && name.contains(":")) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "a rollback chooses the version itself; to choose one: inkstream models promote " + name);
        }
        return change.run(situation -> name == null ? only(situation) : name, next -> next.rollback());
    }

    private static String only(Situation situation) {
        SortedSet<String> names = situation.drawingNames();
        if (names.size() != 1) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    names.isEmpty()
                            ? "no model is published"
                            : "several models are published, name one: " + String.join(", ", names));
        }
        return names.first();
    }
}
