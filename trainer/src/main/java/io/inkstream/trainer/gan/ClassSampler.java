package io.inkstream.trainer.gan;

import io.inkstream.trainer.dataset.SampleSet;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws classes without replacement, with chances by the square root of their sample counts, and real samples of them.
 *
 * <p>Immutable, so workers share it.
 */
final class ClassSampler {
    private final SampleSet samples;
    private final int[] present;
    private final double[] weight;

    /**
     * @throws IllegalArgumentException if fewer classes than {@code needed} have samples
     */
    ClassSampler(SampleSet samples, int needed) {
        this.samples = samples;
        this.present = java.util.stream.IntStream.range(0, samples.classes().size())
                .filter(c -> samples.countOfClass(c) > 0)
                .toArray();
        if (present.length < needed) {
            throw new IllegalArgumentException("a step draws " + needed + " classes, but only " + present.length
                    + " of " + samples.classes().size() + " have samples");
        }
        this.weight = Arrays.stream(present)
                .mapToDouble(c -> Math.sqrt(samples.countOfClass(c)))
                .toArray();
    }

    /** Returns {@code count} different classes. */
    int[] classes(int count, RandomGenerator random) {
        // Exponential races: the first arrivals at rates w are a draw without replacement with chances by w.
        double[] arrival = new double[present.length];
        Integer[] order = new Integer[present.length];
        for (int i = 0; i < present.length; i++) {
            arrival[i] = random.nextExponential() / weight[i];
            order[i] = i;
        }
        Arrays.sort(order, (a, b) -> Double.compare(arrival[a], arrival[b]));
        int[] drawn = new int[count];
        for (int i = 0; i < count; i++) {
            drawn[i] = present[order[i]];
        }
        return drawn;
    }

    /** Returns a random sample of class {@code c}. */
    int sample(int c, RandomGenerator random) {
        return samples.ofClass(c, random.nextInt(samples.countOfClass(c)));
    }
}
