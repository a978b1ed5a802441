package io.inkstream.ops.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.ops.lines.LineFactory;
import io.inkstream.ops.lines.TwinTest;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.trainer.ModelEvaluation;
import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.lines.LineFiles;
import io.inkstream.trainer.lines.LineSample;
import io.inkstream.trainer.lines.LineTraining;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.publish.PublicationGate;
import io.inkstream.trainer.report.CardRow;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "evaluate",
        description = {
            "Evaluates a model against handwriting of topic glyph-samples, or of files, and prints its evaluation card.",
            "Recognisers are trained on the training samples and tested on the test samples: minutes on two cores.",
            "Test samples should be of writers whom the model was not trained on. The same seed gives the same card."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream evaluate trainer/models/inkstream-base-5.zip --from trainer/samples --out card.json",
            "  inkstream evaluate mine:1 --json -b broker:9092",
        })
final class EvaluateCommand implements Callable<Integer> {
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final long LINE_SEED = 11;
    /** Its hands differ most, so that readers learn most of it. */
    private static final String TEACHING_STYLE = "various";

    private static final String COLUMNS = "%-26s %10s  %-20s %10s%n";

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private SampleOptions samples;

    @Mixin
    private Verbosity verbosity;

    @Parameters(
            paramLabel = "NAME:VERSION|BUNDLE",
            description = "A bundle file, or a version published on the cluster.")
    private String model;

    @Option(names = "--out", paramLabel = "FILE", description = "Also write the card as JSON to this file.")
    private Path out;

    @Mixin
    private ResultOptions results;

