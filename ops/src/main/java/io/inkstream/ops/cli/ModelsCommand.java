package io.inkstream.ops.cli;

import picocli.CommandLine.Command;

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
            ModelsStylesCommand.class,
        },
        footer = {
            "",
            "A careful rollout:",
            "  inkstream models promote inkstream-base --freeze          # new versions do not take over automatically",
            "  inkstream models verify new.zip                           # would a server accept it?",
            "  inkstream models publish new.zip --wait                   # until it is READY on every server",
            "  inkstream models shadow inkstream-base:2 --percent 20     # compared, never emitted",
            "  inkstream models candidate inkstream-base:2 --percent 10 --max-latency-ms 500 --wait",
            "  inkstream models promote inkstream-base:2 --wait",
            "  inkstream models rollback --wait                          # if need be",
            "",
            "Each change is one record on topic rollouts; the last record wins. Changes made at the same time are",
            "merged; a change that overwrites another one is reported.",
        })
final class ModelsCommand extends CommandGroup {}
