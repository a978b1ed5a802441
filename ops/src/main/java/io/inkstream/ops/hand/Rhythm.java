package io.inkstream.ops.hand;

import io.inkstream.modelserver.compositing.Strokes;
import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.hand.Trait;
import io.inkstream.topology.layout.Advances;
import io.inkstream.trainer.dataset.WrittenLine;
import java.awt.geom.Line2D;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * How somebody sets letters to words and words to lines, measured on lines whose text is known. Lengths are x-heights of the
 * letters, {@code gap} and {@code wordSpace} as styles mean them.
 *
 * @param lines how many of the lines say, by the widths of their words, what they should
 * @param gap between letters
 * @param wordSpace between words
 * @param wordSpaceUnrest standard deviation of a word space, over the word space
 * @param joining share of the pairs of letters that are joined
 * @param slope by how much the words of a line rise for each unit of its length
 */
public record Rhythm(int lines, double gap, double wordSpace, double wordSpaceUnrest, double joining, double slope) {
    /** A word is wider or narrower than its letters let expect by more: the line says something else, or was not cut right. */
    private static final double MOST_OFF = .3;

    private static final int FEWEST_LINES = 2;
    private static final double USUAL_GAP = .1;
    /** Ink of two strokes that are as near as a pen is wide is one piece. */
    private static final double TOUCHING = .12;

    /**
     * A letter as this person writes it.
     *
     * @param width of the pen's path
     * @param bottom of it above the baseline, below 0 for descenders
     * @param top of it
     * @param pieces that do not touch each other
     */
    record Letter(double width, double bottom, double top, int pieces) {
        static Letter of(List<float[]> strokes) {
            float[] box = new Strokes(strokes).bounds();
            return new Letter(box[2] - box[0], box[1], box[3], Rhythm.pieces(strokes));
        }
    }

    /** A word on a line: what its text lets expect, and where its ink is. */
    private record Word(List<Letter> letters, double left, double right, double bottom, double top, int pieces) {
        double width() {
            return right - left;
        }

        double lettersWidth() {
            return letters.stream().mapToDouble(Letter::width).sum();
        }

        double expected(double size) {
            return size * (lettersWidth() + USUAL_GAP * (letters.size() - 1));
        }

        /** How large it is written, against its letters in their cells. */
        double size() {
            return (top - bottom) / (tallest() - lowest());
        }

        double middle() {
            return (left + right) / 2;
        }

        double rise(double size) {
            return bottom - size * lowest();
        }

        double tallest() {
            return letters.stream().mapToDouble(Letter::top).max().orElseThrow();
        }

        double lowest() {
            return letters.stream().mapToDouble(Letter::bottom).min().orElseThrow();
        }
    }

    /**
     * Measures lines of one person.
     *
     * @param letters by character
     * @param pen width of the pen
     * @return empty if hardly a line says what it should
     */
    static Optional<Rhythm> of(List<WrittenLine> lines, Map<String, Letter> letters, double pen) {
        List<List<Word>> read = new ArrayList<>();
        for (WrittenLine line : lines) {
            words(line, letters).filter(Rhythm::saysItsText).ifPresent(read::add);
        }
        if (read.size() < FEWEST_LINES) {
            return Optional.empty();
        }
        double size = size(read);
        List<Double> gaps = new ArrayList<>();
        List<Double> spaces = new ArrayList<>();
        List<Double> slopes = new ArrayList<>();
        double joined = 0;
        double pairs = 0;
        for (List<Word> words : read) {
            for (int i = 0; i < words.size(); i++) {
                Word word = words.get(i);
                int inside = word.letters().size() - 1;
                if (inside > 0) {
                    gaps.add((word.width() / size - word.lettersWidth()) / inside);
                    int apart = word.letters().stream().mapToInt(Letter::pieces).sum();
                    joined += Math.max(0, Math.min(inside, apart - word.pieces()));
                    pairs += inside;
                }
                if (i > 0) {
                    spaces.add((word.left() - words.get(i - 1).right()) / size);
                }
            }
            slopes.add(slope(words, size));
        }
        if (gaps.isEmpty()) {
            return Optional.empty(); // all words are of one letter
        }
        double wordSpace = median(spaces);
        double joining = joined / pairs;
        return Optional.of(new Rhythm(
                read.size(),
                Trait.GAP.within(Advances.gapOf(median(gaps) - pen, joining)),
                Trait.WORD_SPACE.within(wordSpace - pen),
                Trait.WORD_SPACE_UNREST.within(deviation(spaces, wordSpace) / wordSpace),
                joining,
                median(slopes)));
    }

    /** Whether a line says what it should, as far as the widths of its words tell. */
    static boolean says(WrittenLine line, Map<String, Letter> letters) {
        return words(line, letters).filter(Rhythm::saysItsText).isPresent();
    }

    private static double size(List<List<Word>> lines) {
        return median(lines.stream().flatMap(List::stream).map(Word::size).toList());
    }

    private static boolean saysItsText(List<Word> words) {
        return misfit(words) < MOST_OFF;
    }

    /** Root mean square of how much wider or narrower its words are, one against the other, than their letters let expect. */
    private static double misfit(List<Word> words) {
        double wider = median(
                words.stream().map(word -> word.width() / word.expected(1)).toList());
        return Math.sqrt(words.stream()
                .mapToDouble(word -> word.width() / (wider * word.expected(1)) - 1)
                .map(off -> off * off)
                .average()
                .orElseThrow());
    }

