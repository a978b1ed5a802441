package io.inkstream.trainer.evaluation;

import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.nn.Streams;
import java.util.BitSet;
import java.util.random.RandomGenerator;

/** Picks samples of a set at random, the same for the same seed. */
final class Subsets {
    private Subsets() {}

    /** Returns {@code count} different random samples, in the order of the set. */
    static SampleSet random(SampleSet of, int count, long seed) {
        RandomGenerator random = Streams.named(seed, "subset");
        BitSet chosen = new BitSet(of.size());
        // Floyd's algorithm: every subset of that size is equally likely.
        for (int j = of.size() - count; j < of.size(); j++) {
            int i = random.nextInt(j + 1);
            chosen.set(chosen.get(i) ? j : i);
        }
        return of.where(chosen::get);
    }

    /** Returns the label of each sample. */
    static int[] labels(SampleSet of) {
        int[] labels = new int[of.size()];
        for (int i = 0; i < labels.length; i++) {
            labels[i] = of.label(i);
        }
        return labels;
    }
}
