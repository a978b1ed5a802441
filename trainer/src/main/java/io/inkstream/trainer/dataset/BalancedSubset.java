package io.inkstream.trainer.dataset;

import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * Chooses a small set in which every class has about as many samples, taken evenly from the sources; the same seed
 * chooses the same.
 *
 * @param trainPerClass samples of a class for training, fewer where there are no more
 * @param testPerClass likewise for tests
 * @param leastSupport samples that independent readers doubt more than this are left out; 0 takes all
 */
public record BalancedSubset(int trainPerClass, int testPerClass, int leastSupport, long seed) {
    public BalancedSubset {
        if (trainPerClass < 0 || testPerClass < 0 || leastSupport < 0 || leastSupport > 255) {
            throw new IllegalArgumentException("need counts of at least 0 and a support of 0 to 255, got "
                    + trainPerClass + ", " + testPerClass + ", " + leastSupport);
        }
    }

    /** Returns the chosen samples in their order in the given set. */
    public SampleSet of(SampleSet samples) {
        boolean[] chosen = new boolean[samples.size()];
        for (int c = 0; c < samples.classes().size(); c++) {
            choose(samples, c, SampleSet.Split.TRAIN, trainPerClass, chosen);
            choose(samples, c, SampleSet.Split.TEST, testPerClass, chosen);
        }
        return samples.where(i -> chosen[i]);
    }

    private void choose(SampleSet samples, int c, SampleSet.Split split, int most, boolean[] chosen) {
        Map<String, List<Integer>> bySource = new LinkedHashMap<>();
        for (int k = 0; k < samples.countOfClass(c); k++) {
            int i = samples.ofClass(c, k);
            if (samples.split(i) == split && samples.support(i) >= leastSupport) {
                bySource.computeIfAbsent(samples.source(i), source -> new ArrayList<>())
                        .add(i);
            }
        }
        List<String> sources = new ArrayList<>(bySource.keySet());
        Collections.sort(sources);
        Random random = new Random(seed * 1_000_003 + 2L * c + split.ordinal());
        sources.forEach(source -> Collections.shuffle(bySource.get(source), random));
        int[] taken = new int[sources.size()];
        int left = most;
        // One from each source in turn, until there are enough or nothing is left.
        for (boolean more = true; more && left > 0; ) {
            more = false;
            for (int s = 0; s < taken.length && left > 0; s++) {
                List<Integer> candidates = bySource.get(sources.get(s));
                if (taken[s] < candidates.size()) {
                    chosen[candidates.get(taken[s]++)] = true;
                    left--;
                    more = true;
                }
            }
        }
    }
}
