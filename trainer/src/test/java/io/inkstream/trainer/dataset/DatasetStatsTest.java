package io.inkstream.trainer.dataset;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.trainer.dataset.DatasetStats.SourceCount;
import io.inkstream.trainer.dataset.DatasetStats.SplitCount;
import io.inkstream.trainer.dataset.DatasetStats.WriterCount;
import io.inkstream.trainer.dataset.SampleSet.Split;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DatasetStatsTest {
    private static final int NOBODY = SampleSet.UNKNOWN_WRITER;

    private final SampleSet.Builder samples = SampleSet.builder(new CharacterClasses("abc"));

    @Test
    void countsBySplitSourceAndCharacter() {
        add(3, 'a', 0, "pens", Split.TRAIN);
        add(2, 'b', 1, "pens", Split.TEST);
        add(4, 'b', NOBODY, "scans", Split.TRAIN);

        DatasetStats stats = stats(samples.build());

        assertThat(stats.samples()).isEqualTo(9);
        assertThat(stats.bySplit()).isEqualTo(Map.of("TRAIN", 7, "TEST", 2));
        assertThat(stats.bySource())
                .isEqualTo(Map.of(
                        "pens", new SourceCount(5, 3, 2, 2, 0),
                        "scans", new SourceCount(4, 4, 0, 0, 4)));
        assertThat(stats.byCharacter())
                .isEqualTo(Map.of("a", new SplitCount(3, 0), "b", new SplitCount(4, 2), "c", new SplitCount(0, 0)));
    }

    @Test
    void namesTheTenWritersWithMostSamplesAndSumsUpTheRest() {
        for (int writer = 0; writer < 12; writer++) {
            add(writer + 1, 'a', writer, "pens", Split.TRAIN);
        }
        add(1, 'b', 11, "pens", Split.TEST);
        add(5, 'c', NOBODY, "pens", Split.TEST);

        DatasetStats.WriterCounts writers = stats(samples.build()).writers();

        assertThat(writers.known()).isEqualTo(12);
        assertThat(writers.inBothSplits()).isEqualTo(1);
        assertThat(writers.withoutWriter()).isEqualTo(5);
        assertThat(List.of(writers.least(), writers.median(), writers.most())).containsExactly(1, 6, 13);
        assertThat(writers.first())
                .hasSize(10)
                .startsWith(new WriterCount("w11", 13, 12, 1), new WriterCount("w10", 11, 11, 0))
                .endsWith(new WriterCount("w2", 3, 3, 0));
    }

    @Test
    void withoutAnyWriterThereIsNobodyToCount() {
        add(2, 'a', NOBODY, "scans", Split.TRAIN);

        assertThat(stats(samples.build()).writers())
                .isEqualTo(new DatasetStats.WriterCounts(0, 0, 2, 0, 0, 0, List.of()));
    }

    /** Counts samples whose writers are called w0, w1 and so on. */
    static DatasetStats stats(SampleSet samples) {
        int writers = 1
                + IntStream.range(0, samples.size()).map(samples::writer).max().orElse(NOBODY);
        List<String> names =
                IntStream.range(0, writers).mapToObj(writer -> "w" + writer).toList();
        return DatasetStats.of(new CollectedSamples(samples, "", Map.of(), names));
    }

    private void add(int count, char character, int writer, String source, Split split) {
        for (int i = 0; i < count; i++) {
            samples.add(new byte[SampleSet.PIXELS], character - 'a', writer, 200, source, split);
        }
    }
}