    @Option(names = "--seed", paramLabel = "S", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "21")
    private long seed;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Threads: 1, 2, 4 or 8; another number gives another, equally good, judge "
                    + "(default: ${DEFAULT-VALUE}).",
            defaultValue = "2")
    private int workers;

    @Option(
            names = "--cache",
            paramLabel = "DIR",
            description = "Cache of trained recognisers; may be deleted (default: ${DEFAULT-VALUE}).",
            defaultValue = "out/evaluation")
    private Path cache;

    @ArgGroup(exclusive = false)
    private Lines lines;

    /** The twin test. */
    private static final class Lines {
        @Option(
                names = "--lines",
                required = true,
                paramLabel = "PATH",
                description =
                        "Also ask what the model's lines teach a reader: pen strokes of lines, some of them with the word"
                                + " test in their file's name; may be repeated. Trains three readers of lines.")
        private List<Path> from;

        @Option(
                names = "--line-steps",
                paramLabel = "N",
                description = "Batches that each of these learns from (default: ${DEFAULT-VALUE}).",
                defaultValue = "3000")
        private int steps;

        @Option(
                names = "--line-hands",
                paramLabel = "N",
                description = "Hands that draw the lines (default: ${DEFAULT-VALUE}).",
                defaultValue = "600")
        private int hands;

        @Option(
                names = "--line-style",
                paramLabel = "NAME",
                description = "Style that the hands are of; may be repeated, then they are of each in turn (default: "
                        + TEACHING_STYLE + ", or else the model's first).")
        private List<String> styles = List.of();
    }

    @Override
    public Integer call() throws IOException {
        if (workers < 1 || workers > 8 || Integer.bitCount(workers) != 1) {
            throw new CommandException(ExitCodes.WRONG_USE, "--workers is 1, 2, 4 or 8, not " + workers);
        }
        Optional<LineFiles> real = lines == null ? Optional.empty() : Optional.of(realLines());
        PrintWriter err = spec.commandLine().getErr();
        ModelEvaluation evaluation = new ModelEvaluation(
                ModelEvaluation.Config.standard(seed, workers),
                cache,
                doing -> {
                    err.println("evaluate: " + doing);
                    err.flush();
                },
                ManagementFactory.getThreadMXBean()::getCurrentThreadCpuTime);
        ModelEvaluation.Judgement judgement;
        ModelBundle bundle;
        List<String> lineStyles;
        try {
            bundle = ModelFiles.parse(InputFiles.model(model, clusterOptions));
            lineStyles = lines == null ? List.of() : lineStyles(bundle.manifest());
            judgement = evaluation.judge(bundle, samples.collect(clusterOptions));
        } catch (InvalidBundleException | IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, model + ": " + e.getMessage(), e);
        } catch (TrainingException e) {
            throw new CommandException(ExitCodes.FAILED, e.getMessage(), e);
        }
        Map<String, Object> card = new TreeMap<>(judgement.card().figures());
        if (real.isPresent()) {
            card.putAll(twins(bundle, real.get(), lineStyles));
        }
        if (out != null) {
            write(card);
        }
        PrintWriter said = spec.commandLine().getOut();
        if (results.isJson()) {
            said.println(JSON.writeValueAsString(card));
        } else {
            print(card, judgement.remarks(), said);
        }
        said.flush();
        return ExitCodes.DONE;
    }

    /** Before the work of judging, which would be lost if these could not be read. */
    private LineFiles realLines() {
        if (lines.steps < 1 || lines.hands < 1) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "--line-steps and --line-hands are at least 1, not " + lines.steps + " and " + lines.hands);
        }
        LineFiles real =
                GenerateCommand.read(() -> LineFiles.read(lines.from, new LineFiles.Wanted(10, 70, LINE_SEED)));
        real.faults().forEach(fault -> Printed.note(spec, fault));
        if (real.train().isEmpty() || real.test().isEmpty()) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    lines.from + " have " + real.train().size() + " lines of 10 to 70 characters to learn from and "
                            + real.test().size() + " to judge by; both are needed, the latter with the word test in"
                            + " their file's name");
        }
        return real;
    }

    private Map<String, Object> twins(ModelBundle bundle, LineFiles real, List<String> styles) throws IOException {
        LineTraining.Config usual = LineTraining.Config.DEFAULTS;
        LineTraining.Config config = new LineTraining.Config(
                lines.steps,
                usual.batch(),
                usual.rate(),
                usual.weightDecay(),
                usual.dropout(),
                usual.varied(),
                LINE_SEED);
        try (StopSignal stop = StopSignal.listen();
                Workers threads = new Workers(workers);
                Predictor predictor = OnnxPredictor.open(bundle, 1)) {
            Printed.note(
                    spec,
                    "drawing " + real.train().size() + " lines in " + lines.hands + " hands of "
                            + String.join(" and ", styles));
            byte[] file = bundle.toBytes();
            List<LineSample> drawn = TwinTest.drawn(
                    () -> new LineFactory(file, bundle, predictor),
                    threads,
                    styles,
                    real.train().stream().map(LineSample::text).toList(),
                    lines.hands);
            return new TwinTest(config, threads, cache, TrainingProgress.beside(spec), stop::isGiven)
                    .run(real.train(), real.test(), drawn)
                    .orElseThrow(() -> new CommandException(ExitCodes.FAILED, "stopped; the same command goes on"))
                    .figures();
        } catch (TrainingException e) {
            throw new CommandException(ExitCodes.FAILED, e.getMessage(), e);
        } catch (InvalidBundleException | IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
    }

    private List<String> lineStyles(Manifest manifest) {
        List<String> known = manifest.styles().stream().map(StyleSpec::name).toList();
        if (!known.containsAll(lines.styles)) {
            throw new CommandException(
                    ExitCodes.WRONG_USE, "--line-style " + lines.styles + ": the model has the styles " + known);
        }
        if (!lines.styles.isEmpty()) {
            return lines.styles;
        }
        return List.of(known.contains(TEACHING_STYLE) ? TEACHING_STYLE : known.get(0));
    }

    private void write(Map<String, Object> card) throws IOException {
        OutputFiles.write(out, JSON.writeValueAsBytes(card));
    }

    private static void print(Map<String, Object> card, List<String> remarks, PrintWriter lines) {
        lines.printf(COLUMNS, "", "model", "95 % interval", "real");
        for (CardRow row : CardRow.of(card)) {
            lines.printf(Locale.ROOT, COLUMNS, row.figure(), row.generated(), row.generatedInterval(), row.real());
        }
        if (card.get("worst_classes") instanceof List<?> worst) {
            for (Object each : worst) {
                if (each instanceof Map<?, ?> row) {
                    lines.printf(
                            Locale.ROOT,
                            "worst: %s is read as such in %.2f of drawings and %.2f of real ones; most often read as %s%n",
                            row.get("character"),
                            ((Number) row.get("accuracy_generated")).doubleValue(),
                            ((Number) row.get("accuracy_real")).doubleValue(),
                            row.get("taken_for"));
                }
            }
        }
        remarks.forEach(remark -> lines.println("remark: " + remark));
        new PublicationGate(PublicationGate.Thresholds.DEFAULTS)
                .objections(card)
                .forEach(objection -> lines.println("objection: " + objection));
    }
}
