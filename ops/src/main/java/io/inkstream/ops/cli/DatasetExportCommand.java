package io.inkstream.ops.cli;

import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.dataset.DatasetExport;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "export",
        description = {
            "Writes the samples of topic glyph-samples, or of files, as gzip idx files: a group for each source and",
            "split, images upright with 255 as ink, labels as ASCII codes. Importing the folder gives the same again."
        },
        mixinStandardHelpOptions = true,
        footer = {"", "Example:", "  inkstream dataset export --out my-samples"})
final class DatasetExportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private SampleOptions samples;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Where the files go (default: ${DEFAULT-VALUE}).",
            defaultValue = "out/dataset")
    private Path out;

    @Override
    public Integer call() throws IOException {
        CollectedSamples collected = samples.collect(clusterOptions);
        DatasetExport.writeBySourceAndSplit(collected.samples(), out);
        spec.commandLine().getOut().println("exported: " + collected.samples().size() + " samples to " + out);
        spec.commandLine().getOut().flush();
        return ExitCodes.DONE;
    }
}
