package io.inkstream.ops.cli;

import io.inkstream.ops.rollout.Situation;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "rollback",
        description = {
            "Goes back one step, by one record.",
            "Where a candidate has a share, the stable version draws its documents again. Else, where the last policy is",
            "held, what serves meanwhile stays. Else the version comes back that served before: every policy carries the",
            "last eight of them; where it carries none, it is the newest that was announced earlier. What no live server",
            "has READY is passed over. A second rollback goes one step further back.",
            "No candidate is left afterwards, and what is published does not take over by itself any more."
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

    @Parameters(
            arity = "0..1",
            paramLabel = "NAME",
            description = "The model; may be left out where there is only one.")
    private String name;

    @Override
    public Integer call() {
        if (name != null && name.contains(":")) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "a rollback finds its version itself; to choose one: inkstream models promote " + name);
        }
        return change.run(situation -> name == null ? only(situation) : name, next -> next.rollback());
    }

    private static String only(Situation situation) {
        if (situation.names().size() != 1) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    situation.names().isEmpty()
                            ? "no model is announced"
                            : "say which: " + String.join(", ", situation.names()));
        }
        return situation.names().first();
    }
}
