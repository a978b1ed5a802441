package io.inkstream.trainer.evaluation;

import io.inkstream.trainer.dataset.SampleSet;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * How far glyphs lie from the training glyph of their class that is most like them, generated ones beside real ones of other
 * writers: a generator that has learnt its lessons by heart draws nearer to them than anybody writes.
 *
 * <p>A distance is the root of the mean squared difference of ink, over averages of 2 x 2 pixels: one pixel aside is no
 * other glyph.
 */
final class Nearness {
    private static final int SIDE = SampleSet.SIDE_PX / 2;

    private final SampleSet real;
    private final double[] realDistance;
    private final double[] generatedDistance;

    /**
     * Measures.
     *
     * @param train glyphs that the generator learnt from
     * @param real glyphs that it did not learn from, of classes that {@code train} has
     * @param generated glyphs with the labels of {@code real}, one for one
     */
    Nearness(SampleSet train, SampleSet real, SampleSet generated) {
        this.real = real;
        this.realDistance = new double[real.size()];
        this.generatedDistance = new double[real.size()];
        for (int c = 0; c < real.classes().size(); c++) {
            float[][] known = new float[train.countOfClass(c)][];
            for (int k = 0; k < known.length; k++) {
                known[k] = small(train, train.ofClass(c, k));
            }
            for (int k = 0; k < real.countOfClass(c); k++) {
                int i = real.ofClass(c, k);
                realDistance[i] = nearest(small(real, i), known);
                generatedDistance[i] = nearest(small(generated, i), known);
            }
        }
    }

    private static float[] small(SampleSet samples, int i) {
        float[] ink = new float[SampleSet.PIXELS];
        samples.copyImage(i, ink, 0);
        float[] small = new float[SIDE * SIDE];
        for (int p = 0; p < small.length; p++) {
            int at = p / SIDE * 2 * SampleSet.SIDE_PX + p % SIDE * 2;
            small[p] = (ink[at] + ink[at + 1] + ink[at + SampleSet.SIDE_PX] + ink[at + SampleSet.SIDE_PX + 1]) / 4;
        }
        return small;
    }

    private static double nearest(float[] glyph, float[][] known) {
        float least = Float.POSITIVE_INFINITY;
        for (float[] other : known) {
            float square = 0;
            // Many glyphs are ruled out after a few rows.
            for (int from = 0; from < glyph.length && square < least; from += SIDE) {
                for (int p = from; p < from + SIDE; p++) {
                    float d = glyph[p] - other[p];
                    square += d * d;
                }
            }
            least = Math.min(least, square);
        }
        return Math.sqrt(least / glyph.length);
    }

    /**
     * Returns {@code nearest_training}, the median distance, and {@code copied}, the share of glyphs that lie nearer to a
     * training glyph than every real test glyph of their class; each {@code _generated}, and {@code _real} for the real
     * glyphs themselves, which is what chance gives.
     *
     * @param weights how often each real glyph counts, and the generated one with its label
     */
    Map<String, Double> figures(int[] weights) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put("nearest_training_generated", median(generatedDistance, weights));
        figures.put("nearest_training_real", median(realDistance, weights));
        double copied = 0;
        double copiedReal = 0;
        long all = 0;
        for (int c = 0; c < real.classes().size(); c++) {
            double least = Double.POSITIVE_INFINITY;
            double secondLeast = Double.POSITIVE_INFINITY;
            for (int k = 0; k < real.countOfClass(c); k++) {
                double d = realDistance[real.ofClass(c, k)];
                secondLeast = Math.min(secondLeast, Math.max(d, least));
                least = Math.min(least, d);
            }
            for (int k = 0; k < real.countOfClass(c); k++) {
                int i = real.ofClass(c, k);
                all += weights[i];
                copied += generatedDistance[i] < least ? weights[i] : 0;
                copiedReal += realDistance[i] == least && least < secondLeast ? weights[i] : 0;
            }
        }
        figures.put("copied_generated", copied / all);
        figures.put("copied_real", copiedReal / all);
        return figures;
    }

    private static double median(double[] values, int[] weights) {
        int count = Arrays.stream(weights).sum();
        double[] repeated = new double[count];
        int next = 0;
        for (int i = 0; i < values.length; i++) {
            for (int k = 0; k < weights[i]; k++) {
                repeated[next++] = values[i];
            }
        }
        Arrays.sort(repeated);
        return count == 0 ? Double.NaN : repeated[count / 2];
    }
}
