package io.inkstream.trainer;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.dataset.Contents;
import io.inkstream.trainer.dataset.SampleSpool;
import io.inkstream.trainer.dataset.SpoolException;
import io.inkstream.trainer.kafka.WriteFailedException;
import io.inkstream.trainer.publish.Learned;
import io.inkstream.trainer.publish.Publication;
import io.inkstream.trainer.publish.PublicationGate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the topic of samples for as long as it runs: trains when enough have come or gone since the last time, further
 * from what it published last where that is possible, and publishes what passes the gate and is not worse. Trouble with
 * the cluster is retried. {@link #run} is for one thread; {@link #close} may come from any.
 */
public final class TrainerService implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TrainerService.class);
    private static final DateTimeFormatter VERSION =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int DIGEST_SHOWN = 12;
    private static final String RUN = "run-";
    /** Folders of trainings that stay to be looked at; a folder has some 40 MB of checkpoints. */
    private static final int KEPT_RUNS = 3;

    private final Config config;
    private final TrainerState state;
    private final Spools spools;
    private final Training training;
    private final Publication publication;
    private final PublicationGate gate;
    private final InstantSource clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    /** Up to where the topic gave no reason to train; it is not loaded again for nothing. */
    private Map<Integer, Long> idleAt = Map.of();

    private volatile String trouble = "";

    /**
     * When and how to train.
     *
     * @param folder keeps the state, and a folder for each of the last trainings
     * @param modelName of all models; the version is the time
     * @param minSamples that the topic must hold before the first training
     * @param minNewSamples how many must have come or gone before the next
     */
    public record Config(Path folder, String modelName, int minSamples, int minNewSamples, Duration pollInterval) {}

    /** Opens the local copy of the topic. */
    @FunctionalInterface
    public interface Spools {
        SampleSpool open() throws IOException;
    }

    /**
     * A model to make.
     *
     * @param folder of this training alone, which may hold one that was stopped
     * @param parent what was published last: to be trained further, if the samples are of its characters
     */
    public record Task(
            Path folder,
            ModelId id,
            CollectedSamples samples,
            Optional<ModelBundle> parent,
            Map<String, String> provenance) {}

    /** Trains one model. */
    @FunctionalInterface
    public interface Training {
        /**
         * Returns the model, or empty when stopped before its end.
         *
         * @param stopping says, from some step on, that the training is to save what it has and to end
         */
        Optional<TrainedBundle> train(Task task, BooleanSupplier stopping) throws IOException, TrainingException;
    }

    /** @param spools opened for each look at the topic, so that a connection need not outlive a training */
    public TrainerService(
            Config config,
            Spools spools,
            Training training,
            Publication publication,
            PublicationGate gate,
            InstantSource clock) {
        this(config, new TrainerState(config.folder()), spools, training, publication, gate, clock);
    }

    TrainerService(
            Config config,
            TrainerState state,
            Spools spools,
            Training training,
            Publication publication,
            PublicationGate gate,
            InstantSource clock) {
        this.config = requireNonNull(config, "config");
        this.state = requireNonNull(state, "state");
        this.spools = requireNonNull(spools, "spools");
        this.training = requireNonNull(training, "training");
        this.publication = requireNonNull(publication, "publication");
        this.gate = requireNonNull(gate, "gate");
        this.clock = requireNonNull(clock, "clock");
    }

    /** Runs until {@link #close}. */
    public void run() throws InterruptedException {
        do {
            try {
                look();
                trouble = "";
            } catch (SpoolException | WriteFailedException | IOException e) {
                trouble = e.getMessage();
                log.warn("{}; trying again in {}", e.getMessage(), config.pollInterval());
            } catch (TrainingException e) {
                trouble = e.getMessage();
                log.error("{}; trying again when the samples change", e.getMessage(), e);
            } catch (RuntimeException e) {
                trouble = "unexpected: " + e;
                log.error("unexpected trouble; trying again in {}", config.pollInterval(), e);
            }
        } while (!closed.await(config.pollInterval().toMillis(), TimeUnit.MILLISECONDS));
    }

    /** What kept the last look from its end; empty if nothing did. From any thread. */
    public String trouble() {
        return trouble;
    }

    /**
     * Looks at the topic once, and trains if there is reason to.
     *
     * @return whether a model was published
     */
    boolean look() throws SpoolException, WriteFailedException, TrainingException, IOException {
        Optional<TrainerState.Publishing> begun = state.publishing();
        if (begun.isPresent()) {
            return publish(begun.get());
        }
        CollectedSamples samples;
        Map<Integer, Long> offsets;
        String described;
        try (SampleSpool spool = spools.open()) {
            spool.catchUp(PATIENCE);
            offsets = spool.offsets();
            if (!offsets.isEmpty() && offsets.equals(idleAt)) {
                return false;
            }
            samples = spool.load();
            described = spool.describeOffsets();
        }
        TrainerState.Trained last = state.trained();
        if (!isReason(samples, last)) {
            idleAt = offsets;
            return false;
        }
        // This folder may be new: the cluster knows too.
        Optional<Learned> published = publication.last();
        if (published.isPresent() && !published.get().digest().equals(last.digest())) {
            TrainerState.Trained known = new TrainerState.Trained(
                    published.get().digest(), published.get().samples(), last.publishedCard(), Optional.empty());
            if (last.digest().isEmpty() && !isReason(samples, known)
                    || samples.digest().equals(known.digest())) {
                log.info(
                        "{} has learned from these samples: not training again",
                        published.get().model());
                idleAt = offsets;
                return false;
            }
        }
        log.info(
                "{} samples, {} at the last training: training",
                samples.samples().size(),
                last.samples());
        return train(samples, new Origin(offsets, described), last);
    }

    /** Where samples come from: next offset by partition, and the same for people. */
    private record Origin(Map<Integer, Long> offsets, String described) {}

    private boolean isReason(CollectedSamples samples, TrainerState.Trained last) {
        int size = samples.samples().size();
        if (samples.digest().equals(last.digest())) {
            return false;
        }
        if (last.samples() == 0) {
            return size >= config.minSamples();
        }
        long changes = last.contents()
                .map(contents -> contents.changesTo(Contents.of(samples)))
                // Of what an earlier release, or another folder, has trained, only the number is known.
                .orElse((long) Math.abs(size - last.samples()));
        return changes >= config.minNewSamples();
    }

    private boolean train(CollectedSamples samples, Origin origin, TrainerState.Trained last)
            throws WriteFailedException, TrainingException, IOException {
        Optional<TrainedBundle> model;
        try {
            model = train(samples, origin.described());
        } catch (TrainingException | RuntimeException e) {
            // The same samples would fail again.
            remember(trained(samples, last.publishedCard()));
            throw e instanceof TrainingException expected
                    ? expected
                    : new TrainingException("the training failed: " + e, e);
        }
        if (model.isEmpty()) {
            return false;
        }
        TrainedBundle made = model.get();
        ModelBundle bundle = made.bundle();
        List<String> objections = new ArrayList<>(made.objections());
        if (bundle.manifest().parent() == null) {
            // One with a parent was measured beside it, which tells more than a card of another day.
            objections.addAll(gate.regressions(bundle.card(), last.publishedCard()));
        }
        if (!objections.isEmpty()) {
            log.warn(
                    "{} is not published: {}; it lies in {}",
                    bundle.manifest().id(),
                    String.join("; ", objections),
                    made.file());
            remember(trained(samples, last.publishedCard()));
            return false;
        }
        TrainerState.Trained trained = trained(samples, bundle.card());
        TrainerState.Publishing publishing = new TrainerState.Publishing(
                trained,
                new Learned(bundle.manifest().id().toString(), trained.digest(), trained.samples(), origin.offsets()),
                bundle.toBytes(),
                bundle);
        state.begin(publishing);
        return publish(publishing);
    }

    /** Also what was begun before the process ended, or the cluster went away: the same model, under the same id. */
    private boolean publish(TrainerState.Publishing publishing) throws WriteFailedException, IOException {
        Learned last = publication.publish(publishing.file(), publishing.bundle(), publishing.learned());
        boolean isOurs = last.model().equals(publishing.learned().model());
        if (isOurs) {
            log.info("published {}", last.model());
            state.finish(publishing);
        } else {
            log.warn(
                    "{} is not published: {} has learned from the same samples",
                    publishing.learned().model(),
                    last.model());
            state.giveUp(publishing, state.trained().publishedCard());
        }
        deleteOldRuns();
        return isOurs;
    }

    private static TrainerState.Trained trained(CollectedSamples samples, Map<String, Object> publishedCard) {
        return new TrainerState.Trained(
                samples.digest(), samples.samples().size(), publishedCard, Optional.of(Contents.of(samples)));
    }

    private void remember(TrainerState.Trained trained) throws IOException {
        state.remember(trained);
        deleteOldRuns();
    }

    private Optional<TrainedBundle> train(CollectedSamples samples, String offsets)
            throws TrainingException, IOException {
        String digest = samples.digest().replace("sha256:", "");
        Path folder = config.folder().resolve(RUN + digest.substring(0, DIGEST_SHOWN));
        ModelId id = new ModelId(config.modelName(), VERSION.format(clock.instant()));
        return training.train(
                new Task(folder, id, samples, state.published(), Map.of("dataOffsets", offsets)),
                () -> closed.getCount() == 0);
    }

    /** Only when a training is over: the folder of one that was stopped is what the next start goes on from. */
    private void deleteOldRuns() throws IOException {
        List<Path> oldestFirst;
        try (Stream<Path> files = Files.list(config.folder())) {
            oldestFirst = files.filter(file -> file.getFileName().toString().startsWith(RUN))
                    .sorted(Comparator.comparing(file -> file.toFile().lastModified()))
                    .toList();
        }
        for (Path run : oldestFirst.subList(0, Math.max(0, oldestFirst.size() - KEPT_RUNS))) {
            FileUtils.deleteDirectory(run.toFile());
        }
    }

    /** Ends the wait or the training; a training saves a checkpoint first, and the next start goes on from it. */
    @Override
    public void close() {
        closed.countDown();
    }
}
