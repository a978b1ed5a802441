package io.inkstream.trainer.language;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.avro.TrainingEvent;
import io.inkstream.trainer.TrainingException;
import io.inkstream.trainer.report.TrainingListener;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * Trains a language model on paragraphs of text. The last tenth is held out and read after every pass over the rest; what is
 * kept is the model that read it best. The same text, configuration and machine give the same losses, however often the
 * training is stopped and goes on. For one thread.
 */
public final class LanguageTraining {
    private static final double HELD_OUT = .1;
    /** Sequences that the network is given at once: its arrays are as long. */
    private static final int SEQUENCES_AT_ONCE = 10;

    private static final int FEWEST_TOKENS = 1_000;
    private static final String CHECKPOINT = "checkpoint.bin";
    /** What the model is called in the folder of a training. */
    public static final String MODEL = "model.zip";

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
     * @param stopping asked after every step; once it says so, the training saves a checkpoint and ends
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

    /** Where a training is. */
    private record Place(int pass, int piece, double best, int bestPass) {}

    /**
     * Trains until the passes are done or the time is over.
     *
     * @param paragraphs in the order of the text
     * @return empty when told to stop, or if no pass was done; the next call in the folder goes on from there
     * @throws TrainingException if there is too little text, or the folder holds a training of another text or network
     * @throws IOException if the folder cannot be written
     */
    public Optional<Trained> train(List<String> paragraphs, LanguageConfig config, int passes, Duration budget)
            throws IOException, TrainingException {
        Vocabulary vocabulary = Vocabulary.of(paragraphs);
        int[] tokens = vocabulary.encode(paragraphs).tokens();
        if (tokens.length < FEWEST_TOKENS) {
            throw new TrainingException(
                    "the text has " + tokens.length + " characters that can be learnt, fewer than " + FEWEST_TOKENS);
        }
        int split = (int) (tokens.length * (1 - HELD_OUT));
        int[] heldOut = Arrays.copyOfRange(tokens, split, tokens.length);
        int batch = Math.max(1, Math.min(config.batch(), split / (2 * config.sequence())));
        int row = split / batch;
        int piece = config.sequence() * SEQUENCES_AT_ONCE;
        int pieces = (row - 1 + piece - 1) / piece;
        String signature = config + " " + Arrays.hashCode(tokens) + " " + tokens.length;
        Files.createDirectories(folder);
        LanguageModel model = new LanguageModel(vocabulary, LanguageNetwork.untrained(config, vocabulary.size()));
        Place place = new Place(0, 0, Double.POSITIVE_INFINITY, 0);
        if (Files.exists(folder.resolve(CHECKPOINT))) {
            Resumed resumed = resume(signature);
            model = resumed.model();
            place = resumed.place();
        }
        long begun = nanos.getAsLong();
        while (place.pass() < passes && nanos.getAsLong() - begun < budget.toNanos()) {
            if (stopping.getAsBoolean()) {
                save(signature, model, place);
                return Optional.empty();
            }
            int from = place.piece() * piece;
            int to = Math.min(row, from + piece + 1);
            int[][] rows = new int[batch][];
            for (int i = 0; i < batch; i++) {
                rows[i] = Arrays.copyOfRange(tokens, i * row + from, i * row + to);
            }
            long step = (long) place.pass() * pieces + place.piece() + 1;
            double bits = model.network().learn(rows, config.seed() + step);
            tell(step, pieces * (long) passes, Map.of("bits_per_character", bits), null);
            place = new Place(place.pass(), place.piece() + 1, place.best(), place.bestPass());
            if (place.piece() == pieces) {
                place = passed(model, heldOut, place, step, pieces * (long) passes);
                save(signature, model, place);
            }
        }
        save(signature, model, place);
        return place.bestPass() == 0
                ? Optional.empty()
                : Optional.of(new Trained(
                        LanguageModel.parse(Files.readAllBytes(folder.resolve(MODEL))),
                        place.best(),
                        place.bestPass()));
    }

    /** After a pass: reads what was held out, keeps the model if it reads it better, and shows what it writes. */
    private Place passed(LanguageModel model, int[] heldOut, Place place, long step, long steps) throws IOException {
        int pass = place.pass() + 1;
        double bits = model.network().bits(heldOut);
        String text = model.paragraph(SHOWN, new SplittableRandom(pass));
        tell(step, steps, Map.of("held_out_bits_per_character", bits, "pass", (double) pass), text);
        if (bits < place.best()) {
            write(folder.resolve(MODEL), model.toBytes());
            return new Place(pass, 0, bits, pass);
        }
        return new Place(pass, 0, place.best(), place.bestPass());
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

    private record Resumed(LanguageModel model, Place place) {}

    private Resumed resume(String signature) throws IOException, TrainingException {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(folder.resolve(CHECKPOINT)))) {
            if (!in.readUTF().equals(signature)) {
                throw new TrainingException(
                        folder + " holds a training of another text or network; choose another folder, or empty it");
            }
            Place place = new Place(in.readInt(), in.readInt(), in.readDouble(), in.readInt());
            return new Resumed(LanguageModel.parse(in.readAllBytes()), place);
        }
    }

    private void save(String signature, LanguageModel model, Place place) throws IOException {
        Path partial = folder.resolve(CHECKPOINT + ".part");
        try (DataOutputStream out = new DataOutputStream(Files.newOutputStream(partial))) {
            out.writeUTF(signature);
            out.writeInt(place.pass());
            out.writeInt(place.piece());
            out.writeDouble(place.best());
            out.writeInt(place.bestPass());
            out.write(model.toBytes(true));
        }
        Files.move(
                partial,
                folder.resolve(CHECKPOINT),
                StandardCopyOption.ATOMIC_MOVE,
                StandardCopyOption.REPLACE_EXISTING);
    }

    private static void write(Path file, byte[] bytes) throws IOException {
        Path partial = file.resolveSibling(file.getFileName() + ".part");
        Files.write(partial, bytes);
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }
}
