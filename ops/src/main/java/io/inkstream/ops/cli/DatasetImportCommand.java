package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.inkstream.ops.client.Cluster;
import io.inkstream.trainer.dataset.Dataset;
import io.inkstream.trainer.dataset.DatasetImporter;
import io.inkstream.trainer.dataset.ImportOptions;
import io.inkstream.trainer.dataset.ImportReport;
import io.inkstream.trainer.dataset.LabelMapping;
import io.inkstream.trainer.dataset.Orientation;
import io.inkstream.trainer.dataset.PictureScale;
import io.inkstream.trainer.dataset.SplitRule;
import io.inkstream.trainer.kafka.TransactionalWriter;
import io.inkstream.trainer.kafka.WriteFailedException;
import io.inkstream.trainer.style.Typography;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "import",
        description = {
            "Checks files from end to end, then publishes their samples to topic glyph-samples in one transaction.",
            "Takes " + DatasetImporter.FORMS + ".",
            "Importing the same samples again changes nothing: their keys are hashes of their content."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream dataset import gzip/emnist-byclass-train-images-idx3-ubyte.gz",
            "  inkstream dataset import unipen/train.jsonl.gz --source unipen",
            "  inkstream dataset import my-letters --split hash --dry-run",
            "  inkstream dataset import scanned-letters --scale fit",
        })
final class DatasetImportCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private Verbosity verbosity;

    @Parameters(arity = "1..*", paramLabel = "PATH", description = "Files or folders.")
    private List<Path> paths;

    @Option(
            names = "--source",
            paramLabel = "NAME",
            description = "Name of the data set (default: name of the file or folder).")
    private String source;

    @Option(
            names = "--split",
            description = "What the samples are for: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "AUTO")
    private SplitRule split;

    @Option(
            names = "--orientation",
            description = "Orientation of the images: ${COMPLETION-CANDIDATES} (default: detected).")
    private Orientation orientation;

    @Option(
            names = "--mapping",
            paramLabel = "FILE",
            description = "Label mapping of the idx files, as EMNIST's -mapping.txt (default: detected).")
    private Path mapping;

    @Option(
            names = "--consent",
            paramLabel = "TEXT",
            description = "What the writers agreed to, noted with each sample.")
    private String consent;

    @Option(
            names = "--scale",
            description =
                    "What becomes of images of other sizes than 28 x 28 in folders of images: fit makes the whole of"
                            + " it fit, crop takes the middle square, none refuses them (default: ${DEFAULT-VALUE}).",
            defaultValue = "none")
    private PictureScale scale;

    @Option(names = "--dry-run", description = "Check and report only.")
    private boolean dryRun;

    @Mixin
    private ResultOptions results;

    /**
     * What was found and done; the names are fixed.
     *
     * @param published samples on the topic; absent with --dry-run
     */
    private record Result(@JsonUnwrapped ImportReport report, Long published) {}

    @Override
    public Integer call() throws IOException, WriteFailedException {
        ImportOptions options = ImportOptions.DEFAULTS.withSplit(split).withScale(scale);
        options = source == null ? options : options.withSource(source);
        options = consent == null ? options : options.withConsent(consent);
        options = orientation == null ? options : options.withOrientation(orientation);
        options = mapping == null ? options : options.withMapping(LabelMapping.read(mapping));
        Dataset dataset = new DatasetImporter(Typography.standard().classes()).open(paths, options);
        ImportReport report = dataset.report();
        if (!results.isJson()) {
            print(report, spec.commandLine().getOut()); // before the publication, which may take long
        }
        Long published = null;
        if (!dryRun) {
            Cluster cluster = clusterOptions.connect();
            cluster.createTopics();
            try (TransactionalWriter writer =
                    TransactionalWriter.connect(cluster.settings().clientConfig())) {
                published = dataset.writeTo(writer, cluster.topics().glyphSamples());
                if (!results.isJson()) {
                    results.say("published: " + published + " samples to "
                            + cluster.topics().glyphSamples().name());
                }
            }
        }
        if (results.isJson()) {
            Printed.json(spec, new Result(report, published));
        }
        return ExitCodes.DONE;
    }

    private static void print(ImportReport report, PrintWriter out) {
        report.files().forEach(file -> {
            out.println("file: " + file.file() + " " + file.samples() + " samples, " + file.faulty() + " faulty");
            file.findings().forEach(finding -> out.println("  " + finding));
        });
        report.faults().forEach(fault -> out.println("faulty: " + fault));
        out.println("samples: " + report.samples() + " (" + report.distinct() + " distinct, " + report.train()
                + " to train, " + report.test() + " to test, "
                + report.perCharacter().size() + " characters, " + report.writers() + " known writers)");
        out.flush();
    }
}
