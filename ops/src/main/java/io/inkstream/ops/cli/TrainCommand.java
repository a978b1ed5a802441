package io.inkstream.ops.cli;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.trainer.TrainedBundle;
import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.TrainingRun;
import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.kafka.WriteFailedException;
import io.inkstream.trainer.publish.Announceable;
import io.inkstream.trainer.publish.PublicationGate;
import io.inkstream.trainer.report.EventPublisher;
import io.inkstream.trainer.report.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "train",
        description = {
            "Trains a model on the samples of topic glyph-samples, or of files, and writes its bundle.",
            "If it is stopped by Ctrl-C or killed, the same command resumes from the last checkpoint."
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            TrainReportCommand.class,
            TrainRecogniserCommand.class,
            TrainLinesCommand.class,
            TrainLmCommand.class,
            TrainPalindromeCommand.class,
            TrainImagesCommand.class,
        },
        footer = {
            "",
            "Examples:",
            "  inkstream train --from trainer/samples --minutes 10 --out out/first",
            "  inkstream train --minutes 120 --model mine:1 --out out/mine-1 --publish",
            "  inkstream train --minutes 30 --model mine:2 --out out/mine-2 --parent mine:1",
        })
final class TrainCommand implements Callable<Integer> {
    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private SampleOptions samples;

    @Mixin
    private ResultOptions results;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "About how long it may take, in minutes (default: ${DEFAULT-VALUE}).",
            defaultValue = "60")
    private int minutes;

    @Option(
            names = "--model",
            paramLabel = "NAME:VERSION",
            description = "Name and version of the model (default: ${DEFAULT-VALUE}).",
            defaultValue = "trained:1")
    private String model;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description =
                    "Folder of checkpoints, events and the bundle; one for each training (default: ${DEFAULT-VALUE}).",
            defaultValue = "out/training")
    private Path out;

    @Option(names = "--seed", paramLabel = "S", description = "Default: ${DEFAULT-VALUE}.", defaultValue = "1")
    private long seed;

    @Option(
            names = "--workers",
            paramLabel = "N",
            description = "Threads: 1, 2, 4 or 8 (default: ${DEFAULT-VALUE}).",
            defaultValue = "2")
    private int workers;

    @Option(
            names = "--checkpoint-steps",
            paramLabel = "N",
            description =
                    "Save a checkpoint at least every N steps, and every two minutes (default: ${DEFAULT-VALUE}).",
            defaultValue = "2000")
    private long checkpointSteps;

    @Option(
            names = "--parent",
            paramLabel = "NAME:VERSION|BUNDLE",
            description = {
                "Start from this model's generator instead of an untrained one:",
                "a bundle file, or a version published on the cluster."
            })
    private String parent;

    @Option(names = "--publish", description = "Publish the model, if its evaluation card is good enough.")
    private boolean publish;

    @Option(names = "--force", description = "Publish it whatever its card says; its provenance will say so.")
    private boolean force;

    @Override
    public Integer call() throws IOException, WriteFailedException {
        TrainingRun.Request request = request();
        // Before hours of training, not after them.
        Optional<Cluster> cluster = publish ? Optional.of(clusterOptions.connect()) : Optional.empty();
        cluster.ifPresent(Cluster::createTopics);
        CollectedSamples collected = samples.collect(clusterOptions);
        Optional<TrainedBundle> trained;
        try (TrainingListener events = listener(cluster, request.id())) {
            trained = trainUntilStopped(collected, request, events);
        } catch (TrainingException e) {
            throw new CommandException(ExitCodes.FAILED, e.getMessage(), e);
        }
        if (trained.isEmpty()) {
            throw new CommandException(ExitCodes.FAILED, "stopped; the same command resumes from the last checkpoint");
        }
        return finish(trained.get(), cluster);
    }

    private TrainingRun.Request request() throws IOException {
        if (minutes < 1 || checkpointSteps < 1 || workers < 1 || workers > 8 || Integer.bitCount(workers) != 1) {
            throw new CommandException(
                    ExitCodes.WRONG_USE,
                    "--minutes and --checkpoint-steps are at least 1 and --workers 1, 2, 4 or 8, not " + minutes + ", "
                            + checkpointSteps + " and " + workers);
        }
        try {
            return new TrainingRun.Request(
                    ModelId.parse(model),
                    Duration.ofMinutes(minutes),
                    workers,
                    seed,
                    checkpointSteps,
                    parent == null
                            ? Optional.empty()
                            : Optional.of(ModelFiles.parse(InputFiles.model(parent, clusterOptions))),
                    Map.of(),
                    force);
        } catch (InvalidBundleException e) {
            throw new CommandException(ExitCodes.WRONG_USE, parent + ": " + e.getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new CommandException(ExitCodes.WRONG_USE, e.getMessage(), e);
        }
    }

    private Optional<TrainedBundle> trainUntilStopped(
            CollectedSamples collected, TrainingRun.Request request, TrainingListener events)
            throws IOException, TrainingException {
        try (StopSignal stop = StopSignal.listen()) {
            return new TrainingRun(
                            out,
                            new PublicationGate(PublicationGate.Thresholds.DEFAULTS),
                            events,
                            stop::isGiven,
                            InstantSource.system(),
                            System::nanoTime)
                    .train(collected, request);
        }
    }

    /** What was made; the names are fixed. */
    private record Result(String bundle, String report, Map<String, Object> card, List<String> objections) {}

    private Integer finish(TrainedBundle trained, Optional<Cluster> cluster) throws WriteFailedException {
        Map<String, Object> card = new LinkedHashMap<>(trained.bundle().card());
        // The matrix of confusions and the list of worst classes are for the report.
        card.values().removeIf(value -> !(value instanceof Number || value instanceof String));
        Result made = new Result(
                trained.file().toString(), out.resolve("report.html").toString(), card, trained.objections());
        List<String> words = new ArrayList<>(List.of("bundle: " + made.bundle, "report: " + made.report));
        card.forEach((name, value) -> words.add("card: " + name + " " + value));
        made.objections.forEach(objection -> words.add("objection: " + objection));
        results.printNext(made, String.join(System.lineSeparator(), words));
        if (cluster.isEmpty()) {
            return ExitCodes.DONE;
        }
        if (!trained.objections().isEmpty() && !force) {
            throw new CommandException(
                    ExitCodes.FAILED, "not published: its evaluation card does not pass (--force publishes it anyway)");
        }
        ModelFiles.publish(cluster.get(), trained.bundle().toBytes(), Announceable.of(trained.bundle()));
        results.printFact("published", trained.bundle().manifest().id());
        return ExitCodes.DONE;
    }

    private TrainingListener listener(Optional<Cluster> cluster, ModelId id) {
        return listener(results, cluster, id);
    }

    /** Says how a training goes, and publishes it where there is a cluster. */
    static TrainingListener listener(ResultOptions results, Optional<Cluster> cluster, ModelId id) {
        TrainingListener said = TrainingProgress.to(results);
        return cluster.isEmpty()
                ? said
                : TrainingListener.ofAll(List.of(
                        said,
                        EventPublisher.connect(
                                cluster.get().settings().clientConfig(),
                                cluster.get().topics().trainingRuns(),
                                id.toString())));
    }
}
