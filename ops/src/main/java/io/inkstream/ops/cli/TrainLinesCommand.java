package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.checkpoint.CheckpointStore;
import io.inkstream.trainer.lines.LineFiles;
import io.inkstream.trainer.lines.LineReader;
import io.inkstream.trainer.lines.LineReaderOnnx;
import io.inkstream.trainer.lines.LineReaderShape;
import io.inkstream.trainer.lines.LineReading;
import io.inkstream.trainer.lines.LineSample;
import io.inkstream.trainer.lines.LineSet;
import io.inkstream.trainer.lines.LineTraining;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.report.EventLog;
import io.inkstream.trainer.report.TrainingListener;
import io.inkstream.trainer.report.TrainingReport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
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
        name = "lines",
        description = {
            "Trains a reader of whole lines: a network of convolutions and a recurrent layer, by connectionist temporal",
            "classification, so that no letter has to be cut out. It reads any picture of a line, whoever wrote it.",
            "Lines come as pen strokes (JSON lines with a \"t\", the text) or as pictures with a boxes.jsonl beside them, as",
            "consume and dataset lines export write them. What has the word test in its name judges, else one in eight",
            "writers.",
            "If it is stopped by Ctrl-C or killed, the same command resumes."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream train lines --from letters --out out/reader",
            "  inkstream read --reader out/reader/line-reader.onnx scan-1.png scan-2.png",
        })
final class TrainLinesCommand implements Callable<Integer> {
    static final String READER = "line-reader.onnx";
    private static final int CHECKPOINT_EVERY = 250;
    private static final int SHOWN = 5;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ResultOptions results;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--from",
            required = true,
            paramLabel = "PATH",
            description = "Files of strokes, or folders of these or of pictures; may be repeated.")
    private List<Path> from;

    @Option(
            names = "--steps",
            paramLabel = "N",
            description = "Batches to learn from (default: ${DEFAULT-VALUE}).",
            defaultValue = "6000")
    private int steps;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Lines of a batch (default: ${DEFAULT-VALUE}).",
            defaultValue = "16")
    private int batch;

    @Option(
            names = "--rate",
            paramLabel = "X",
            description = "Highest learning rate (default: ${DEFAULT-VALUE}).",
            defaultValue = "0.002")
    private double rate;

    @Option(
            names = "--varied",
            paramLabel = "X",
            description =
                    "Share of lines that are shown stretched, leaning, bent, with another pen (default: ${DEFAULT-VALUE}).",
            defaultValue = "0.85")
    private double varied;

    @Option(
            names = "--longest",
            paramLabel = "N",
            description = "Most characters of a line (default: ${DEFAULT-VALUE}).",
            defaultValue = "100")
    private int longest;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Threads; another number gives another, equally good, reader (default: ${DEFAULT-VALUE}).",
            defaultValue = "2")
    private int workers;

    @Option(names = "--seed", paramLabel = "S", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "11")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Folder of checkpoints, events and the reader; one for each training (default: ${DEFAULT-VALUE}).",
            defaultValue = "out/line-reader")
    private Path out;

    /** Lines that were found; the names are fixed. */
    private record Found(
            int lines,
            int characters,
            @JsonProperty("to_judge_by") int test,
            long unusable,
            @JsonProperty("too_long") long unfit) {}

    /** A line that was not learnt from; the names are fixed. */
    private record Example(String says, String read) {}

    /** How well it reads lines that were not learnt from; the names are fixed. */
    private record Errors(
            @JsonProperty("character_error_rate") double rate, int lines) {}

    @Override
    public Integer call() throws IOException {
        try (StopSignal stop = StopSignal.listen();
                Workers threads = new Workers(workers)) {
            LineTraining.Config usual = LineTraining.Config.DEFAULTS;
            LineTraining.Config config =
                    new LineTraining.Config(steps, batch, rate, usual.weightDecay(), usual.dropout(), varied, seed);
            LineFiles files = GenerateCommand.read(() -> LineFiles.read(from, new LineFiles.Wanted(1, longest, seed)));
            files.faults().forEach(fault -> Printed.note(spec, fault));
            LineSet lines = LineSet.of(files.train());
            results.printNext(
                    new Found(
                            lines.size(),
                            lines.characters().size(),
                            files.test().size(),
                            files.faulty(),
                            files.unfit() + lines.tooDense()),
                    String.format(
                            Locale.ROOT,
                            "lines: %d to learn from, %d characters; %d to judge by; %d unusable, %d too long or too dense",
                            lines.size(),
                            lines.characters().size(),
                            files.test().size(),
                            files.faulty(),
                            files.unfit() + lines.tooDense()));
            if (lines.size() == 0) {
                throw new CommandException(
                        ExitCodes.FAILED,
                        "no line to learn from in " + from
                                + ": a file of strokes has lines with a \"t\", a folder of pictures a boxes.jsonl");
            }
            Files.createDirectories(out);
            Optional<LineReader> trained;
            try (TrainingListener log = EventLog.open(
                    out.resolve(EventLog.FILE_NAME), CheckpointStore.lastStep(out.resolve("checkpoints")))) {
                trained = new LineTraining(
                                config,
                                threads,
                                out.resolve("checkpoints"),
                                TrainingListener.ofAll(List.of(TrainingProgress.to(results), log)),
                                stop::isGiven,
                                InstantSource.system())
                        .teach(
                                lines,
                                LineReaderShape.standard(lines.characters().size() + 1),
                                CHECKPOINT_EVERY);
            }
            if (trained.isEmpty()) {
                throw new CommandException(ExitCodes.FAILED, "stopped; the same command resumes it");
            }
            finish(trained.get(), files.test());
            return ExitCodes.DONE;
        } catch (TrainingException e) {
            throw new CommandException(ExitCodes.FAILED, e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
    }

    private void finish(LineReader reader, List<LineSample> test) throws IOException {
        OutputFiles.write(out.resolve(READER), LineReaderOnnx.of(reader));
        Map<String, Object> card = Map.of();
        if (!test.isEmpty()) {
            LineReading reading = new LineReading(reader);
            for (LineSample line : test.subList(0, Math.min(SHOWN, test.size()))) {
                Example example = new Example(line.text(), reading.read(line.view()));
                results.printNext(example, "says: " + example.says + "\nread: " + example.read);
            }
            double errors = reading.errorRate(test);
            results.printNext(
                    new Errors(errors, test.size()),
                    String.format(
                            Locale.ROOT,
                            "character error rate: %.3f on %d lines not learnt from",
                            errors,
                            test.size()));
            card = Map.of("line_character_error_rate", errors);
        }
        Path report = out.resolve("report.html");
        new TrainingReport(
                        "Reader of lines of " + from,
                        EventLog.read(out.resolve(EventLog.FILE_NAME)),
                        card,
                        List.of(),
                        Map.of("network", reader.shape().toString()))
                .write(report);
        results.printFact("reader", out.resolve(READER));
        results.printFact("report", report);
    }
}
