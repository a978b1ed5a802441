package io.inkstream.ops.cli;

import picocli.CommandLine.Command;

@Command(
        name = "lines",
        description = "Makes data sets of lines with their texts, to train readers with.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DatasetLinesExportCommand.class,
            DatasetLinesLooksCommand.class,
        })
final class DatasetLinesCommand extends CommandGroup {}
