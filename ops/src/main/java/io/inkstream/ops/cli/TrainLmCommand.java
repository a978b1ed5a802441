package io.inkstream.ops.cli;

import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.language.LanguageConfig;
import io.inkstream.trainer.language.LanguageTraining;
import io.inkstream.trainer.report.EventLog;
import io.inkstream.trainer.report.TrainingListener;
import io.inkstream.trainer.report.TrainingReport;
import io.inkstream.trainer.text.Corpus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "lm",
        description = {
            "Trains a language model that writes text character by character, as the given texts do.",
            "The last tenth of the texts is held out and read after every pass; what is kept is the model that reads it best. If it",
            "is stopped by Ctrl-C or killed, the same command resumes."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream train lm --text alice.txt --minutes 60 --out out/alice",
            "  inkstream generate --lm out/alice/model.zip --sentences 20 --temperature 0.7",
        })
final class TrainLmCommand implements Callable<Integer> {
    @Spec
    private CommandSpec spec;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--text",
            required = true,
            paramLabel = "PATH",
            description = "UTF-8 text files, or folders of files that end in .txt; may be repeated.")
    private List<Path> texts;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "About how long it may take, in minutes (default: ${DEFAULT-VALUE}).",
            defaultValue = "60")
    private int minutes;

    @Option(
            names = "--passes",
            paramLabel = "N",
            description = "Most passes over the texts (default: ${DEFAULT-VALUE}).",
            defaultValue = "200")
    private int passes;

    @Option(
            names = "--cell",
            paramLabel = "CELL",
            description = "Recurrent layers, one of ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
            defaultValue = "lstm")
    private LanguageConfig.Cell cell;

    @Option(names = "--layers", paramLabel = "N", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "2")
    private int layers;

    @Option(
            names = "--width",
            paramLabel = "N",
            description = "Cells of a layer (default: ${DEFAULT-VALUE}).",
            defaultValue = "256")
    private int width;

    @Option(
            names = "--dropout",
            paramLabel = "X",
            description = "Share of a layer's inputs that a step leaves out (default: ${DEFAULT-VALUE}).",
            defaultValue = "0.2")
    private double dropout;

    @Option(names = "--seed", paramLabel = "S", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "1")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Folder of checkpoint, events and the model; one for each training (default: ${DEFAULT-VALUE}).",
            defaultValue = "out/lm")
    private Path out;

    @Override
    public Integer call() throws IOException {
        if (minutes < 1 || passes < 1) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, "--minutes and --passes are at least 1, not " + minutes + " and " + passes);
        }
        List<String> paragraphs = GenerateCommand.read(() -> Corpus.paragraphs(texts));
        LanguageConfig usual = LanguageConfig.DEFAULTS;
        Files.createDirectories(out);
        try (StopSignal stop = StopSignal.listen();
                TrainingListener log = EventLog.open(out.resolve(EventLog.FILE_NAME), Long.MAX_VALUE)) {
            LanguageConfig config = new LanguageConfig(
                    cell, layers, width, dropout, usual.rate(), usual.clip(), usual.sequence(), usual.batch(), seed);
            Optional<LanguageTraining.Trained> trained = new LanguageTraining(
                            out,
                            TrainingListener.ofAll(List.of(TrainingProgress.to(spec), log)),
                            stop::isGiven,
                            InstantSource.system(),
                            System::nanoTime)
                    .train(paragraphs, config, passes, Duration.ofMinutes(minutes));
            if (trained.isEmpty()) {
                throw new CommandException(
                        ExitCodes.FAILED, "stopped before a pass was done; the same command resumes it");
            }
            Printed.lines(
                    spec,
                    String.format(
                            Locale.ROOT,
                            "held out: %.3f bits per character, after pass %d",
                            trained.get().bits(),
                            trained.get().pass()));
            Printed.lines(spec, "model: " + out.resolve(LanguageTraining.MODEL));
            Path report = out.resolve("report.html");
            new TrainingReport(
                            "Language model of " + texts,
                            EventLog.read(out.resolve(EventLog.FILE_NAME)),
                            Map.of(),
                            List.of(),
                            Map.of("network", config.toString()))
                    .write(report);
            Printed.lines(spec, "report: " + report);
            return ExitCodes.DONE;
        } catch (TrainingException e) {
            throw new CommandException(ExitCodes.FAILED, e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
    }
}
