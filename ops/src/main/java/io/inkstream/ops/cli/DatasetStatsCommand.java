package io.inkstream.ops.cli;

import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.dataset.ContactSheet;
import io.inkstream.trainer.dataset.DatasetStats;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "stats",
        description = "Counts the samples of topic glyph-samples, or of files: by split, source, writer and character.",
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

    @Mixin
    private ResultOptions results;

    @Option(names = "--sheet", paramLabel = "PNG", description = "Draw some samples of every character into this file.")
    private Path sheet;

    @Override
    public Integer call() throws IOException {
        CollectedSamples collected = samples.collect(clusterOptions);
        DatasetStats stats = DatasetStats.of(collected);
        if (results.isJson()) {
            Printed.json(spec, stats);
        } else {
            print(stats);
            Printed.lines(spec, "digest: " + collected.digest());
        }
        if (sheet != null) {
            Files.write(sheet, ContactSheet.png(collected.samples(), SHEET_COLUMNS, 0));
        }
        return ExitCodes.DONE;
    }

    private void print(DatasetStats stats) {
        StringBuilder text = new StringBuilder("samples: " + stats.samples());
        stats.bySplit()
                .forEach((split, count) ->
                        text.append(", ").append(count).append(' ').append(split.toLowerCase(Locale.ROOT)));
        text.append('\n');
        stats.bySource()
                .forEach((source, count) -> text.append("source: " + source + " " + count.samples() + " samples, "
                        + count.train() + " train, " + count.test() + " test, " + count.writers() + " writers, "
                        + count.withoutWriter() + " without writer\n"));
        DatasetStats.WriterCounts writers = stats.writers();
        text.append("writers: " + writers.known() + " with " + writers.least() + " to " + writers.most()
                + " samples, median " + writers.median() + "; " + writers.inBothSplits() + " in both splits; "
                + writers.withoutWriter() + " samples without writer\n");
        writers.first()
                .forEach(writer -> text.append("writer: " + writer.name() + " " + writer.samples() + " samples, "
                        + writer.train() + " train, " + writer.test() + " test\n"));
        stats.byCharacter()
                .forEach((character, count) ->
                        text.append("  " + character + "  " + count.train() + " train, " + count.test() + " test\n"));
        Printed.lines(spec, text.toString().stripTrailing());
    }
}
