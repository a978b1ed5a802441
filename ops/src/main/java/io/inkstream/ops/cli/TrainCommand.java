package io.inkstream.ops.cli;

import io.inkstream.ops.client.Cluster;
import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.trainer.TrainedBundle;
import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.TrainingRun;
import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.kafka.TransactionalWriter;
import io.inkstream.trainer.kafka.WriteFailedException;
import io.inkstream.trainer.publish.ModelPublisher;
import io.inkstream.trainer.publish.PublicationGate;
import io.inkstream.trainer.report.EventPublisher;
import io.inkstream.trainer.report.TrainingListener;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

@Command(
        name = "train",
        description = {
            "Trains a model on the samples of topic glyph-samples, or of files, and writes its bundle.",
            "Stopped by Ctrl-C or killed, the same command goes on from the last checkpoint."
        },
        mixinStandardHelpOptions = true,
        subcommands = TrainReportCommand.class,
        footer = {
            "",
            "Examples:",
            "  inkstream train --from trainer/samples --minutes 10 --out out/first",
            "  inkstream train --minutes 120 --model mine:1 --out out/mine-1 --publish",
            "  inkstream train --minutes 30 --model mine:2 --out out/mine-2 --parent mine:1",
        })
final class TrainCommand implements Callable<Integer> {
    private static final int STOP_WITHIN_SECONDS = 30;

    @Spec
    private CommandSpec spec;

    @Mixin
    private ClusterOptions clusterOptions;

    @Mixin
    private SampleOptions samples;

    @Mixin
    private Verbosity verbosity;

    @Option(
            names = "--minutes",
            paramLabel = "N",
            description = "About how long it may take (default: ${DEFAULT-VALUE}).",
            defaultValue = "60")
    private int minutes;

    @Option(
            names = "--model",
            paramLabel = "NAME:VERSION",
            description = "What to call the model (default: ${DEFAULT-VALUE}).",
            defaultValue = "trained:1")
    private String model;

    @Option(
            names = "--out",
            paramLabel = "DIR",
            description = "Checkpoints, events and the bundle; one folder a training (default: ${DEFAULT-VALUE}).",
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
            description = "Saves at least so often, and every two minutes (default: ${DEFAULT-VALUE}).",
            defaultValue = "2000")
    private long checkpointSteps;

    @Option(
            names = "--parent",
            paramLabel = "NAME:VERSION|BUNDLE",
            description = {
                "Goes on from this model's generator instead of an untrained one:",
                "a bundle file, or a version that is announced on the cluster."
            })
    private String parent;

    @Option(names = "--publish", description = "Publish the model, if its evaluation card is good enough.")
    private boolean publish;

    @Option(names = "--force", description = "Publish it whatever its card says; its provenance will tell.")
    private boolean force;

    @Override
    public Integer call() throws IOException, WriteFailedException {
        TrainingRun.Request request = request();
        // Before hours of training, not after them.
        Optional<Cluster> cluster = publish ? Optional.of(clusterOptions.connect()) : Optional.empty();
        cluster.ifPresent(Cluster::createTopics);
        CollectedSamples collected = samples.collect(clusterOptions);
        PrintWriter lines = spec.commandLine().getOut();
        Optional<TrainedBundle> trained;
        try (TrainingListener events = listener(cluster, request.id(), lines)) {
            trained = trainUntilStopped(collected, request, events);
        } catch (TrainingException e) {
            throw new CommandException(ExitCodes.FAILED, e.getMessage(), e);
        }
        if (trained.isEmpty()) {
            throw new CommandException(ExitCodes.FAILED, "stopped; the same command goes on from the last checkpoint");
        }
        return finish(trained.get(), cluster, lines);
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
        AtomicBoolean stopping = new AtomicBoolean();
        CountDownLatch ended = new CountDownLatch(1);
        Thread onSignal = new Thread(
                () -> {
                    stopping.set(true);
                    try {
                        // The checkpoint is written by the training's own thread.
                        ended.await(STOP_WITHIN_SECONDS, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "stop-training");
        Runtime.getRuntime().addShutdownHook(onSignal);
        try {
            return new TrainingRun(
                            out,
                            new PublicationGate(PublicationGate.Thresholds.DEFAULTS),
                            events,
                            stopping::get,
                            InstantSource.system(),
                            System::nanoTime)
                    .train(collected, request);
        } finally {
            ended.countDown();
            try {
                Runtime.getRuntime().removeShutdownHook(onSignal);
            } catch (IllegalStateException e) {
                // The process is on its way out: the hook has done its work.
                assert ended.getCount() == 0;
            }
        }
    }

    private Integer finish(TrainedBundle trained, Optional<Cluster> cluster, PrintWriter lines)
            throws WriteFailedException {
        lines.println("bundle: " + trained.file());
        lines.println("report: " + out.resolve("report.html"));
        trained.bundle().card().forEach((name, value) -> {
            // The matrix of confusions and the list of worst classes are for the report.
            if (value instanceof Number || value instanceof String) {
                lines.println("card: " + name + " " + value);
            }
        });
        trained.objections().forEach(objection -> lines.println("objection: " + objection));
        lines.flush();
        if (cluster.isEmpty()) {
            return ExitCodes.DONE;
        }
        if (!trained.objections().isEmpty() && !force) {
            throw new CommandException(
                    ExitCodes.FAILED, "not published: its card speaks against it (--force publishes all the same)");
        }
        try (TransactionalWriter writer = TransactionalWriter.ofModel(
                cluster.get().settings().clientConfig(),
                trained.bundle().manifest().name())) {
            new ModelPublisher(
                            writer,
                            cluster.get().topics().models(),
                            cluster.get().topics().modelChunks(),
                            InstantSource.system())
                    .publish(trained.bundle());
        }
        lines.println("published: " + trained.bundle().manifest().id());
        lines.flush();
        return ExitCodes.DONE;
    }

    private static TrainingListener listener(Optional<Cluster> cluster, ModelId id, PrintWriter lines) {
        TrainingListener said = event -> {
            lines.println("training: " + describe(event));
            lines.flush();
        };
        return cluster.isEmpty()
                ? said
                : TrainingListener.ofAll(List.of(
                        said,
                        EventPublisher.connect(
                                cluster.get().settings().clientConfig(),
                                cluster.get().topics().trainingRuns(),
                                id.toString())));
    }

    private static String describe(TrainingEvent event) {
        Map<String, Double> figures = event.getFigures();
        double step = figures.getOrDefault("recogniser_step", (double) event.getStep());
        StringBuilder text = new StringBuilder(String.format(
                Locale.ROOT, "%s step %.0f of %.0f", event.getStage(), step, figures.get("steps_planned")));
        figures.forEach((name, value) -> {
            if (!name.equals("steps_planned") && !name.equals("recogniser_step")) {
                text.append(String.format(Locale.ROOT, ", %s %.3f", name, value));
            }
        });
        if (event.getCheckpoint() != null) {
            text.append(", saved ").append(event.getCheckpoint());
        }
        return text.toString();
    }
}
