package io.inkstream.trainer;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.CollectedSamples;
import io.inkstream.trainer.dataset.SampleSpool;
import io.inkstream.trainer.dataset.SpoolException;
import io.inkstream.trainer.kafka.WriteFailedException;
import io.inkstream.trainer.publish.PublicationGate;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
import java.util.stream.Stream;
import org.apache.commons.io.FileUtils;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the topic of samples for as long as it runs: trains when enough have come or gone since the last time, further
 * from what it published last where that is possible, and publishes what passes the gate and is not worse. Trouble with
 * the cluster is waited out. {@link #run} is for one thread; {@link #close} may come from any.
 */
public final class TrainerService implements AutoCloseable {
    private static final Logger log = LoggerFactory.getLogger(TrainerService.class);
    private static final ObjectMapper JSON = new JsonMapper();
    private static final DateTimeFormatter VERSION =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int DIGEST_SHOWN = 12;
    private static final String RUN = "run-";
    /** Folders of trainings that stay to be looked at; a folder has some 40 MB of checkpoints. */
    private static final int KEPT_RUNS = 3;

    private static final long MOST_BUNDLE_BYTES = 1L << 28;

    private final Config config;
    private final Spools spools;
    private final Trainings trainings;
    private final Publication publication;
    private final PublicationGate gate;
    private final InstantSource clock;
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile Training training;

    /**
     * When and how to train.
     *
     * @param folder keeps the state, and a folder for each of the last trainings
     * @param modelName of all models; the version is the time
     * @param minSamples that the topic must hold before the first training
     * @param minNewSamples by how many the topic must have grown or shrunk before the next
     */
    public record Config(Path folder, String modelName, int minSamples, int minNewSamples, Duration pollInterval) {}

    /** Opens the local copy of the topic. */
    @FunctionalInterface
    public interface Spools {
        SampleSpool open() throws IOException;
    }

    /** Trains one model. */
    public interface Training extends AutoCloseable {
        /**
         * Returns the model, or empty when stopped before its end.
         *
         * @param parent what was published last: to be trained further, if the samples are of its characters
         */
        Optional<TrainedBundle> train(
                CollectedSamples samples, Optional<ModelBundle> parent, Map<String, String> provenance)
                throws IOException, TrainingException;

        /** Asks the training to end soon; from any thread. */
        void stop();

        @Override
        void close();
    }

    /** Prepares the training of a model in a folder of its own, which may hold one that was stopped. */
    @FunctionalInterface
    public interface Trainings {
        Training prepare(Path folder, ModelId id);
    }

    /** Publishes a bundle. */
    @FunctionalInterface
    public interface Publication {
        void publish(TrainedBundle model) throws WriteFailedException;
    }

    /**
     * What was trained last, and the card of what was published last; kept in a file, so that a restart does not train
     * the same again.
     */
    private record Last(String digest, int samples, Map<String, Object> publishedCard) {
        static final Last NOTHING = new Last("", 0, Map.of());
    }

    /** @param spools opened for each look at the topic, so that a connection need not outlive a training */
    public TrainerService(
            Config config,
            Spools spools,
            Trainings trainings,
            Publication publication,
            PublicationGate gate,
            InstantSource clock) {
        this.config = requireNonNull(config, "config");
        this.spools = requireNonNull(spools, "spools");
        this.trainings = requireNonNull(trainings, "trainings");
        this.publication = requireNonNull(publication, "publication");
        this.gate = requireNonNull(gate, "gate");
        this.clock = requireNonNull(clock, "clock");
    }

    /** Runs until {@link #close}. */
    public void run() throws InterruptedException {
        do {
            try {
                look();
            } catch (SpoolException | WriteFailedException e) {
                log.warn("{}; trying again in {}", e.getMessage(), config.pollInterval());
            } catch (TrainingException | IOException e) {
                log.error("{}; trying again when the samples change", e.getMessage(), e);
            }
        } while (!closed.await(config.pollInterval().toMillis(), TimeUnit.MILLISECONDS));
    }

    /**
     * Looks at the topic once, and trains if there is reason to.
     *
     * @return whether a model was published
     */
    boolean look() throws SpoolException, WriteFailedException, TrainingException, IOException {
        CollectedSamples samples;
        String offsets;
        try (SampleSpool spool = spools.open()) {
            spool.catchUp(PATIENCE);
            samples = spool.load(CharacterClasses.PRINTABLE_ASCII);
            offsets = spool.describeOffsets();
        }
        Last last = last();
        int size = samples.samples().size();
        if (samples.digest().equals(last.digest())
                || (last.samples() == 0 && size < config.minSamples())
                || (last.samples() > 0 && Math.abs(size - last.samples()) < config.minNewSamples())) {
            return false;
        }
        log.info("{} samples, {} at the last training: training", size, last.samples());
        Optional<TrainedBundle> model;
        try {
            model = train(samples, offsets);
        } catch (TrainingException e) {
            // The same samples would fail again.
            remember(samples, last.publishedCard());
            throw e;
        }
        if (model.isEmpty()) {
            return false;
        }
        TrainedBundle made = model.get();
        Map<String, Object> card = made.bundle().card();
        List<String> objections = new ArrayList<>(made.objections());
        if (made.bundle().manifest().parent() == null) {
            // One with a parent was measured beside it, which tells more than a card of another day.
            objections.addAll(gate.regressions(card, last.publishedCard()));
        }
        if (!objections.isEmpty()) {
            log.warn(
                    "{} is not published: {}; it lies in {}",
                    made.bundle().manifest().id(),
                    String.join("; ", objections),
                    made.file());
            remember(samples, last.publishedCard());
            return false;
        }
        publication.publish(made);
        log.info("published {}", made.bundle().manifest().id());
        replace(publishedFile(), made.bundle().toBytes());
        remember(samples, card);
        return true;
    }

    private Optional<TrainedBundle> train(CollectedSamples samples, String offsets)
            throws TrainingException, IOException {
        String digest = samples.digest().replace("sha256:", "");
        Path folder = config.folder().resolve(RUN + digest.substring(0, DIGEST_SHOWN));
        ModelId id = new ModelId(config.modelName(), VERSION.format(clock.instant()));
        try (Training prepared = trainings.prepare(folder, id)) {
            training = prepared;
            if (closed.getCount() == 0) {
                return Optional.empty();
            }
            return prepared.train(samples, published(), Map.of("dataOffsets", offsets));
        } finally {
            training = null;
        }
    }

    /** What was published last, if it can still be read: without it a new model is trained, which is no fault. */
    private Optional<ModelBundle> published() {
        if (!Files.exists(publishedFile())) {
            return Optional.empty();
        }
        try {
            return Optional.of(ModelBundle.parse(Files.readAllBytes(publishedFile()), MOST_BUNDLE_BYTES));
        } catch (IOException | InvalidBundleException e) {
            log.warn("{} cannot be read ({}): training anew", publishedFile(), e.getMessage());
            return Optional.empty();
        }
    }

    private Last last() throws IOException {
        return Files.exists(lastFile()) ? JSON.readValue(lastFile().toFile(), Last.class) : Last.NOTHING;
    }

    private void remember(CollectedSamples samples, Map<String, Object> publishedCard) throws IOException {
        Last trained = new Last(samples.digest(), samples.samples().size(), publishedCard);
        replace(lastFile(), JSON.writeValueAsBytes(trained));
        deleteOldRuns();
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

    private void replace(Path file, byte[] content) throws IOException {
        Files.createDirectories(config.folder());
        Path partial = file.resolveSibling(file.getFileName() + ".part");
        Files.write(partial, content);
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    private Path publishedFile() {
        return config.folder().resolve("published.zip");
    }

    private Path lastFile() {
        return config.folder().resolve("trained.json");
    }

    /** Ends the wait or the training; a training saves a checkpoint first, and the next start goes on from it. */
    @Override
    public void close() {
        closed.countDown();
        Training current = training;
        if (current != null) {
            current.stop();
        }
    }
}
