package io.inkstream.ops.lines;

import static java.util.Objects.requireNonNull;

import io.inkstream.ops.client.ImageFiles;
import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.TextDocument;
import io.inkstream.trainer.nn.Streams;
import io.inkstream.trainer.text.Corpus;
import io.inkstream.trainer.text.SentenceSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/**
 * Writes a data set of lines: a folder for each hand, below {@code train}, {@code val} or {@code test}, with a picture a line and
 * {@code boxes.jsonl}, as {@code consume} writes them. A hand is in one split only, so no letter form is in two.
 *
 * <p>A hand's lines depend on the seed and its number alone, and its folder appears once it is whole: so whatever was
 * interrupted goes on, and hands may be written by any number of threads. Thread-safe as far as the factories are not shared.
 */
public final class LineDataset {
    private static final int LINE_WIDTH_PX = 16_384;
    private static final int MOST_TRIES = 10_000;
    private static final String DESCRIPTION = "dataset.txt";

    private final Corpus corpus;
    private final Wanted wanted;
    private final Path out;

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

    /** @param out folder of the data set */
    public LineDataset(Corpus corpus, Wanted wanted, Path out) {
        this.corpus = requireNonNull(corpus, "corpus");
        this.wanted = requireNonNull(wanted, "wanted");
        this.out = requireNonNull(out, "out");
    }

    /**
     * Makes the folder, or finds it as it was left.
     *
     * @param description all that the lines depend on
     * @throws IOException if the folder cannot be written
     * @throws IllegalArgumentException if it holds lines that depend on something else
     */
    public void open(String description) throws IOException {
        String whole = description + "\n" + wanted + "\n" + corpus.sentences().size() + " sentences "
                + corpus.sentences().hashCode() + "\n";
        Path file = Files.createDirectories(out).resolve(DESCRIPTION);
        if (!Files.exists(file)) {
            Files.writeString(file, whole);
        } else if (!Files.readString(file).equals(whole)) {
            throw new IllegalArgumentException(
                    out + " holds a data set of other lines, see " + file + "; choose another folder, or empty it");
        }
    }

    /** Whether a hand's folder is there already. */
    public boolean has(Hand hand) {
        return Files.exists(folder(hand));
    }

    private Path folder(Hand hand) {
        return out.resolve(hand.split().folder()).resolve(hand.document());
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
        Path partial = out.resolve(".partial").resolve(hand.document());
        try {
            ImageFiles files = new ImageFiles(partial);
            List<LineFactory.Drawn> drawn = factory.draw(hand.document(), document);
            for (LineFactory.Drawn line : drawn) {
                Path ignored = files.save(hand.document(), line.image());
            }
            Files.createDirectories(folder(hand).getParent());
            Files.move(partial.resolve(hand.document()), folder(hand), StandardCopyOption.ATOMIC_MOVE);
            return drawn.size();
        } finally {
            delete(partial);
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

    private static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
