package io.inkstream.ops.lines;

import static java.util.Objects.requireNonNull;

import io.inkstream.ops.client.FileTree;
import io.inkstream.ops.client.ImageFiles;
import io.inkstream.ops.formats.LineFormat;
import io.inkstream.ops.formats.LineTables;
import io.inkstream.ops.formats.StoredLines;
import io.inkstream.ops.look.Look;
import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.trainer.checkpoint.WholeFile;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.nn.Workers;
import io.inkstream.trainer.text.Corpus;
import io.inkstream.trainer.text.SentenceSource;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BooleanSupplier;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Writes a data set of lines: a folder for each hand, below {@code train}, {@code val} or {@code test}, with a picture a line and
 * {@code boxes.jsonl}, as {@code consume} writes them, what other formats want beside them, and tables of each split. A hand is
 * in one split only, so no letter form is in two.
 *
 * <p>A hand's lines depend on the seed and its number alone, and its folder appears once it is whole; tables are made of whole
 * folders, and appear likewise. So whatever was interrupted goes on, and hands may be written by any number of threads.
 * Thread-safe as far as the factories are not shared; between {@link #open} and {@link #close} no other process writes there.
 */
public final class LineDataset implements AutoCloseable {
    private static final int LINE_WIDTH_PX = 16_384;
    private static final int MOST_TRIES = 10_000;
    private static final String DESCRIPTION = "dataset.txt";
    private static final String PARTIAL = ".partial";
    /** Of a part of a table that has parts: some 100 MB of pictures. */
    private static final int LINES_OF_PART = 10_000;

    private final Corpus corpus;
    private final Wanted wanted;
    private final Output output;
    private final Path out;
    /** Keeps other processes out, by a file that is theirs to find; null while the folder is not open. */
    private FileChannel lock;

    /** What a line may be used for. */
    public enum Split {
        TRAIN,
        VAL,
        TEST;

        String folder() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    /**
     * Who writes.
     *
     * @param style of the model
     * @param seed of the style
     */
    public record Hand(int number, String style, long seed, Split split) {
        public Hand {
            requireNonNull(style, "style");
            requireNonNull(split, "split");
        }

        String document() {
            return String.format(Locale.ROOT, "hand-%06d", number);
        }
    }

    /**
     * What the lines are to be like.
     *
     * @param linesOfHand lines that each hand writes
     * @param shortest fewest characters of a line
     * @param longest most characters of a line; longer sentences are cut at spaces
     * @param leastOverlap each hand's letters may overlap by a share between this and {@code mostOverlap}, 0 to 1/3
     * @param heightPx of a line
     * @param balanced whether sentences with rare characters are preferred
     */
    public record Wanted(
            int linesOfHand,
            int shortest,
            int longest,
            double leastOverlap,
            double mostOverlap,
            int heightPx,
            boolean balanced,
            long seed) {
        public Wanted {
            if (linesOfHand < 1 || shortest < 1 || longest < shortest) {
                throw new IllegalArgumentException(
                        "need one line of a hand, and 1 to any number of characters of a line, " + "got " + linesOfHand
                                + ", " + shortest + " and " + longest);
            }
            if (!(leastOverlap >= 0 && leastOverlap <= mostOverlap && mostOverlap <= 1.0 / 3 + 1e-6)) {
                throw new IllegalArgumentException("letters overlap by 0 to 1/3, the least before the most, not "
                        + leastOverlap + " to " + mostOverlap);
            }
        }
    }

    /**
     * What is made of the lines.
     *
     * @param look that their pictures have
     * @param formats beside pictures and {@code boxes.jsonl}
     */
    public record Output(Look look, Set<LineFormat> formats) {
        /** As the pipeline has them. */
        public static final Output DEFAULTS = new Output(Look.CLEAN, Set.of(LineFormat.BOXES));

        public Output {
            requireNonNull(look, "look");
            formats = Collections.unmodifiableSet(new TreeSet<>(formats));
            if (formats.isEmpty()) {
                throw new IllegalArgumentException("a data set has at least one format");
            }
        }

        /** Whether the pictures are wanted as files: not if they are in tables, and nothing else was asked for. */
        boolean keepsFolders() {
            return !formats.equals(Set.of(LineFormat.PARQUET));
        }
    }

    /** Hands whose lines are in one part of a table. */
    private record Part(Split split, int number, int count, List<Hand> hands) {}

    /** @param out folder of the data set */
    public LineDataset(Corpus corpus, Wanted wanted, Output output, Path out) {
        this.corpus = requireNonNull(corpus, "corpus");
        this.wanted = requireNonNull(wanted, "wanted");
        this.output = requireNonNull(output, "output");
        this.out = requireNonNull(out, "out");
    }

    /**
     * Makes the folder, or finds it as it was left.
     *
     * @param description all that the lines depend on
     * @throws IOException if the folder cannot be written
     * @throws IllegalArgumentException if it holds lines that depend on something else, or another process writes there
     */
    public void open(String description) throws IOException {
        List<String> whole = new ArrayList<>(description.lines().toList());
        whole.add(wanted.toString());
        whole.add(corpus.sentences().size() + " sentences " + corpus.sentences().hashCode());
        if (!output.equals(Output.DEFAULTS)) { // folders of before there was a choice go on too
            whole.add("look " + output.look());
            whole.add("formats " + output.formats());
        }
        Path file = Files.createDirectories(out).resolve(DESCRIPTION);
        lock = lock(out.resolve(".lock"));
        if (!Files.exists(file)) {
            WholeFile.write(file, (String.join("\n", whole) + "\n").getBytes(StandardCharsets.UTF_8));
            return;
        }
        List<String> there = Files.readAllLines(file);
        for (int i = 0; i < Math.max(there.size(), whole.size()); i++) {
            String old = i < there.size() ? there.get(i) : "nothing";
            String now = i < whole.size() ? whole.get(i) : "nothing";
            if (!old.equals(now)) {
                throw new IllegalArgumentException(out + " holds a data set of other lines: " + file + " has\n  " + old
                        + "\nwhere this one would have\n  " + now + "\nChoose another folder, or empty it.");
            }
        }
    }

    private static FileChannel lock(Path file) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            if (channel.tryLock() != null) {
                return channel;
            }
        } catch (OverlappingFileLockException e) {
            channel.close();
            throw new IllegalArgumentException(file.getParent() + " is being written already", e);
        }
        channel.close();
        throw new IllegalArgumentException(file.getParent() + " is being written by another process");
    }

    /** Lets others write to the folder. */
    @Override
    public void close() throws IOException {
        if (lock != null) {
            Path partials = out.resolve(PARTIAL);
            if (Files.isDirectory(partials) && isEmpty(partials)) {
                Files.delete(partials);
            }
            // The file stays: who waits for it would lock one that is gone, and others a new one.
            lock.close();
            lock = null;
        }
    }

    /** Whether a hand's folder is there already. */
    public boolean has(Hand hand) {
        return Files.exists(folder(hand));
    }

    /** Those hands that are neither in their folders nor, where folders are not kept, in a table. */
    public List<Hand> missing(List<Hand> hands) {
        Set<Hand> inTables = new HashSet<>();
        if (!output.keepsFolders()) {
            for (Part part : parts(hands)) {
                if (Files.exists(table(part))) {
                    inTables.addAll(part.hands);
                }
            }
        }
        return hands.stream()
                .filter(hand -> !has(hand) && !inTables.contains(hand))
                .toList();
    }

    private Path folder(Hand hand) {
        return out.resolve(place(hand));
    }

    private static String place(Hand hand) {
        return hand.split().folder() + "/" + hand.document();
    }

    /**
     * Writes a hand's folder.
     *
     * @return how many lines it has
     * @throws IOException if it cannot be written; nothing of it is left then
     */
    public int write(Hand hand, LineFactory factory) throws IOException {
        RandomGenerator random = Streams.named(wanted.seed(), "line-dataset", hand.number());
        List<String> lines = lines(new SentenceSource(corpus, wanted.balanced(), random.nextLong()));
        double overlap = wanted.leastOverlap() + random.nextDouble() * (wanted.mostOverlap() - wanted.leastOverlap());
        TextDocument document = TextDocument.newBuilder()
                .setText(String.join("\n", lines))
                .setStyle(hand.style())
                .setSeed(hand.seed())
                .setLayout(LayoutOptions.newBuilder()
                        .setLineHeightPx(wanted.heightPx())
                        .setLineWidthPx(Math.min(LINE_WIDTH_PX, 256 * wanted.heightPx()))
                        .setMaxOverlap(overlap)
                        .build())
                .build();
        Path partial = out.resolve(PARTIAL).resolve(hand.document());
        FileTree.delete(partial); // of a run that was killed
        try {
            ImageFiles files = new ImageFiles(partial);
            int count = factory.draw(hand.document(), document, line -> save(hand, line, files));
            Files.createDirectories(folder(hand).getParent());
            Files.move(partial.resolve(hand.document()), folder(hand), StandardCopyOption.ATOMIC_MOVE);
            return count;
        } finally {
            FileTree.delete(partial);
        }
    }

    private void save(Hand hand, LineFactory.Drawn drawn, ImageFiles files) throws IOException {
        LineImage image = drawn.image();
        long own = Streams.named(wanted.seed(), "line-look", hand.number(), image.getIndex())
                .nextLong();
        LineLook.Line looked = new LineLook(output.look()).on(image, drawn.pixels(), own);
        Path file = files.save(hand.document(), looked.image(), looked.more());
        for (LineFormat format : output.formats()) {
            for (Map.Entry<String, byte[]> beside :
                    format.beside(looked.truth()).entrySet()) {
                Files.write(file.resolveSibling(beside.getKey()), beside.getValue());
            }
        }
    }

    /**
     * Writes the tables that are wanted and not there, of hands that are.
     *
     * @param stopping asked before each; the next call goes on from there
     * @throws IllegalStateException with the {@link UncheckedIOException} of what cannot be written as its cause
     */
    public void writeTables(List<Hand> hands, Workers threads, BooleanSupplier stopping) {
        LineTables tables = new LineTables(out, out.resolve(PARTIAL));
        List<Task> tasks = new ArrayList<>();
        for (Split split : Split.values()) {
            StoredLines lines = stored(ofSplit(hands, split));
            if (!lines.folders().isEmpty() && isWanted(LineFormat.COCO, tables.coco(split.folder()))) {
                tasks.add(() -> tables.writeCoco(split.folder(), lines, LineTables.characters(stored(hands))));
            }
            if (!lines.folders().isEmpty() && isWanted(LineFormat.JSONL, tables.jsonl(split.folder()))) {
                tasks.add(() -> tables.writeJsonl(split.folder(), lines));
            }
        }
        if (output.formats().contains(LineFormat.PARQUET)) {
            parts(hands).forEach(part -> tasks.add(() -> write(part, tables)));
        }
        threads.run(worker -> {
            for (int i = worker; i < tasks.size() && !stopping.getAsBoolean(); i += threads.count()) {
                try {
                    tasks.get(i).run();
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            }
        });
    }

    private interface Task {
        void run() throws IOException;
    }

    private boolean isWanted(LineFormat format, Path table) {
        return output.formats().contains(format) && !Files.exists(table);
    }

    private void write(Part part, LineTables tables) throws IOException {
        if (!Files.exists(table(part))) {
            tables.writeParquet(part.split.folder(), part.number, part.count, stored(part.hands));
        }
        if (!output.keepsFolders()) {
            for (Hand hand : part.hands) {
                FileTree.delete(folder(hand));
            }
            Path split = out.resolve(part.split.folder());
            synchronized (this) {
                if (Files.isDirectory(split) && isEmpty(split)) {
                    Files.delete(split);
                }
            }
        }
    }

    private Path table(Part part) {
        return new LineTables(out, out.resolve(PARTIAL)).parquet(part.split.folder(), part.number, part.count);
    }

    private StoredLines stored(List<Hand> hands) {
        return new StoredLines(out, hands.stream().map(LineDataset::place).toList());
    }

    private static List<Hand> ofSplit(List<Hand> hands, Split split) {
        return hands.stream().filter(hand -> hand.split() == split).toList();
    }

    private List<Part> parts(List<Hand> hands) {
        int handsOfPart = Math.max(1, LINES_OF_PART / wanted.linesOfHand());
        List<Part> parts = new ArrayList<>();
        for (Split split : Split.values()) {
            List<Hand> own = ofSplit(hands, split);
            int count = (own.size() + handsOfPart - 1) / handsOfPart;
            for (int i = 0; i < count; i++) {
                int to = Math.min(own.size(), (i + 1) * handsOfPart);
                parts.add(new Part(split, i, count, own.subList(i * handsOfPart, to)));
            }
        }
        return parts;
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.findAny().isEmpty();
        }
    }

    private List<String> lines(SentenceSource source) {
        List<String> lines = new ArrayList<>();
        // A corpus may have no sentence that is long enough; the longest piece of many has to do then.
        for (int tries = 0; lines.size() < wanted.linesOfHand(); tries++) {
            if (tries > MOST_TRIES) {
                throw new IllegalArgumentException("the corpus has no words of at most " + wanted.longest()
                        + " characters; allow longer lines, or write it with spaces");
            }
            for (String piece : pieces(source.next(), wanted.longest())) {
                boolean isLongEnough = Graphemes.split(piece).size() >= wanted.shortest() || tries > MOST_TRIES / 2;
                if (isLongEnough && lines.size() < wanted.linesOfHand()) {
                    lines.add(piece);
                }
            }
        }
        return lines;
    }

    /** A sentence in pieces of whole words, each as long as may be; a word that is longer than a line is left out. */
    static List<String> pieces(String sentence, int longest) {
        List<String> pieces = new ArrayList<>();
        StringBuilder piece = new StringBuilder();
        int length = 0;
        for (String word : sentence.split(" ")) {
            int more = Graphemes.split(word).size();
            if (length > 0 && length + 1 + more > longest) {
                pieces.add(piece.toString());
                piece.setLength(0);
                length = 0;
            }
            if (more <= longest) {
                piece.append(length == 0 ? "" : " ").append(word);
                length += (length == 0 ? 0 : 1) + more;
            }
        }
        if (length > 0) {
            pieces.add(piece.toString());
        }
        return pieces;
    }
}
