package io.inkstream.trainer.evaluation;

import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.recogniser.FrozenRecogniser;
import io.inkstream.trainer.recogniser.Recogniser;
import java.util.function.IntPredicate;

/**
 * What a recogniser makes of a set of glyphs: the class it reads in each, and its features.
 *
 * @param read class index read in each glyph
 * @param features [size, width], the recogniser's last layer before the logits
 */
record Reading(SampleSet of, int[] read, float[] features, int width) {
    private static final int BATCH = 256;

    static Reading by(Recogniser recogniser, SampleSet samples) {
        FrozenRecogniser eye = new FrozenRecogniser(recogniser, BATCH);
        int width = recogniser.shape().features();
        int classes = recogniser.shape().classes();
        int[] read = new int[samples.size()];
        float[] features = new float[samples.size() * width];
        float[] ink = new float[BATCH * SampleSet.PIXELS];
        for (int first = 0; first < samples.size(); first += BATCH) {
            int count = Math.min(BATCH, samples.size() - first);
            for (int k = 0; k < count; k++) {
                samples.copyImage(first + k, ink, k * SampleSet.PIXELS);
            }
            eye.forward(ink);
            System.arraycopy(eye.features(), 0, features, first * width, count * width);
            float[] logits = eye.logits();
            for (int k = 0; k < count; k++) {
                int best = 0;
                for (int c = 1; c < classes; c++) {
                    best = logits[k * classes + c] > logits[k * classes + best] ? c : best;
                }
                read[first + k] = best;
            }
        }
        return new Reading(samples, read, features, width);
    }

    /** Returns the share of glyphs read as labelled; 0 for none. */
    double accuracy() {
        return accuracy(i -> true);
    }

    /** Returns the share read as labelled among the glyphs whose index passes; 0 for none. */
    double accuracy(IntPredicate among) {
        int right = 0;
        int all = 0;
        for (int i = 0; i < read.length; i++) {
            if (among.test(i)) {
                all++;
                right += read[i] == of.label(i) ? 1 : 0;
            }
        }
        return all == 0 ? 0 : (double) right / all;
    }

    /** Returns the mean over the classes present of the share read as labelled. */
    double balancedAccuracy() {
        double sum = 0;
        int present = 0;
        for (int c = 0; c < of.classes().size(); c++) {
            int count = of.countOfClass(c);
            int right = 0;
            for (int k = 0; k < count; k++) {
                right += read[of.ofClass(c, k)] == c ? 1 : 0;
            }
            if (count > 0) {
                sum += (double) right / count;
                present++;
            }
        }
        return present == 0 ? 0 : sum / present;
    }
}
