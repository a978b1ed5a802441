package io.inkstream.ops.cli;

import io.inkstream.trainer.TrainingRun;
import io.inkstream.trainer.publish.PublicationGate;
import io.inkstream.trainer.reading.ReaderFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "report",
        description = {
            "Reports a training on one page, report.html in its folder: curves, letters over time, card, confusions.",
            "The training may be running, stopped, killed or finished; the page needs no network."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  inkstream train report out/mine-1"})
final class TrainReportCommand implements Callable<Integer> {
    @Mixin
    private ResultOptions results;

    @Mixin
    private Verbosity verbosity;

    @Parameters(paramLabel = "DIR", description = "The folder of a training (--out of train).")
    private Path folder;

    @Override
    public Integer call() throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new CommandException(ExitCodes.WRONG_USE, "no such folder: " + folder);
        }
        PublicationGate gate = new PublicationGate(PublicationGate.Thresholds.DEFAULTS);
        ReaderFiles reader = new ReaderFiles(folder);
        // What a reader makes of its tests is measured once, at its training's end, and told then.
        results.printFact("report", reader.areThere() ? reader.report() : TrainingRun.report(folder, gate));
        return ExitCodes.DONE;
    }
}
