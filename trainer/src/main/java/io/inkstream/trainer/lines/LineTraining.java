package io.inkstream.trainer.lines;

import static io.inkstream.schemas.reading.LineView.NETWORK_HEIGHT;
import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.schemas.reading.LineView;
import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.checkpoint.Checkpoint;
import io.inkstream.trainer.checkpoint.CheckpointStore;
import io.inkstream.trainer.nn.Adam;
import io.inkstream.trainer.nn.Loops;
import io.inkstream.trainer.nn.RunningStatistics;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.report.TrainingListener;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;

/**
 * Teaches a reader of lines by AdamW under a rate that rises and falls; the same lines, configuration and workers give the same
 * weights, however often the training is stopped and goes on.
 *
 * <p>Lines of like width are learnt together, for what is beyond a line's end costs as much as the line.
 */
public final class LineTraining {
    /**
     * How to teach.
     *
     * @param batch lines of a step, over all workers
     * @param rate highest learning rate
     * @param dropout share of what the recurrent layer gets and gives that a step leaves out
     * @param varied share of the lines that are shown in a {@link LineVariation}
     */
    public record Config(
            int steps, int batch, double rate, double weightDecay, double dropout, double varied, long seed) {
        public static final Config DEFAULTS = new Config(3_000, 16, 2e-3, 1e-3, .2, .85, 11);

        public Config {
            if (steps < 1 || batch < 1 || !(rate > 0) || !(weightDecay >= 0)) {
                throw new IllegalArgumentException(
                        "need steps and batch of at least 1, a positive rate and no negative " + "weight decay, got "
                                + steps + ", " + batch + ", " + rate + " and " + weightDecay);
            }
            if (!(dropout >= 0 && dropout < 1) || !(varied >= 0 && varied <= 1)) {
                throw new IllegalArgumentException(
                        "dropout is 0 to 1, exclusive, and varied 0 to 1, got " + dropout + " and " + varied);
            }
        }
    }

    private static final double WARM_UP_SHARE = .05;
    private static final double FALLING_SHARE = .4;
    private static final double CLIP = 5;
    /** Batches among whose lines those of like width are put together. */
    private static final int SORTED_BATCHES = 40;

    private static final int TELL_EVERY = 20;
    private static final int CHECKPOINTS = 2;
    private static final int MOST_PASSES = 8;

    private final Config config;
    private final Workers workers;
    private final Path folder;
    private final TrainingListener listener;
    private final BooleanSupplier stopping;
    private final InstantSource clock;

    /**
     * Prepares a training.
     *
     * @param folder of this training's checkpoints alone
     * @param listener told of events; not closed
     * @param stopping asked after every step; once it says so, the training saves a checkpoint and ends
     */
    public LineTraining(
            Config config,
            Workers workers,
            Path folder,
            TrainingListener listener,
            BooleanSupplier stopping,
            InstantSource clock) {
        if (config.batch() % workers.count() != 0) {
            throw new IllegalArgumentException(
                    "batch " + config.batch() + " cannot be shared evenly by " + workers.count() + " workers");
        }
        this.config = config;
        this.workers = workers;
        this.folder = requireNonNull(folder, "folder");
        this.listener = requireNonNull(listener, "listener");
        this.stopping = requireNonNull(stopping, "stopping");
        this.clock = requireNonNull(clock, "clock");
    }

    /**
     * Returns a reader that learnt from {@code lines}, or empty when told to stop; the next call goes on from there.
     *
     * @param checkpointEvery steps
     * @throws TrainingException if there are fewer lines than a batch, or the folder holds another training
     * @throws IOException if the folder cannot be read or written
     */
    public Optional<LineReader> teach(LineSet lines, LineReaderShape shape, int checkpointEvery)
            throws IOException, TrainingException {
        if (lines.size() < config.batch()) {
            throw new TrainingException("need at least one batch of " + config.batch() + " lines, got " + lines.size());
        }
        LineReader reader =
                LineReader.untrained(shape, lines.characters(), Streams.named(config.seed(), "line-reader-start"));
        float[] parameters = reader.parameters();
        Adam adam = new Adam(parameters.length, .9, .999, config.weightDecay());
        CheckpointStore store = new CheckpointStore(folder, CHECKPOINTS);
        String signature = shape + " " + config + " " + workers.count() + " workers, lines " + lines.digest();
        int step = resume(store, signature, reader, adam);
        Share[] shares = new Share[workers.count()];
        for (int w = 0; w < shares.length; w++) {
            shares[w] = new Share(reader, lines, config.batch() / shares.length);
        }
        int epoch = -1;
        List<int[]> batches = List.of();
        int perEpoch = lines.size() / config.batch();
        double sum = 0;
        int summed = 0;
        while (step < config.steps()) {
            if (stopping.getAsBoolean()) {
                save(store, signature, step, reader, adam);
                return Optional.empty();
            }
            if (step / perEpoch != epoch) {
                epoch = step / perEpoch;
                batches = batches(lines, epoch);
            }
            sum += step(shares, batches.get(step % perEpoch), reader, adam, step);
            summed++;
            step++;
            if (step % TELL_EVERY == 0 || step == config.steps()) {
                tell(step, sum / summed);
                sum = 0;
                summed = 0;
            }
            if (step % checkpointEvery == 0 || step == config.steps()) {
                save(store, signature, step, reader, adam);
            }
        }
        return Optional.of(reader);
    }

