package io.inkstream.trainer.dataset;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Counts of a set of samples.
 *
 * @param samples all
 * @param bySplit samples by split
 * @param bySource samples and writers by source
 * @param byCharacter samples by character in the order of the classes, those without any included
 * @param writers who wrote them, where known
 * @param judged samples with a support value
 * @param doubtful samples with a support below 26, where one in two is unusual or wrong
 */
public record DatasetStats(
        int samples,
        Map<String, Integer> bySplit,
        Map<String, SourceCount> bySource,
        Map<String, SplitCount> byCharacter,
        WriterCounts writers,
        int judged,
        int doubtful) {
    private static final int DOUBTFUL_BELOW = 26;
    private static final int NAMED_WRITERS = 10;

    /**
     * Samples of one source.
     *
     * @param writers that are known
     * @param withoutWriter samples whose writer is not known
     */
    public record SourceCount(int samples, int train, int test, int writers, int withoutWriter) {}

    /** Samples of one character. */
    public record SplitCount(int train, int test) {}

    /** Samples of one writer. */
    public record WriterCount(String name, int samples, int train, int test) {}

    /**
     * How the samples spread over writers.
     *
     * @param known number of writers that are known
     * @param inBothSplits those of them who teach and test
     * @param withoutWriter samples whose writer is not known
     * @param least samples of the writer with fewest, 0 where none is known
     * @param median samples of the writer in the middle
     * @param most samples of the writer with most
     * @param first the ten with most samples, or fewer where there are fewer
     */
    public record WriterCounts(
            int known, int inBothSplits, int withoutWriter, int least, int median, int most, List<WriterCount> first) {
        public WriterCounts {
            first = List.copyOf(first);
        }

        private static WriterCounts of(Map<Integer, Tally> byWriter, List<String> names, int withoutWriter) {
            List<WriterCount> counts = new ArrayList<>();
            byWriter.forEach((writer, tally) ->
                    counts.add(new WriterCount(names.get(writer), tally.samples(), tally.train, tally.test)));
            counts.sort(Comparator.comparingInt(WriterCount::samples).reversed().thenComparing(WriterCount::name));
            int known = counts.size();
            return new WriterCounts(
                    known,
                    (int) counts.stream()
                            .filter(count -> count.train > 0 && count.test > 0)
                            .count(),
                    withoutWriter,
                    known == 0 ? 0 : counts.get(known - 1).samples,
                    known == 0 ? 0 : counts.get(known / 2).samples,
                    known == 0 ? 0 : counts.get(0).samples,
                    counts.subList(0, Math.min(NAMED_WRITERS, known)));
        }
    }

    private static final class Tally {
        private int train;
        private int test;
        private final TreeSet<Integer> writers = new TreeSet<>();
        private int withoutWriter;

        void count(SampleSet samples, int i) {
            if (samples.split(i) == SampleSet.Split.TEST) {
                test++;
            } else {
                train++;
            }
            if (samples.writer(i) == SampleSet.UNKNOWN_WRITER) {
                withoutWriter++;
            } else {
                writers.add(samples.writer(i));
            }
        }

        int samples() {
            return train + test;
        }
    }

    /** Counts. */
    public static DatasetStats of(CollectedSamples collected) {
        SampleSet samples = collected.samples();
        Map<String, Integer> bySplit = new TreeMap<>();
        Map<String, Tally> sources = new TreeMap<>();
        Map<Integer, Tally> writers = new TreeMap<>();
        Tally[] classes = new Tally[samples.classes().size()];
        for (int c = 0; c < classes.length; c++) {
            classes[c] = new Tally();
        }
        int judged = 0;
        int doubtful = 0;
        for (int i = 0; i < samples.size(); i++) {
            bySplit.merge(samples.split(i).name(), 1, Integer::sum);
            sources.computeIfAbsent(samples.source(i), source -> new Tally()).count(samples, i);
            classes[samples.label(i)].count(samples, i);
            if (samples.writer(i) != SampleSet.UNKNOWN_WRITER) {
                writers.computeIfAbsent(samples.writer(i), writer -> new Tally())
                        .count(samples, i);
            }
            if (samples.support(i) != SampleSet.UNKNOWN_SUPPORT) {
                judged++;
            }
            if (samples.support(i) < DOUBTFUL_BELOW) {
                doubtful++;
            }
        }
        Map<String, SourceCount> bySource = new TreeMap<>();
        sources.forEach((source, tally) -> bySource.put(
                source,
                new SourceCount(tally.samples(), tally.train, tally.test, tally.writers.size(), tally.withoutWriter)));
        Map<String, SplitCount> byCharacter = new LinkedHashMap<>();
        for (int c = 0; c < classes.length; c++) {
            byCharacter.put(samples.classes().characterAt(c), new SplitCount(classes[c].train, classes[c].test));
        }
        int withoutWriter =
                sources.values().stream().mapToInt(tally -> tally.withoutWriter).sum();
        return new DatasetStats(
                samples.size(),
                bySplit,
                bySource,
                byCharacter,
                WriterCounts.of(writers, collected.writers(), withoutWriter),
                judged,
                doubtful);
    }
}
