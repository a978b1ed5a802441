package io.inkstream.trainer.evaluation;

import io.inkstream.trainer.dataset.SampleSet;

/** How much glyphs of one class differ: the standard deviation of each pixel, over pixels and classes. */
final class Deviation {
    private static final int FEWEST = 20;

    private Deviation() {}

    /**
     * Returns the mean over pixels and over classes of at least 20 samples; ink is in 0 .. 1.
     *
     * @param weights how often each sample counts
     */
    static double withinClass(SampleSet samples, int[] weights) {
        float[] ink = new float[SampleSet.PIXELS];
        double total = 0;
        int present = 0;
        for (int c = 0; c < samples.classes().size(); c++) {
            int members = samples.countOfClass(c);
            long count = 0;
            for (int k = 0; k < members; k++) {
                count += weights[samples.ofClass(c, k)];
            }
            if (count < FEWEST) {
                continue;
            }
            double[] sum = new double[ink.length];
            double[] square = new double[ink.length];
            for (int k = 0; k < members; k++) {
                int weight = weights[samples.ofClass(c, k)];
                if (weight == 0) {
                    continue;
                }
                samples.copyImage(samples.ofClass(c, k), ink, 0);
                for (int i = 0; i < ink.length; i++) {
                    double weighted = weight * ink[i];
                    sum[i] += weighted;
                    square[i] += weighted * ink[i];
                }
            }
            double ofClass = 0;
            for (int i = 0; i < ink.length; i++) {
                double mean = sum[i] / count;
                ofClass += Math.sqrt(Math.max(square[i] / count - mean * mean, 0));
            }
            total += ofClass / ink.length;
            present++;
        }
        return present == 0 ? 0 : total / present;
    }
}
