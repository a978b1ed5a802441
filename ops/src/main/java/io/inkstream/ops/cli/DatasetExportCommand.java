package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.inkstream.trainer.dataset.BalancedSubset;
import io.inkstream.trainer.dataset.DatasetExport;
import io.inkstream.trainer.dataset.SampleSet;
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
            "Writes the samples of topic glyph-samples, or of files, as gzip idx files.",
            "One group of files for each source and split; images upright with 255 as ink, labels as ASCII codes. Importing",
            "the folder gives the same samples again."
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

    @Option(
            names = "--train-per-class",
            paramLabel = "N",
            description = "At most N training samples of each character, taken evenly from the sources (default: all).")
    private Integer trainPerClass;

    @Option(
            names = "--test-per-class",
            paramLabel = "N",
            description = "At most N test samples of each character (default: all).")
    private Integer testPerClass;

    @Option(
            names = "--min-support",
            paramLabel = "N",
            description =
                    "Leave out samples whose label has less support than this, 0 to 255 (default: ${DEFAULT-VALUE}).",
            defaultValue = "0")
    private int minSupport;

    @Option(
            names = "--seed",
            paramLabel = "S",
            description = "Seed of the choice of samples (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    private long seed;

    @Mixin
    private ResultOptions results;

    /** What was written; the names are fixed. */
    private record Result(
            int samples, @JsonProperty("left_out") int leftOut, String folder) {}

    @Override
    public Integer call() throws IOException {
        SampleSet all = chosen(samples.collect(clusterOptions).samples());
        SampleSet chosen = all.where(i -> DatasetExport.isWritable(all.classes().characterAt(all.label(i))));
        if (chosen.size() < all.size()) {
            spec.commandLine()
                    .getErr()
                    .println((all.size() - chosen.size())
                            + " samples are left out: the files have labels for characters up to U+00FF only");
        }
        try {
            DatasetExport.writeBySourceAndSplit(chosen, out);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.FAILED, e.getMessage(), e);
        }
        results.print(
                new Result(chosen.size(), all.size() - chosen.size(), out.toString()),
                result -> results.say("exported: " + result.samples() + " samples to " + result.folder()));
        return ExitCodes.DONE;
    }

    private SampleSet chosen(SampleSet all) {
        if (trainPerClass == null && testPerClass == null) {
            return all.where(i -> all.support(i) >= minSupport);
        }
        try {
            return new BalancedSubset(
                            trainPerClass == null ? 0 : trainPerClass,
                            testPerClass == null ? 0 : testPerClass,
                            minSupport,
                            seed)
                    .of(all);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
    }
}
