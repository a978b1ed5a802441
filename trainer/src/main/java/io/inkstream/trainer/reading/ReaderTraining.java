package io.inkstream.trainer.reading;

import static java.util.Objects.requireNonNull;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.checkpoint.Checkpoint;
import io.inkstream.trainer.checkpoint.CheckpointStore;
import io.inkstream.trainer.checkpoint.WholeFile;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.report.EventLog;
import io.inkstream.trainer.report.TrainingListener;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.IntStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Trains a reader of single glyphs in one folder. How many steps fit the time is measured once, at the begin; so the same
 * samples, configuration and plan give the same losses, however often the training is stopped and goes on. For one thread.
 */
public final class ReaderTraining {
    private static final Logger log = LoggerFactory.getLogger(ReaderTraining.class);
    private static final ObjectMapper JSON =
            JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();
    private static final String PLAN = "reader-plan.json";
    private static final String CHECKPOINTS = "reader";
    private static final String LOSSES = "losses";
    private static final int KEPT = 2;
    private static final int PROBED = 8;
    private static final int STEPS_BETWEEN_EVENTS = 50;
    private static final int READ_AT_ONCE = 128;
    private static final Duration BETWEEN_CHECKPOINTS = Duration.ofMinutes(2);

    private final Path folder;
    private final TrainingListener listener;
    private final BooleanSupplier stopping;
    private final InstantSource clock;
    private final LongSupplier nanos;

    /**
     * How many steps the training has.
     *
     * @param steps in all
     * @param what is trained on what; a folder with another is refused
     */
    private record Plan(long steps, String what) {}

    /**
     * Prepares a training.
     *
     * @param folder of this training alone; made where it does not exist
     * @param listener told of events, besides the log that the folder gets; not closed
     * @param stopping asked after every step; once it says so, the training saves a checkpoint and ends
     * @param nanos the time that the budget is measured by, such as {@code System::nanoTime}
     */
    public ReaderTraining(
            Path folder, TrainingListener listener, BooleanSupplier stopping, InstantSource clock, LongSupplier nanos) {
        this.folder = requireNonNull(folder, "folder");
        this.listener = requireNonNull(listener, "listener");
        this.stopping = requireNonNull(stopping, "stopping");
        this.clock = requireNonNull(clock, "clock");
        this.nanos = requireNonNull(nanos, "nanos");
    }

    /**
     * Trains until the epochs are done or the planned time is over.
     *
     * @param train to learn from
     * @param test to judge by after every epoch; of the same classes
     * @param caseless sources whose labels do not tell the case of letters whose two cases look alike
     * @param budget about how long it may take; not looked at where the folder holds a training already
     * @return empty when told to stop; the next call in the folder goes on from there
     * @throws TrainingException if there are too few samples, or the folder holds a training of another network or of others
     * @throws IOException if the folder cannot be written
     */
    public Optional<TrainedReader> train(
            SampleSet train, SampleSet test, Set<String> caseless, ReaderConfig config, Duration budget)
            throws IOException, TrainingException {
        if (train.size() < config.batch()) {
            throw new TrainingException(
                    "there are " + train.size() + " glyphs to learn from, fewer than a batch of " + config.batch());
        }
        if (test.size() == 0) {
            throw new TrainingException("there are no test glyphs to judge by");
        }
        Files.createDirectories(folder);
        String what = config + " on " + train.digest() + (caseless.isEmpty() ? "" : " caseless " + sorted(caseless));
        try (Workers workers = new Workers(config.workers())) {
            Plan plan = plan(what, train, caseless, config, budget, workers);
            Run run = new Run(train, test, caseless, config, plan, workers);
            CheckpointStore store = new CheckpointStore(folder.resolve(CHECKPOINTS), KEPT);
            Optional<Checkpoint> kept = store.latest();
            if (kept.isPresent()) {
                String is = config.architecture(train.classes().size());
                if (!kept.get().signature().equals(is)) {
                    throw new TrainingException(folder + " holds a checkpoint of another network, "
                            + kept.get().signature() + ", not " + is + "; choose another folder, or empty it");
                }
                run.restore(kept.get());
            }
            try (TrainingListener events = listeners(run.step)) {
                return run.toTheEnd(events, store);
            }
        }
    }