    private double step(Share[] shares, int[] batch, LineReader reader, Adam adam, int step) throws TrainingException {
        int each = batch.length / shares.length;
        workers.run(w -> shares[w].run(batch, w * each, Streams.named(config.seed(), "lines-step", step, w)));
        float[] gradients = shares[0].gradients;
        double loss = 0;
        for (int w = 0; w < shares.length; w++) {
            loss += shares[w].loss / shares.length;
            if (w > 0) {
                Loops.add(shares[w].gradients, 0, gradients, 0, gradients.length);
            }
            RunningStatistics.update(reader.statistics(), shares[w].statistics, 1.0 / shares.length, w == 0);
        }
        if (!Double.isFinite(loss)) {
            throw new TrainingException("the loss is " + loss + " at step " + step + ": try a lower rate");
        }
        double norm = Math.sqrt(Loops.dot(gradients, 0, gradients, 0, gradients.length)) / shares.length;
        float factor = (float) (Math.min(1, CLIP / norm) / shares.length);
        for (int i = 0; i < gradients.length; i++) {
            gradients[i] *= factor;
        }
        adam.update(reader.parameters(), gradients, 0, gradients.length, rate(step), step + 1L);
        return loss;
    }

    private double rate(int step) {
        double place = (step + 1.0) / config.steps();
        return config.rate() * Math.min(1, Math.min(place / WARM_UP_SHARE, (1 - place) / FALLING_SHARE + 1e-3));
    }

    /** The lines in random order, those of some batches sorted by width, the batches in random order again. */
    private List<int[]> batches(LineSet lines, int epoch) {
        Random random =
                new Random(Streams.named(config.seed(), "lines-epoch", epoch).nextLong());
        List<Integer> order = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            order.add(i);
        }
        Collections.shuffle(order, random);
        List<int[]> batches = new ArrayList<>();
        int window = config.batch() * SORTED_BATCHES;
        for (int from = 0; from < order.size(); from += window) {
            List<Integer> sorted = new ArrayList<>(order.subList(from, Math.min(order.size(), from + window)));
            sorted.sort(Comparator.comparingInt(i -> lines.sample(i).view().width()));
            for (int at = 0; at < sorted.size(); at += config.batch()) {
                List<Integer> batch = sorted.subList(at, Math.min(sorted.size(), at + config.batch()));
                if (batch.size() == config.batch()) {
                    batches.add(batch.stream().mapToInt(Integer::intValue).toArray());
                }
            }
        }
        Collections.shuffle(batches, random);
        return batches;
    }

    private void tell(int step, double loss) {
        listener.on(TrainingEvent.newBuilder()
                .setStep(step)
                .setStage("lines")
                .setFigures(new HashMap<>(Map.of("loss", loss, "steps_planned", (double) config.steps())))
                .setAt(clock.instant())
                .build());
    }

    private int resume(CheckpointStore store, String signature, LineReader reader, Adam adam)
            throws IOException, TrainingException {
        Optional<Checkpoint> latest = store.latest();
        if (latest.isEmpty()) {
            return 0;
        }
        if (!latest.get().signature().equals(signature)) {
            throw new TrainingException(folder + " holds another training, "
                    + latest.get().signature() + ", not " + signature + "; choose another folder, or empty it");
        }
        latest.get().restore("parameters", reader.parameters());
        latest.get().restore("statistics", reader.statistics());
        latest.get().restore("first-moment", adam.firstMoment());
        latest.get().restore("second-moment", adam.secondMoment());
        return (int) latest.get().step();
    }

    private static void save(CheckpointStore store, String signature, int step, LineReader reader, Adam adam)
            throws IOException {
        store.save(new Checkpoint(
                signature,
                step,
                Map.of(
                        "parameters", reader.parameters(),
                        "statistics", reader.statistics(),
                        "first-moment", adam.firstMoment(),
                        "second-moment", adam.secondMoment())));
    }

    private final class Share {
        private final LineReader reader;
        private final LineSet lines;
        private final int size;
        /** Those of the widths that were met last: each holds buffers for a whole batch. */
        private final Map<Integer, LinePass> passes = new LinkedHashMap<>(16, .75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<Integer, LinePass> eldest) {
                return size() > MOST_PASSES;
            }
        };

        private final float[] gradients;
        private final float[] statistics;
        private double loss;

        Share(LineReader reader, LineSet lines, int size) {
            this.reader = reader;
            this.lines = lines;
            this.size = size;
            this.gradients = new float[reader.parameters().length];
            this.statistics = new float[reader.statistics().length];
        }

        void run(int[] batch, int first, RandomGenerator random) {
            LineVariation.Picture[] pictures = new LineVariation.Picture[size];
            int[][] labels = new int[size][];
            int[] widths = new int[size];
            int widest = 0;
            for (int k = 0; k < size; k++) {
                LineSample sample = lines.sample(batch[first + k]);
                labels[k] = lines.labels(batch[first + k]);
                pictures[k] = LineVariation.Picture.of(sample.view());
                if (random.nextDouble() < config.varied()) {
                    LineVariation.Picture other = LineVariation.of(sample.view(), random);
                    boolean spells =
                            other.columns() / LineReaderShape.COLUMNS_PER_STEP * LineReaderShape.FRAMES_PER_STEP
                                    >= Ctc.leastFrames(labels[k]);
                    pictures[k] = spells ? other : pictures[k];
                }
                widths[k] = pictures[k].columns();
                widest = Math.max(widest, widths[k]);
            }
            int columns = LineView.padded(widest);
            float[] all = new float[size * NETWORK_HEIGHT * columns];
            for (int k = 0; k < size; k++) {
                for (int row = 0; row < NETWORK_HEIGHT; row++) {
                    System.arraycopy(
                            pictures[k].ink(), row * widths[k], all, (k * NETWORK_HEIGHT + row) * columns, widths[k]);
                }
            }
            loss = passes.computeIfAbsent(columns, width -> new LinePass(reader.shape(), size, width))
                    .lossAndGradients(reader, all, widths, labels, config.dropout(), random, gradients, statistics);
        }
    }
}