    /** Cuts a line at its widest gaps; empty if it has too few, or a character that is not known. */
    private static Optional<List<Word>> words(WrittenLine line, Map<String, Letter> letters) {
        List<List<Letter>> texts = new ArrayList<>();
        for (String word : line.text().strip().split("\\s+")) {
            List<Letter> own = new ArrayList<>();
            for (String character : Graphemes.split(word)) {
                if (!letters.containsKey(character)) {
                    return Optional.empty();
                }
                own.add(letters.get(character));
            }
            texts.add(own);
        }
        List<Run> runs = runs(line);
        if (runs.size() < texts.size() || texts.size() < 2) {
            return Optional.empty();
        }
        List<Integer> cuts = IntStream.range(1, runs.size())
                .boxed()
                .sorted(Comparator.comparingDouble(
                        i -> runs.get(i - 1).right() - runs.get(i).left()))
                .limit(texts.size() - 1L)
                .sorted()
                .toList();
        List<Word> words = new ArrayList<>();
        int from = 0;
        for (int i = 0; i < texts.size(); i++) {
            int to = i < cuts.size() ? cuts.get(i) : runs.size();
            List<float[]> strokes = runs.subList(from, to).stream()
                    .flatMap(run -> run.strokes().stream())
                    .toList();
            float[] box = new Strokes(strokes).bounds();
            words.add(new Word(texts.get(i), box[0], box[2], box[1], box[3], pieces(strokes)));
            from = to;
        }
        return Optional.of(words);
    }

    /** Strokes that lie above and below each other. */
    private record Run(List<float[]> strokes, double left, double right) {}

    private static List<Run> runs(WrittenLine line) {
        List<Run> strokes = line.strokes().stream()
                .map(stroke -> stroke.points(0, 0, line.xHeight()))
                .map(stroke -> {
                    float[] box = new Strokes(List.of(stroke)).bounds();
                    return new Run(List.of(stroke), box[0], box[2]);
                })
                .sorted(Comparator.comparingDouble(Run::left))
                .toList();
        List<Run> runs = new ArrayList<>();
        for (Run stroke : strokes) {
            int last = runs.size() - 1;
            if (last >= 0 && stroke.left() <= runs.get(last).right()) {
                Run before = runs.get(last);
                List<float[]> both = new ArrayList<>(before.strokes());
                both.addAll(stroke.strokes());
                runs.set(last, new Run(both, before.left(), Math.max(before.right(), stroke.right())));
            } else {
                runs.add(stroke);
            }
        }
        return runs;
    }

    /** How many pieces strokes are, where those that touch are one. */
    private static int pieces(List<float[]> strokes) {
        int[] pieceOf = IntStream.range(0, strokes.size()).toArray();
        int pieces = strokes.size();
        for (int i = 1; i < strokes.size(); i++) {
            for (int j = 0; j < i; j++) {
                if (pieceOf[i] != pieceOf[j] && touch(strokes.get(i), strokes.get(j))) {
                    int from = pieceOf[i];
                    int to = pieceOf[j];
                    for (int k = 0; k < pieceOf.length; k++) {
                        pieceOf[k] = pieceOf[k] == from ? to : pieceOf[k];
                    }
                    pieces--;
                }
            }
        }
        return pieces;
    }

    private static boolean touch(float[] one, float[] other) {
        float[] a = new Strokes(List.of(one)).bounds();
        float[] b = new Strokes(List.of(other)).bounds();
        return a[0] - b[2] < TOUCHING
                && b[0] - a[2] < TOUCHING
                && a[1] - b[3] < TOUCHING
                && b[1] - a[3] < TOUCHING
                && (meets(one, other) || meets(other, one));
    }

    /** Whether a point of one lies on the other's path; strokes that cross between their points count as near, too. */
    private static boolean meets(float[] one, float[] other) {
        for (int i = 0; i < one.length; i += 2) {
            for (int j = 0; j < other.length; j += 2) {
                int next = Math.min(j + 2, other.length - 2);
                if (Line2D.ptSegDist(other[j], other[j + 1], other[next], other[next + 1], one[i], one[i + 1])
                        < TOUCHING) {
                    return true;
                }
            }
        }
        return false;
    }

    /** Slope of the words' lower ends, each against what its letters let expect. */
    private static double slope(List<Word> words, double size) {
        double x = words.stream().mapToDouble(Word::middle).average().orElseThrow();
        double y = words.stream().mapToDouble(word -> word.rise(size)).average().orElseThrow();
        double xx = 0;
        double xy = 0;
        for (Word word : words) {
            xx += (word.middle() - x) * (word.middle() - x);
            xy += (word.middle() - x) * (word.rise(size) - y);
        }
        return xx == 0 ? 0 : xy / xx;
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        int half = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(half) : (sorted.get(half - 1) + sorted.get(half)) / 2;
    }

    /** Standard deviation as the middle half of the values tells it: a word space that holds a slip says nothing. */
    private static double deviation(List<Double> values, double median) {
        return 1.483
                * median(values.stream().map(value -> Math.abs(value - median)).toList());
    }
}
