package io.inkstream.trainer.evaluation;

import io.inkstream.trainer.dataset.CharacterClasses;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Which characters a recogniser takes for which.
 *
 * @param counts [asked, read], how many glyphs asked for as one class are read as another
 */
@SuppressWarnings("ArrayRecordComponent") // made here, read here; nobody compares it
record Confusion(CharacterClasses classes, int[][] counts) {
    /** With fewer glyphs, a share says nothing. */
    private static final int FEWEST = 20;

    private static final int WORST = 12;

    static Confusion of(Reading reading) {
        CharacterClasses classes = reading.of().classes();
        int[][] counts = new int[classes.size()][classes.size()];
        for (int i = 0; i < reading.read().length; i++) {
            counts[reading.of().label(i)][reading.read()[i]]++;
        }
        return new Confusion(classes, counts);
    }

    /** Returns the share of glyphs of a class that are read as such; 0 for none. */
    double accuracy(int asked) {
        int all = total(asked);
        return all == 0 ? 0 : (double) counts[asked][asked] / all;
    }

    private int total(int asked) {
        return IntStream.of(counts[asked]).sum();
    }

    /** Returns the matrix for a card: {@code characters}, and {@code counts} by rows in their order. */
    Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("characters", classes.characters());
        List<List<Integer>> rows = new ArrayList<>();
        for (int[] row : counts) {
            rows.add(IntStream.of(row).boxed().toList());
        }
        figures.put("counts", rows);
        return figures;
    }

    /**
     * Returns the classes that lose most accuracy against {@code real}, worst first: {@code character},
     * {@code accuracy_generated}, {@code accuracy_real}, and what it is {@code taken_for} most often. Classes of few glyphs
     * are left out.
     */
    List<Map<String, Object>> worst(Confusion real) {
        return IntStream.range(0, classes.size())
                .filter(c -> total(c) >= FEWEST && real.total(c) >= FEWEST)
                .boxed()
                .sorted(Comparator.comparingDouble(c -> accuracy(c) - real.accuracy(c)))
                .limit(WORST)
                .map(c -> row(c, real))
                .toList();
    }

    private Map<String, Object> row(int asked, Confusion real) {
        int other = asked == 0 ? 1 : 0;
        for (int read = 0; read < classes.size(); read++) {
            other = read != asked && counts[asked][read] > counts[asked][other] ? read : other;
        }
        Map<String, Object> row = new LinkedHashMap<>();
        row.put("character", classes.characterAt(asked));
        row.put("accuracy_generated", accuracy(asked));
        row.put("accuracy_real", real.accuracy(asked));
        row.put("taken_for", classes.characterAt(other));
        return row;
    }
}
