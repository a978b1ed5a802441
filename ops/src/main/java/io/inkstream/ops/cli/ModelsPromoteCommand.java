package io.inkstream.ops.cli;

import io.inkstream.schemas.ModelId;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "promote",
        description = {
            "Makes a version serve by default.",
            "With nothing promoted, the newest version that every live server has READY serves, so what is published takes",
            "over by itself. Promoting a version ends that: it serves until another is promoted. --freeze ends it with the",
            "version that serves now, --newest goes back to it.",
            "The version that served before is remembered in the policy, for a rollback. A candidate or shadow that is",
            "promoted is none any more; pins and everything else stay. Refused if no live server has the version READY."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream models promote inkstream-base:2 --wait",
            "  inkstream models promote inkstream-base --freeze --comment \"until the exhibition is over\"",
            "  inkstream models promote inkstream-base --newest",
        })
final class ModelsPromoteCommand implements Callable<Integer> {
    @Mixin
    private PolicyChange change;

    @Parameters(
            paramLabel = "NAME:VERSION|NAME",
            description = "The version; with --freeze or --newest, the model's name.")
    private String model;

    @ArgGroup
    private Mode mode = new Mode();

    private static final class Mode {
        @Option(
                names = "--freeze",
                description = "Keep new versions from taking over; of a NAME, with the version that serves now.")
        private boolean freeze;

        @Option(
                names = {"--newest", "--unfreeze"},
                description = "Let the newest version serve that every live server has READY, now and from now on.")
        private boolean newest;
    }

    @Override
    public Integer call() {
        if (model.contains(":")) {
            ModelId version = PolicyChange.version(model);
            if (mode.newest) {
                throw new CommandException(
                        ExitCodes.WRONG_USE, "--newest goes with the name alone: " + version.name() + " --newest");
            }
            return change.run(version.name(), next -> next.promote(version, mode.freeze));
        }
        if (!mode.freeze && !mode.newest) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "say which version, as " + model
                            + ":VERSION, or --newest or --freeze (inkstream models list shows what" + " there is)");
        }
        return change.run(model, next -> mode.freeze ? next.freeze() : next.newest());
    }
}
