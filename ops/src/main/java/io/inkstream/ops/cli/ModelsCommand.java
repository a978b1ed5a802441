package io.inkstream.ops.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "models",
        description = "Publishes model versions, rolls them out and back, and shows what serves.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            ModelsVerifyCommand.class,
            ModelsListCommand.class,
            ModelsPublishCommand.class,
            ModelsPromoteCommand.class,
            ModelsCandidateCommand.class,
            ModelsShadowCommand.class,
            ModelsPinCommand.class,
            ModelsRollbackCommand.class,
            ModelsWithdrawCommand.class,
            ModelsGcCommand.class,
            ModelsBundleCommand.class,
        },
        footer = {
            "",
            "A careful rollout:",
            "  inkstream models promote inkstream-base --freeze          # what is published does not take over by itself",
            "  inkstream models verify new.zip                           # what a server would make of it",
            "  inkstream models publish new.zip --wait                   # every server has looked at what it draws",
            "  inkstream models shadow inkstream-base:2 --percent 20     # compared, never emitted",
            "  inkstream models candidate inkstream-base:2 --percent 10 --max-latency-ms 500 --wait",
            "  inkstream models promote inkstream-base:2 --wait",
            "  inkstream models rollback --wait                          # if need be",
            "",
            "Each change is one record on topic rollouts; the last record wins. When two people change a policy at the same",
            "time, the one whose change is lost is warned.",
        })
final class ModelsCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(),
                "say which: " + String.join(", ", spec.subcommands().keySet()));
    }
}
