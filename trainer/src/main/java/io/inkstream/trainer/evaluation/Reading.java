package io.inkstream.trainer.evaluation;

import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.recogniser.FrozenRecogniser;
import io.inkstream.trainer.recogniser.Recogniser;
import java.util.function.IntPredicate;
import java.util.function.UnaryOperator;

/**
 * What a recogniser makes of a set of glyphs: the class it reads in each, and its features.
 *
 * @param read class index read in each glyph
 * @param features [size, width], the recogniser's last layer before the logits
 * @param width 0 where the features are not known
 */
record Reading(SampleSet of, int[] read, float[] features, int width) {
    private static final int BATCH = 256;

    static Reading by(Recogniser recogniser, SampleSet samples) {
        FrozenRecogniser eye = new FrozenRecogniser(recogniser, BATCH);
        int width = recogniser.shape().features();
        float[] features = new float[samples.size() * width];
        int[] read = new int[samples.size()];
        for (int first = 0; first < read.length; first += BATCH) {
            int count = Math.min(BATCH, read.length - first);
            eye.forward(ink(samples, first, count, BATCH));
            System.arraycopy(eye.features(), 0, features, first * width, count * width);
            choose(eye.logits(), recogniser.shape().classes(), count, read, first);
        }
        return new Reading(samples, read, features, width);
    }

    /** @param logits gives the logits [rows, classes] of ink [rows, 784] */
    static Reading by(UnaryOperator<float[]> logits, SampleSet samples) {
        int[] read = new int[samples.size()];
        for (int first = 0; first < read.length; first += BATCH) {
            int count = Math.min(BATCH, read.length - first);
            float[] rows = logits.apply(ink(samples, first, count, count));
            choose(rows, samples.classes().size(), count, read, first);
        }
        return new Reading(samples, read, new float[0], 0);
    }

    private static float[] ink(SampleSet samples, int first, int count, int rows) {
        float[] ink = new float[rows * SampleSet.PIXELS];
        for (int k = 0; k < count; k++) {
            samples.copyImage(first + k, ink, k * SampleSet.PIXELS);
        }
        return ink;
    }

    private static void choose(float[] logits, int classes, int count, int[] read, int first) {
        for (int k = 0; k < count; k++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                best = logits[k * classes + c] > logits[k * classes + best] ? c : best;
            }
            read[first + k] = best;
        }
    }

    /**
     * Returns the share of glyphs read as labelled; NaN for none.
     *
     * @param weights how often each glyph counts
     */
    double accuracy(int[] weights) {
        return accuracy(weights, i -> true);
    }

    /** Returns the share read as labelled among the glyphs whose index passes; NaN for none. */
    double accuracy(int[] weights, IntPredicate among) {
        long right = 0;
        long all = 0;
        for (int i = 0; i < read.length; i++) {
            if (weights[i] > 0 && among.test(i)) {
                all += weights[i];
                right += read[i] == of.label(i) ? weights[i] : 0;
            }
        }
        return (double) right / all;
    }

    /** Returns the mean over the classes present of the share read as labelled; NaN for none. */
    double balancedAccuracy(int[] weights) {
        double sum = 0;
        int present = 0;
        for (int c = 0; c < of.classes().size(); c++) {
            long right = 0;
            long all = 0;
            for (int k = 0; k < of.countOfClass(c); k++) {
                int i = of.ofClass(c, k);
                all += weights[i];
                right += read[i] == c ? weights[i] : 0;
            }
            if (all > 0) {
                sum += (double) right / all;
                present++;
            }
        }
        return sum / present;
    }

    /** Returns the features as a cloud. */
    Frechet.Cloud cloud(int[] weights) {
        return new Frechet.Cloud(features, width, weights);
    }
}