    private static List<String> sorted(Set<String> names) {
        return names.stream().sorted().toList();
    }

    private TrainingListener listeners(long step) throws IOException {
        EventLog eventLog = EventLog.open(folder.resolve(EventLog.FILE_NAME), step);
        return TrainingListener.ofAll(List.<TrainingListener>of(eventLog, listener::on));
    }

    private Plan plan(
            String what, SampleSet train, Set<String> caseless, ReaderConfig config, Duration budget, Workers workers)
            throws IOException, TrainingException {
        Path file = folder.resolve(PLAN);
        if (Files.exists(file)) {
            Plan begun = JSON.readValue(file.toFile(), Plan.class);
            if (!begun.what().equals(what)) {
                throw new TrainingException(folder + " holds a training of another network or on other samples ("
                        + begun.what() + "); choose another folder, or empty it");
            }
            return begun;
        }
        long most = (long) config.epochs() * perEpoch(train, config);
        Run probe = new Run(train, train, caseless, config, new Plan(most, what), workers);
        for (int i = 0; i < PROBED; i++) {
            probe.learn(i); // also loads and warms code, and is not counted
        }
        long begun = nanos.getAsLong();
        for (int i = 0; i < PROBED; i++) {
            probe.learn(i);
        }
        double nanosOfStep = Math.max(1, (nanos.getAsLong() - begun) / (double) PROBED);
        Plan plan = new Plan(Math.max(1, Math.min(most, (long) (budget.toNanos() / nanosOfStep))), what);
        log.info("{} steps, of which {} make an epoch.", plan.steps(), perEpoch(train, config));
        WholeFile.write(folder.resolve(PLAN), JSON.writeValueAsBytes(plan));
        return plan;
    }

    private static int perEpoch(SampleSet train, ReaderConfig config) {
        int all = train.size() / config.batch();
        return config.batches() == 0 ? all : Math.min(all, config.batches());
    }

    /** A network and what it learns from. */
    private final class Run {
        private final SampleSet train;
        private final SampleSet test;
        private final Set<String> caseless;
        private final ReaderConfig config;
        private final Plan plan;
        private final Workers workers;
        private final ReaderNetwork network;
        private final Targets targets;
        private final int perEpoch;
        private final int[] order;
        private long orderedFor = -1;
        private long step;
        /** Sum and number of the losses since the last event; floats, so that a checkpoint keeps every bit. */
        private final float[] losses = new float[2];

        Run(SampleSet train, SampleSet test, Set<String> caseless, ReaderConfig config, Plan plan, Workers workers) {
            this.train = train;
            this.test = test;
            this.caseless = caseless;
            this.config = config;
            this.plan = plan;
            this.workers = workers;
            this.network = ReaderNetwork.untrained(config, train.classes().size(), plan.steps(), workers);
            this.targets = new Targets(train, caseless, config.smoothing());
            this.perEpoch = perEpoch(train, config);
            this.order = new int[train.size()];
        }

        void restore(Checkpoint checkpoint) {
            network.restore(checkpoint);
            checkpoint.restore(LOSSES, losses);
            step = checkpoint.step();
        }

        Optional<TrainedReader> toTheEnd(TrainingListener events, CheckpointStore store)
                throws IOException, TrainingException {
            long savedAt = nanos.getAsLong();
            while (step < plan.steps()) {
                if (stopping.getAsBoolean()) {
                    save(store);
                    return Optional.empty();
                }
                losses[0] += (float) learn(step);
                losses[1]++;
                step++;
                boolean isEpoch = step % perEpoch == 0 || step == plan.steps();
                if (isEpoch || step % STEPS_BETWEEN_EVENTS == 0) {
                    Map<String, Double> figures = new HashMap<>();
                    figures.put("loss", (double) losses[0] / losses[1]);
                    Arrays.fill(losses, 0);
                    if (isEpoch) {
                        Readings readings = read(test);
                        figures.put("accuracy", readings.accuracy());
                        figures.put("accuracy_case_merged", readings.caseMergedAccuracy());
                        figures.put("epoch", (double) step / perEpoch);
                    }
                    tell(events, figures);
                }
                if (nanos.getAsLong() - savedAt >= BETWEEN_CHECKPOINTS.toNanos()) {
                    save(store);
                    savedAt = nanos.getAsLong();
                }
            }
            save(store);
            return Optional.of(new TrainedReader(
                    ReaderExport.onnx(network),
                    read(test),
                    read(learnt()).accuracy(),
                    plan.steps(),
                    network.parameters(),
                    config));
        }

