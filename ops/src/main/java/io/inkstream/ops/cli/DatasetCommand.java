package io.inkstream.ops.cli;

import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

@Command(
        name = "dataset",
        description = "Moves handwritten characters into and out of topic glyph-samples, and makes data sets of lines.",
        mixinStandardHelpOptions = true,
        synopsisSubcommandLabel = "COMMAND",
        subcommands = {
            DatasetImportCommand.class,
            DatasetStatsCommand.class,
            DatasetExportCommand.class,
            DatasetLinesCommand.class
        })
final class DatasetCommand implements Runnable {
    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new CommandLine.ParameterException(
                spec.commandLine(), "a command is missing: import, stats, export or lines");
    }
}
