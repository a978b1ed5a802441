package io.inkstream.trainer.evaluation;

import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.nn.Streams;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/**
 * Tells how much figures owe to whose glyphs were asked for: draws the test glyphs again with replacement, by whole writers
 * where those are known, since the glyphs of one writer are alike, and one by one where not.
 *
 * <p>An interval is the figure plus and minus 1.96 deviations over the resamples, not their percentiles: a resample repeats
 * glyphs, which moves a Fréchet distance as a whole.
 *
 * @see <a href="https://doi.org/10.1214/aos/1176344552">Efron, Bootstrap methods: another look at the jackknife</a>
 */
final class Bootstrap {
    private final int size;
    private final int[][] writers;
    private final int[] single;
    private final int resamples;
    private final long seed;

    /** @param resamples 0 for figures without intervals */
    Bootstrap(SampleSet test, int resamples, long seed) {
        Map<Integer, List<Integer>> byWriter = new TreeMap<>();
        for (int i = 0; i < test.size(); i++) {
            byWriter.computeIfAbsent(test.writer(i), w -> new ArrayList<>()).add(i);
        }
        List<Integer> unknown = byWriter.remove(SampleSet.UNKNOWN_WRITER);
        this.size = test.size();
        this.single = unknown == null ? new int[0] : indices(unknown);
        this.writers = byWriter.values().stream().map(Bootstrap::indices).toArray(int[][]::new);
        this.resamples = resamples;
        this.seed = seed;
    }

    private static int[] indices(List<Integer> list) {
        return list.stream().mapToInt(Integer::intValue).toArray();
    }

    /** Returns the weights of a set in which every glyph counts once. */
    static int[] once(int size) {
        int[] weights = new int[size];
        Arrays.fill(weights, 1);
        return weights;
    }

    /**
     * Returns figures with their intervals.
     *
     * @param figuresOf gives the figures by name when it is told how often each test glyph counts; NaN where that leaves
     *     nothing to measure
     */
    Map<String, Estimate> estimate(Function<int[], Map<String, Double>> figuresOf) {
        Map<String, List<Double>> again = new HashMap<>();
        for (int r = 0; r < resamples; r++) {
            figuresOf.apply(resample(r)).forEach((name, value) -> again.computeIfAbsent(name, n -> new ArrayList<>())
                    .add(value));
        }
        Map<String, Estimate> estimates = new LinkedHashMap<>();
        figuresOf
                .apply(once(size))
                .forEach((name, value) -> estimates.put(name, Estimate.of(value, again.getOrDefault(name, List.of()))));
        return estimates;
    }

    private int[] resample(int number) {
        RandomGenerator random = Streams.named(seed, "resample", number);
        int[] weights = new int[size];
        for (int k = 0; k < writers.length; k++) {
            for (int i : writers[random.nextInt(writers.length)]) {
                weights[i]++;
            }
        }
        for (int k = 0; k < single.length; k++) {
            weights[single[random.nextInt(single.length)]]++;
        }
        return weights;
    }
}
