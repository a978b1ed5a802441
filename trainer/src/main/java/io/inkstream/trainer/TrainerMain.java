package io.inkstream.trainer;

import io.inkstream.schemas.CodeVersion;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.settings.Settings;
import io.inkstream.schemas.settings.SettingsException;
import io.inkstream.schemas.topics.Topics;
import io.inkstream.trainer.dataset.SampleSpool;
import io.inkstream.trainer.publish.KafkaPublication;
import io.inkstream.trainer.publish.PublicationGate;
import io.inkstream.trainer.report.EventPublisher;
import io.inkstream.trainer.report.HealthEndpoint;
import io.inkstream.trainer.report.ProgressLine;
import io.inkstream.trainer.report.RunMeters;
import io.inkstream.trainer.report.TrainingListener;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains from the topic of samples, and publishes, until the process is told to end.
 *
 * <p>Arguments: {@code [--config FILE] [-X KEY=VALUE]...}.
 */
public final class TrainerMain {
    private static final Logger log = LoggerFactory.getLogger(TrainerMain.class);
    /** A step takes seconds at most on a busy machine, its checkpoint less. */
    private static final int CLOSE_WITHIN_SECONDS = 25;

    private static final int CANNOT_BEGIN = 2;
    private static final Duration PROGRESS_EVERY = Duration.ofMinutes(1);

    private TrainerMain() {}

    /** Runs; exit status 2 if it cannot begin: wrong settings, a folder that cannot be written, a port that is taken. */
    public static void main(String[] args) {
        int status;
        try {
            status = run(args);
        } catch (SettingsException | StartException e) {
            System.err.println(e.getMessage());
            status = CANNOT_BEGIN;
        } catch (Throwable e) {
            // Also of an error nothing may be left behind: a process that answers and does not work is not restarted.
            log.error("the trainer cannot go on", e);
            status = 1;
        }
        System.exit(status);
    }

    private static int run(String[] args) throws StartException, InterruptedException {
        Settings settings = Settings.ofProcess(TrainerSettings.ALL, List.of(args), System.getenv());
        log.info("Inkstream trainer {} with\n{}", CodeVersion.current(), settings);
        checkFolder(settings.get(TrainerSettings.FOLDER));
        PrometheusMeterRegistry meters = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        TrainerService service = service(settings, InstantSource.system(), new RunMeters(meters));
        CountDownLatch ended = new CountDownLatch(1);
        try (HealthEndpoint endpoint = endpoint(settings, meters, service)) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> close(service, ended), "close"));
            log.info(
                    "health and metrics: http://{}:{}/health/ready",
                    settings.get(TrainerSettings.HTTP_HOST),
                    endpoint.port());
            service.run();
        } finally {
            ended.countDown();
        }
        return 0;
    }

    private static void close(TrainerService service, CountDownLatch ended) {
        service.close();
        try {
            if (!ended.await(CLOSE_WITHIN_SECONDS, TimeUnit.SECONDS)) {
                log.warn("the step at hand takes too long: the last checkpoint stands");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Says why the trainer cannot begin, in a sentence for whoever starts it. */
    private static final class StartException extends Exception {
        private static final long serialVersionUID = 1L;

        StartException(String message, Throwable cause) {
            super(message, cause);
        }
    }

    private static HealthEndpoint endpoint(Settings settings, PrometheusMeterRegistry meters, TrainerService service)
            throws StartException {
        try {
            return HealthEndpoint.start(
                    settings.get(TrainerSettings.HTTP_HOST),
                    settings.get(TrainerSettings.HTTP_PORT),
                    meters,
                    service::trouble);
        } catch (IOException e) {
            throw new StartException(
                    "the trainer " + e.getMessage() + "; see " + TrainerSettings.HTTP_HOST.key() + " and "
                            + TrainerSettings.HTTP_PORT.key(),
                    e);
        }
    }

    private static void checkFolder(Path folder) throws StartException {
        try {
            Files.createDirectories(folder);
            Files.delete(Files.createTempFile(folder, "writable", ".part"));
        } catch (IOException e) {
            throw new StartException(
                    "the trainer cannot write to its folder " + folder.toAbsolutePath() + " (" + e + "); see "
                            + TrainerSettings.FOLDER.key(),
                    e);
        }
    }

    private static TrainerService service(Settings settings, InstantSource clock, TrainingListener meters) {
        Topics topics = Topics.of(settings);
        Map<String, Object> clients = settings.clientConfig();
        Path folder = settings.get(TrainerSettings.FOLDER);
        PublicationGate gate = new PublicationGate(new PublicationGate.Thresholds(
                settings.get(TrainerSettings.GATE_MIN_CAS_RATIO),
                settings.get(TrainerSettings.GATE_MAX_FRECHET_EXCESS),
                settings.get(TrainerSettings.GATE_MIN_DEVIATION_RATIO),
                settings.get(TrainerSettings.GATE_MAX_DEVIATION_RATIO),
                settings.get(TrainerSettings.GATE_MAX_ACCURACY_DIFFERENCE)));
        return new TrainerService(
                new TrainerService.Config(
                        folder,
                        settings.get(TrainerSettings.MODEL_NAME),
                        settings.get(TrainerSettings.MIN_SAMPLES),
                        settings.get(TrainerSettings.MIN_NEW_SAMPLES),
                        settings.get(TrainerSettings.POLL_INTERVAL)),
                () -> SampleSpool.connect(folder.resolve("samples.spool"), clients, topics.glyphSamples(), clock),
                (task, stopping) -> train(settings, gate, clock, meters, task, stopping),
                KafkaPublication.of(clients, topics, settings.get(TrainerSettings.MODEL_NAME), clock),
                gate,
                clock);
    }

    /** What is published cannot be trained further on samples of other characters: they get a model of their own. */
    private static Optional<TrainedBundle> train(
            Settings settings,
            PublicationGate gate,
            InstantSource clock,
            TrainingListener meters,
            TrainerService.Task task,
            BooleanSupplier stopping)
            throws IOException, TrainingException {
        Optional<ModelBundle> refined = task.parent();
        if (refined.isPresent()) {
            ModelId published = refined.get().manifest().id();
            if (TrainingRun.canRefine(refined.get(), task.samples())) {
                log.info("{} is trained further", published);
            } else {
                log.info("{} draws other characters than the samples show: training anew", published);
                refined = Optional.empty();
            }
        }
        TrainingRun.Request request = new TrainingRun.Request(
                task.id(),
                settings.get(refined.isPresent() ? TrainerSettings.REFINE_BUDGET : TrainerSettings.BUDGET),
                settings.get(TrainerSettings.WORKERS),
                settings.get(TrainerSettings.SEED),
                TrainingConfig.DEFAULTS.checkpointSteps(),
                refined,
                task.provenance(),
                false);
        try (TrainingListener events = TrainingListener.ofAll(List.of(
                meters,
                ProgressLine.inLines(PROGRESS_EVERY, System::nanoTime, log::info),
                EventPublisher.connect(
                        settings.clientConfig(),
                        Topics.of(settings).trainingRuns(),
                        task.id().toString())))) {
            return new TrainingRun(task.folder(), gate, events, stopping, clock, System::nanoTime)
                    .train(task.samples(), request);
        }
    }
}