        private void save(CheckpointStore store) throws IOException {
            Map<String, float[]> arrays = new HashMap<>(network.arrays());
            arrays.put(LOSSES, losses);
            store.save(new Checkpoint(config.architecture(network.classes()), step, arrays));
        }

        private void tell(TrainingListener events, Map<String, Double> figures) {
            figures.put("steps_planned", (double) plan.steps());
            events.on(TrainingEvent.newBuilder()
                    .setStep(step)
                    .setStage("reader")
                    .setFigures(figures)
                    .setAt(clock.instant())
                    .build());
        }

        double learn(long at) throws TrainingException {
            long epoch = at / perEpoch;
            // The same few batches each time, where there are to be only a few.
            long asked = config.batches() == 0 ? epoch : 0;
            if (asked != orderedFor) {
                shuffle(order, Streams.named(config.seed(), "reader-epoch", asked));
                orderedFor = asked;
            }
            int first = (int) (at % perEpoch) * config.batch();
            boolean isVaried = config.varies(at, plan.steps());
            double loss = network.learn((worker, ink, wanted) -> {
                RandomGenerator random = Streams.named(config.seed(), "reader-step", at, worker);
                int share = ink.length / SampleSet.PIXELS;
                float[] upright = new float[SampleSet.PIXELS];
                for (int k = 0; k < share; k++) {
                    int sample = order[first + worker * share + k];
                    if (isVaried) {
                        train.copyImage(sample, upright, 0);
                        GlyphJitter.draw(upright, ink, k * SampleSet.PIXELS, random);
                    } else {
                        train.copyImage(sample, ink, k * SampleSet.PIXELS);
                    }
                    targets.put(sample, wanted, k);
                }
                return random.nextLong();
            });
            if (!Double.isFinite(loss)) {
                throw new TrainingException(
                        "the loss is " + loss + " at step " + at + "; the checkpoints are from before");
            }
            return loss;
        }

        /** What it learnt from, as far as a test is large. */
        private SampleSet learnt() {
            int most = config.batches() == 0 ? test.size() : perEpoch * config.batch();
            shuffle(order, Streams.named(config.seed(), "reader-epoch", 0));
            boolean[] among = new boolean[train.size()];
            IntStream.range(0, Math.min(most, order.length)).forEach(i -> among[order[i]] = true);
            // A label without case may be read rightly and count as wrong.
            SampleSet cased = train.where(i -> among[i] && !caseless.contains(train.source(i)));
            return cased.size() > 0 ? cased : train.where(i -> among[i]);
        }

        Readings read(SampleSet glyphs) {
            int classes = network.classes();
            int[] read = new int[glyphs.size()];
            float[] sure = new float[glyphs.size()];
            workers.run(worker -> {
                for (int first = worker * READ_AT_ONCE; first < read.length; first += READ_AT_ONCE * workers.count()) {
                    int count = Math.min(READ_AT_ONCE, read.length - first);
                    float[] ink = new float[count * SampleSet.PIXELS];
                    for (int k = 0; k < count; k++) {
                        glyphs.copyImage(first + k, ink, k * SampleSet.PIXELS);
                    }
                    float[] likely = network.probabilities(worker, ink, count);
                    for (int k = 0; k < count; k++) {
                        int best = 0;
                        for (int c = 1; c < classes; c++) {
                            best = likely[k * classes + c] > likely[k * classes + best] ? c : best;
                        }
                        read[first + k] = best;
                        sure[first + k] = likely[k * classes + best];
                    }
                }
            });
            return new Readings(glyphs, read, sure);
        }
    }

    private static void shuffle(int[] order, RandomGenerator random) {
        for (int i = 0; i < order.length; i++) {
            int j = random.nextInt(i + 1);
            order[i] = order[j];
            order[j] = i;
        }
    }
}
