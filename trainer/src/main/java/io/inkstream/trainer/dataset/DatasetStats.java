package io.inkstream.trainer.dataset;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Counts of a set of samples.
 *
 * @param samples all
 * @param bySplit samples by split
 * @param bySource samples and known writers by source
 * @param byCharacter samples by character in the order of the classes, those without any included
 * @param samplesByWriter samples by writer's number, writers that are known
 * @param judged samples with a support value
 * @param doubtful samples with a support below 26, where one in two is unusual or wrong
 */
public record DatasetStats(
        int samples,
        Map<String, Integer> bySplit,
        Map<String, SourceCount> bySource,
        Map<String, SplitCount> byCharacter,
        Map<Integer, Integer> samplesByWriter,
        int judged,
        int doubtful) {
    private static final int DOUBTFUL_BELOW = 26;

    /** Samples of one source. */
    public record SourceCount(int samples, int writers) {}

    /** Samples of one character. */
    public record SplitCount(int train, int test) {}

    /** Counts. */
    public static DatasetStats of(SampleSet samples) {
        Map<String, Integer> bySplit = new TreeMap<>();
        Map<String, Integer> sources = new TreeMap<>();
        Map<String, TreeSet<Integer>> writersOf = new TreeMap<>();
        Map<Integer, Integer> byWriter = new TreeMap<>();
        int[] train = new int[samples.classes().size()];
        int[] test = new int[samples.classes().size()];
        int judged = 0;
        int doubtful = 0;
        for (int i = 0; i < samples.size(); i++) {
            boolean isTest = samples.split(i) == SampleSet.Split.TEST;
            bySplit.merge(samples.split(i).name(), 1, Integer::sum);
            sources.merge(samples.source(i), 1, Integer::sum);
            (isTest ? test : train)[samples.label(i)]++;
            if (samples.writer(i) != SampleSet.UNKNOWN_WRITER) {
                byWriter.merge(samples.writer(i), 1, Integer::sum);
                writersOf
                        .computeIfAbsent(samples.source(i), source -> new TreeSet<>())
                        .add(samples.writer(i));
            }
            if (samples.support(i) != SampleSet.UNKNOWN_SUPPORT) {
                judged++;
            }
            if (samples.support(i) < DOUBTFUL_BELOW) {
                doubtful++;
            }
        }
        Map<String, SourceCount> bySource = new TreeMap<>();
        sources.forEach((source, count) -> bySource.put(
                source,
                new SourceCount(
                        count, writersOf.getOrDefault(source, new TreeSet<>()).size())));
        Map<String, SplitCount> byCharacter = new LinkedHashMap<>();
        for (int c = 0; c < train.length; c++) {
            byCharacter.put(String.valueOf(samples.classes().characterAt(c)), new SplitCount(train[c], test[c]));
        }
        return new DatasetStats(samples.size(), bySplit, bySource, byCharacter, byWriter, judged, doubtful);
    }
}
