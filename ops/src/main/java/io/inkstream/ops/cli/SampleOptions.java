package io.inkstream.ops.cli;

import io.inkstream.ops.client.Cluster;
import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.dataset.DatasetImporter;
import io.inkstream.trainer.dataset.Handwriting;
import io.inkstream.trainer.dataset.ImportOptions;
import io.inkstream.trainer.dataset.SampleSpool;
import io.inkstream.trainer.dataset.SpoolException;
import io.inkstream.trainer.style.Typography;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Flags that say which handwritten characters: those of the topic, or those of files. */
final class SampleOptions {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Option(
            names = "--from",
            paramLabel = "PATH",
            description = "Files or folders to read instead of topic glyph-samples; may be repeated.")
    private List<Path> from = new ArrayList<>();

    @Option(
            names = "--spool",
            paramLabel = "FILE",
            description = "Local copy of the topic, so that only what is new is read (default: ${DEFAULT-VALUE}).",
            defaultValue = "out/glyph-samples.spool")
    private Path spool;

    /**
     * Reads all samples into memory.
     *
     * @throws CommandException if there are none
     */
    CollectedSamples collect(ClusterOptions clusterOptions) throws IOException {
        CollectedSamples collected = from.isEmpty() ? ofTopic(clusterOptions.connect()) : ofFiles();
        if (collected.samples().size() == 0) {
            throw new CommandException(
                    ExitCodes.FAILED, "there are no samples; publish some with: inkstream dataset import");
        }
        return collected;
    }

    /** What the files hold, if all are files of strokes; else they, or the topic, have pictures. */
    Optional<Handwriting> written() throws IOException {
        return from.isEmpty() || !from.stream().allMatch(Handwriting::isFile)
                ? Optional.empty()
                : Optional.of(Handwriting.read(from));
    }

    private CollectedSamples ofFiles() throws IOException {
        return new DatasetImporter(Typography.standard().classes())
                .open(from, ImportOptions.DEFAULTS)
                .collect();
    }

    private CollectedSamples ofTopic(Cluster cluster) throws IOException {
        Files.createDirectories(spool.toAbsolutePath().getParent());
        try (SampleSpool copy = SampleSpool.connect(
                spool, cluster.settings().clientConfig(), cluster.topics().glyphSamples(), InstantSource.system())) {
            copy.catchUp(PATIENCE);
            return copy.load();
        } catch (SpoolException e) {
            throw new CommandException(ExitCodes.UNREACHABLE, e.getMessage(), e);
        }
    }
}
