package io.inkstream.trainer.language;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.CodeVersion;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.checkpoint.Checkpoint;
import io.inkstream.trainer.checkpoint.CheckpointStore;
import io.inkstream.trainer.checkpoint.WholeFile;
import io.inkstream.trainer.nn.MovingAverage;
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
import java.util.OptionalDouble;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Trains a language model on paragraphs of text. The last tenth is held out and read after every pass over the rest, by the
 * average of the last updates' weights; what is kept is the average that read it best. The same text, configuration and
 * machine give the same losses, however often the training is stopped and goes on. For one thread.
 */
public final class LanguageTraining {
    private static final double HELD_OUT = .1;
    /** Sequences that the network is given at once: its arrays are as long. */
    private static final int SEQUENCES_AT_ONCE = 10;

    private static final int MOST_NUMBERS = 1 << 29;
    private static final int FEWEST_TOKENS = 1_000;
    private static final int CHECKPOINTS = 2;
    private static final Duration SAVE_EVERY = Duration.ofMinutes(2);
    /** What the model is called in the folder of a training. */
    public static final String MODEL = "model.zip";

    // Names of a checkpoint's arrays beside the network's.
    private static final String AVERAGE = "average";
    private static final String BEST = "best";
    private static final String READ = "read";

    private static final LanguageModel.Boldness SHOWN = new LanguageModel.Boldness(.8, 0);

    private final Path folder;
    private final TrainingListener listener;
    private final BooleanSupplier stopping;
    private final InstantSource clock;
    private final LongSupplier nanos;

    /**
     * What was trained.
     *
     * @param model that read the held-out part best
     * @param bits for each character of the held-out part
     * @param pass over the text after which it was, from 1
     */
    public record Trained(LanguageModel model, double bits, int pass) {}

    /**
     * Prepares a training.
     *
     * @param folder of this training alone; made where it does not exist
     * @param listener told of events; not closed
     * @param stopping asked after every step and while the held-out part is read; once it says so, the training saves a
     *     checkpoint and ends
     * @param nanos the time that the budget is measured by, such as {@code System::nanoTime}
     */
    public LanguageTraining(
            Path folder, TrainingListener listener, BooleanSupplier stopping, InstantSource clock, LongSupplier nanos) {
        this.folder = requireNonNull(folder, "folder");
        this.listener = requireNonNull(listener, "listener");
        this.stopping = requireNonNull(stopping, "stopping");
        this.clock = requireNonNull(clock, "clock");
        this.nanos = requireNonNull(nanos, "nanos");
    }

    /** What reads the held-out part best: how well, and after which pass, from 1; 0 for none. */
    private record Best(float bits, int pass) {}

    /** The text as numbers, cut into what is learnt at a time and what is held out. */
    private record Material(int[] tokens, int split, int batch, int row, int piece) {
        static Material of(int[] tokens, LanguageConfig config) {
            int split = (int) (tokens.length * (1 - HELD_OUT));
            int batch = Math.max(1, Math.min(config.batch(), split / (2 * config.sequence())));
            return new Material(tokens, split, batch, split / batch, config.sequence() * SEQUENCES_AT_ONCE);
        }

        /** How many pieces a pass has. */
        int pieces() {
            return (row - 1 + piece - 1) / piece;
        }

        int[][] rows(int index) {
            int from = index * piece;
            int to = Math.min(row, from + piece + 1);
            int[][] rows = new int[batch][];
            for (int i = 0; i < batch; i++) {
                rows[i] = Arrays.copyOfRange(tokens, i * row + from, i * row + to);
            }
            return rows;
        }

        int[] heldOut() {
            return Arrays.copyOfRange(tokens, split, tokens.length);
        }
    }

    /**
     * Trains until the passes are done or the time is over.
     *
     * @param id of the model, which is written into it
     * @param text in the order in which it is to be learnt
     * @return empty when told to stop, or if no pass was done; the next call in the folder goes on from there
     * @throws TrainingException if there is too little text, too large a network, or the folder holds a training of another
     *     text or network
     * @throws IOException if the folder cannot be written
     */
    public Optional<Trained> train(ModelId id, LearntText text, LanguageConfig config, int passes, Duration budget)
            throws IOException, TrainingException {
        Vocabulary vocabulary = Vocabulary.of(text.paragraphs());
        Vocabulary.Encoded encoded = vocabulary.encode(text.paragraphs());
        int[] tokens = encoded.tokens();
        if (tokens.length < FEWEST_TOKENS) {
            throw new TrainingException(
                    "the text has " + tokens.length + " characters that can be learnt, fewer than " + FEWEST_TOKENS);
        }
        long weights = config.parameters(vocabulary.size());
        if (weights > LanguageModel.MOST_WEIGHTS) {
            throw new TrainingException("the network would have " + weights + " weights, more than "
                    + LanguageModel.MOST_WEIGHTS + "; take fewer or narrower layers");
        }
        Material material = Material.of(tokens, config);
        long numbers = (long) material.batch() * vocabulary.size() * material.piece();
        if (numbers > MOST_NUMBERS) {
            throw new TrainingException("an update would read " + numbers + " numbers at once, at most " + MOST_NUMBERS
                    + ": take a smaller batch or shorter sequences");
        }
        int leftOut =
                encoded.unknown().values().stream().mapToInt(Integer::intValue).sum();
        return new Run(id, text, config, vocabulary, material, leftOut).train(passes, budget);
    }

    /** One training, from its last checkpoint on. */
    private final class Run {
        private final ModelId id;
        private final LearntText text;
        private final LanguageConfig config;
        private final Vocabulary vocabulary;
        private final Material material;
        private final int leftOut;
        private final Signature signature;
        private final CheckpointStore store;
        private final LanguageNetwork learning;
        private final LanguageNetwork averaged;
        private final float[] average;
        private long step;
        private Best best = new Best(Float.POSITIVE_INFINITY, 0);
        /** Passes after which the held-out part was read. */
        private int read;

