package io.inkstream.trainer.reading;

import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.SampleSet;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * What a reader makes of glyphs.
 *
 * @param of the glyphs
 * @param read class read in each
 * @param sure how likely the reader takes that to be, 0 to 1
 */
@SuppressWarnings("ArrayRecordComponent") // made here, read here; nobody compares it
public record Readings(SampleSet of, int[] read, float[] sure) {

    /** Share of glyphs that are read as labelled. */
    public double accuracy() {
        return share(IntStream.range(0, of.classes().size()).toArray());
    }

    /** Share of glyphs that are read as labelled, or in the other case of a letter whose two cases look alike. */
    public double caseMergedAccuracy() {
        return share(CaseMerge.of(of.classes()));
    }

    private double share(int[] standing) {
        return (double) IntStream.range(0, read.length)
                        .filter(i -> standing[read[i]] == standing[of.label(i)])
                        .count()
                / read.length;
    }

    /** Glyphs that are read wrongly, even with case merged; those first of which the reader is most sure. */
    List<Integer> mistakes(int most) {
        int[] standing = CaseMerge.of(of.classes());
        return IntStream.range(0, read.length)
                .filter(i -> standing[read[i]] != standing[of.label(i)])
                .boxed()
                .sorted(Comparator.comparingDouble((Integer i) -> -sure[i]).thenComparing(i -> i))
                .limit(most)
                .toList();
    }

    /** The figures of a card: accuracies, and the matrix of what is taken for what. */
    Map<String, Object> figures() {
        CharacterClasses classes = of.classes();
        int[][] counts = new int[classes.size()][classes.size()];
        for (int i = 0; i < read.length; i++) {
            counts[of.label(i)][read[i]]++;
        }
        List<List<Integer>> rows = new ArrayList<>();
        double balanced = 0;
        int present = 0;
        for (int c = 0; c < counts.length; c++) {
            rows.add(IntStream.of(counts[c]).boxed().toList());
            int all = IntStream.of(counts[c]).sum();
            balanced += all == 0 ? 0 : (double) counts[c][c] / all;
            present += all == 0 ? 0 : 1;
        }
        Map<String, Object> confusion = new LinkedHashMap<>();
        confusion.put("characters", classes.characters());
        confusion.put("counts", rows);
        Map<String, Object> figures = new LinkedHashMap<>();
        figures.put("accuracy", accuracy());
        figures.put("accuracy_case_merged", caseMergedAccuracy());
        figures.put("accuracy_balanced", balanced / present);
        figures.put("glyphs", read.length);
        figures.put("confusion", confusion);
        return figures;
    }
}
