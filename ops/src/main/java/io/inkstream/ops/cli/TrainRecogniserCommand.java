package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.inkstream.trainer.TrainingConfig;
import io.inkstream.trainer.TrainingData;
import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.reading.ReaderConfig;
import io.inkstream.trainer.reading.ReaderFiles;
import io.inkstream.trainer.reading.ReaderTraining;
import io.inkstream.trainer.reading.TrainedReader;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "recogniser",
        description = {
            "Trains a reader of single characters on the samples of topic glyph-samples, or of files, and says how well it reads the",
            "test samples: as they are labelled, and with the two cases of a letter counted as one where they look alike. If it is",
            "stopped by Ctrl-C or killed, the same command resumes."
        },
        mixinStandardHelpOptions = true,
        footer = {
            "",
            "Examples:",
            "  inkstream train recogniser --from trainer/samples --minutes 5 --out out/reader",
            "  inkstream train recogniser --from trainer/samples --net cnn --overfit-batches 4 --max-epochs 40 --out out/check",
            "  inkstream models bundle out/first/export --reader out/reader/reader.onnx --model mine:2 --out mine-2.zip",
        })
final class TrainRecogniserCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private SampleOptions samples;

    @Mixin
    private ResultOptions results;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--net",
            paramLabel = "NET",
            description =
                    "Network, one of ${COMPLETION-CANDIDATES}: convolutions one after the other, or residual blocks"
                            + " of two (default: ${DEFAULT-VALUE}).",
            defaultValue = "resnet")
    private ReaderConfig.Net net;

    @Option(
            names = "--width",
            paramLabel = "N",
            description =
                    "Channels of the first of three stages; each next one has twice as many (default: ${DEFAULT-VALUE}).",
            defaultValue = "32")
    private int width;

    @Option(
            names = "--blocks",
            paramLabel = "N",
            description = "Convolutions, or residual blocks, of a stage (default: ${DEFAULT-VALUE}).",
            defaultValue = "1")
    private int blocks;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "About how long it may take, in minutes (default: ${DEFAULT-VALUE}).",
            defaultValue = "30")
    private int minutes;

    @Option(
            names = "--max-epochs",
            paramLabel = "N",
            description = "Most times that each sample is seen (default: ${DEFAULT-VALUE}).",
            defaultValue = "30")
    private int epochs;

    @Option(
            names = "--batch",
            paramLabel = "N",
            description = "Samples of a step, over all workers (default: ${DEFAULT-VALUE}).",
            defaultValue = "128")
    private int batch;

    @Option(
            names = "--overfit-batches",
            paramLabel = "N",
            description =
                    "Learn N batches by heart, always the same, without variation: to see whether the network can.")
    private Integer overfitBatches;

    @Option(
            names = "--caseless",
            paramLabel = "SOURCE",
            description =
                    "A source whose labels do not tell the case of letters whose cases look alike, as EMNIST ByMerge;"
                            + " may be repeated. Such samples teach the letter, and nothing about its case.")
    private List<String> caseless = new ArrayList<>();

    @Option(
            names = "--dropout",
            paramLabel = "X",
            description = "Share of the features that a step leaves out (default: ${DEFAULT-VALUE}).",
            defaultValue = "0.25")
    private double dropout;

    @Option(
            names = "--smoothing",
            paramLabel = "X",
            description = "Share of a label that is spread over all characters (default: ${DEFAULT-VALUE}).",
            defaultValue = "0.05")
    private double smoothing;

    @Option(
            names = "--no-augmentation",
            description =
                    "Show the samples as they are from the begin, not in the last tenth of the steps alone: before it"
                            + " they are moved, turned, leaned and stretched a little.")
    private boolean plain;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Threads that share a step (default: ${DEFAULT-VALUE}).",
            defaultValue = "2")
    private int workers;

    @Option(names = "--seed", paramLabel = "S", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "1")
    private long seed;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Folder of checkpoints, events and the reader; one for each training (default: ${DEFAULT-VALUE}).",
            defaultValue = "out/reader")
    private Path out;

    /** What was made; the names are fixed. */
    private record Result(
            String reader,
            String report,
            String mistakes,
            int tests,
            double accuracy,
            @JsonProperty("case_merged_accuracy") double caseMerged,
            @JsonProperty("training_accuracy") double training) {}

    @Override
    public Integer call() throws IOException {
        ReaderConfig config = config();
        try {
            TrainingData data = TrainingData.withAllTests(samples.collect(clusterOptions));
            data.remarks().forEach(remark -> results.printFact("remark", remark));
            Optional<TrainedReader> trained = train(data.samples(), config);
            if (trained.isEmpty()) {
                throw new CommandException(
                        ExitCodes.FAILED, "stopped; the same command resumes from the last checkpoint");
            }
            return finish(trained.get(), data);
        } catch (TrainingException e) {
            throw new CommandException(ExitCodes.FAILED, e.getMessage(), e);
        }
    }

    private ReaderConfig config() {
        if (minutes < 1) {
            throw new CommandException(ExitCodes.WRONG_USE, "--minutes is at least 1, not " + minutes);
        }
        if (overfitBatches != null && overfitBatches < 1) {
            throw new CommandException(ExitCodes.WRONG_USE, "--overfit-batches is at least 1, not " + overfitBatches);
        }
        ReaderConfig usual = ReaderConfig.DEFAULTS;
        try {
            ReaderConfig config = new ReaderConfig(
                    net,
                    width,
                    blocks,
                    usual.features(),
                    dropout,
                    smoothing,
                    usual.rate(),
                    usual.decay(),
                    batch,
                    workers,
                    !plain,
                    epochs,
                    0,
                    seed);
            return overfitBatches == null ? config : config.overfitting(overfitBatches);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
    }

    private Optional<TrainedReader> train(SampleSet all, ReaderConfig config) throws IOException, TrainingException {
        for (String source : caseless) {
            if (IntStream.range(0, all.size()).noneMatch(i -> all.source(i).equals(source))) {
                throw new CommandException(ExitCodes.WRONG_USE, "--caseless: no sample is of source " + source);
            }
        }
        int leastSupport = TrainingConfig.DEFAULTS.minimumSupport();
        try (StopSignal stop = StopSignal.listen()) {
            return new ReaderTraining(
                            out, TrainingProgress.to(results), stop::isGiven, InstantSource.system(), System::nanoTime)
                    .train(
                            all.where(i -> all.split(i) == SampleSet.Split.TRAIN && all.support(i) >= leastSupport),
                            all.of(SampleSet.Split.TEST),
                            Set.copyOf(caseless),
                            config,
                            Duration.ofMinutes(minutes));
        }
    }

    private Integer finish(TrainedReader trained, TrainingData data) throws IOException {
        ReaderFiles files = new ReaderFiles(out);
        files.write(trained, data.digest());
        Result made = new Result(
                files.onnx().toString(),
                files.report().toString(),
                files.mistakes().toString(),
                trained.readings().of().size(),
                trained.readings().accuracy(),
                trained.readings().caseMergedAccuracy(),
                trained.trainingAccuracy());
        results.printNext(
                made,
                String.format(
                        Locale.ROOT,
                        "test: %.4f of %d read as labelled, %.4f with case merged; of glyphs it learnt from %.4f%n"
                                + "reader: %s%nreport: %s%nmistakes: %s",
                        made.accuracy,
                        made.tests,
                        made.caseMerged,
                        made.training,
                        made.reader,
                        made.report,
                        made.mistakes));
        return ExitCodes.DONE;
    }
}