        Run(ModelId id, LearntText text, LanguageConfig config, Vocabulary vocabulary, Material material, int leftOut)
                throws IOException, TrainingException {
            this.id = id;
            this.text = text;
            this.config = config;
            this.vocabulary = vocabulary;
            this.material = material;
            this.leftOut = leftOut;
            signature = Signature.of(id, config, text);
            store = new CheckpointStore(folder, CHECKPOINTS);
            learning = LanguageNetwork.untrained(config, vocabulary.size());
            averaged = LanguageNetwork.untrained(config, vocabulary.size());
            average = learning.weights();
            Optional<Checkpoint> last = store.latest();
            if (last.isPresent()) {
                resume(last.get());
            }
        }

        Optional<Trained> train(int passes, Duration budget) throws IOException, TrainingException {
            long begun = nanos.getAsLong();
            long saved = begun;
            long planned = material.pieces() * (long) passes;
            while (isToRead() || (step < planned && nanos.getAsLong() - begun < budget.toNanos())) {
                if (isToRead()) {
                    if (!readHeldOut(planned)) {
                        return Optional.empty(); // all is saved
                    }
                    save();
                    saved = nanos.getAsLong();
                    continue;
                }
                if (stopping.getAsBoolean()) {
                    save();
                    return Optional.empty();
                }
                double bits = learning.learn(
                        material.rows((int) (step % material.pieces())), config.seed() + step + 1, this::follow);
                if (!Double.isFinite(bits)) {
                    throw new TrainingException("the network's answers are no numbers at step " + step
                            + ": try a lower rate; the checkpoints are from before");
                }
                step++;
                tell(step, planned, Map.of("bits_per_character", bits), null);
                // What was held out may take long to read.
                if (isToRead() || nanos.getAsLong() - saved >= SAVE_EVERY.toNanos()) {
                    save();
                    saved = nanos.getAsLong();
                }
            }
            save();
            if (best.pass() == 0) {
                return Optional.empty();
            }
            LanguageModel model = LanguageModel.parse(Files.readAllBytes(folder.resolve(MODEL)));
            return Optional.of(new Trained(
                    model, model.manifest().heldOutBits(), model.manifest().pass()));
        }

        private void follow() {
            MovingAverage.follow(average, learning.weights(), 0, average.length, learning.updates(), config.average());
        }

        /** Whether a pass is done, and the held-out part not read after it. */
        private boolean isToRead() {
            return step / material.pieces() > read;
        }

        /**
         * After a pass: reads what was held out, keeps the average if it reads it better, and shows what it writes. Returns
         * false when told to stop.
         */
        private boolean readHeldOut(long planned) throws IOException {
            int pass = (int) (step / material.pieces());
            averaged.take(average);
            OptionalDouble exactly = averaged.bits(material.heldOut(), stopping);
            if (exactly.isEmpty()) {
                return false;
            }
            float bits = (float) exactly.getAsDouble(); // as exactly as a checkpoint keeps it
            LanguageModel model = new LanguageModel(manifest(bits, pass), vocabulary, averaged);
            String written = model.paragraph(SHOWN, new SplittableRandom(pass));
            tell(step, planned, Map.of("held_out_bits_per_character", (double) bits, "pass", (double) pass), written);
            if (bits < best.bits()) {
                WholeFile.write(folder.resolve(MODEL), model.toBytes());
                best = new Best(bits, pass);
            }
            read = pass;
            return true;
        }

        private LanguageManifest manifest(double bits, int pass) {
            Map<String, String> provenance = new TreeMap<>(text.provenance());
            provenance.put("textCharacters", Integer.toString(material.tokens().length));
            if (leftOut > 0) {
                provenance.put("textCharactersLeftOut", Integer.toString(leftOut));
            }
            provenance.put("code", CodeVersion.current());
            provenance.put("java", System.getProperty("java.vm.version"));
            provenance.put("machine", System.getProperty("os.name") + " " + System.getProperty("os.arch"));
            return new LanguageManifest(
                    LanguageManifest.FORMAT_VERSION, id.name(), id.version(), config, bits, pass, provenance);
        }

        private void resume(Checkpoint checkpoint) throws TrainingException {
            List<String> differences = signature.differencesTo(checkpoint.signature());
            if (!differences.isEmpty()) {
                throw new TrainingException(folder + " holds another training: " + String.join(", ", differences)
                        + "; choose another folder, or empty it");
            }
            learning.restore(checkpoint);
            checkpoint.restore(AVERAGE, average);
            float[] kept = new float[2];
            checkpoint.restore(BEST, kept);
            best = new Best(kept[0], (int) kept[1]);
            step = checkpoint.step();
            float[] passes = {step / material.pieces()};
            if (checkpoint.arrays().containsKey(READ)) { // older ones have none
                checkpoint.restore(READ, passes);
            }
            read = (int) passes[0];
        }

        private void save() throws IOException {
            Map<String, float[]> arrays = new HashMap<>(learning.arrays());
            arrays.put(AVERAGE, average);
            arrays.put(BEST, new float[] {best.bits(), best.pass()});
            arrays.put(READ, new float[] {read});
            store.save(new Checkpoint(signature.toString(), step, arrays));
        }
    }

    private void tell(long step, long steps, Map<String, Double> figures, String text) {
        Map<String, Double> all = new HashMap<>(figures);
        all.put("steps_planned", (double) steps);
        listener.on(TrainingEvent.newBuilder()
                .setStep(step)
                .setStage("language")
                .setFigures(all)
                .setSampleText(text)
                .setAt(clock.instant())
                .build());
    }
}
