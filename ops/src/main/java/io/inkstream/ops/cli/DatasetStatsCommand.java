package io.inkstream.ops.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.dataset.ContactSheet;
import io.inkstream.trainer.dataset.DatasetStats;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "stats",
        description = "Counts the samples of topic glyph-samples, or of files: by source, split and character.",
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream dataset stats",
            "  inkstream dataset stats --from trainer/samples --sheet samples.png --json",
        })
final class DatasetStatsCommand implements Callable<Integer> {
    private static final int SHEET_COLUMNS = 24;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private SampleOptions samples;

    @Mixin
    private Verbosity verbosity;

    @Option(names = "--json", description = "The counts as one JSON object.")
    private boolean json;

    @Option(names = "--sheet", paramLabel = "PNG", description = "Draw some samples of every character into this file.")
    private Path sheet;

    @Override
    public Integer call() throws IOException {
        CollectedSamples collected = samples.collect(clusterOptions);
        DatasetStats stats = DatasetStats.of(collected.samples());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new JsonMapper().writerWithDefaultPrettyPrinter().writeValueAsString(stats));
        } else {
            out.println("samples: " + stats.samples() + " " + stats.bySplit());
            stats.bySource()
                    .forEach((source, count) -> out.println(
                            "source: " + source + " " + count.samples() + " samples, " + count.writers() + " writers"));
            stats.byCharacter()
                    .forEach((character, count) ->
                            out.println("  " + character + "  " + count.train() + " train, " + count.test() + " test"));
            out.println("digest: " + collected.digest());
        }
        out.flush();
        if (sheet != null) {
            Files.write(sheet, ContactSheet.png(collected.samples(), SHEET_COLUMNS, 0));
        }
        return ExitCodes.DONE;
    }
}
