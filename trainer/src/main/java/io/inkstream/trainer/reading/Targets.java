package io.inkstream.trainer.reading;

import io.inkstream.trainer.dataset.SampleSet;
import java.util.Set;

/**
 * What a reader is to say of each glyph it learns from: the label, a little of it spread over all classes.
 *
 * <p>A glyph of a caseless source, such as EMNIST ByMerge, is labelled by letter only where both cases look alike: it teaches
 * both, in the shares that they have among the other glyphs, so that it says nothing about the case.
 */
final class Targets {
    private final SampleSet samples;
    private final Set<String> caseless;
    private final double smoothing;
    private final int[] standing;
    private final double[] share;

    Targets(SampleSet samples, Set<String> caseless, double smoothing) {
        this.samples = samples;
        this.caseless = Set.copyOf(caseless);
        this.smoothing = smoothing;
        this.standing = CaseMerge.of(samples.classes());
        int classes = samples.classes().size();
        double[] count = new double[classes];
        double[] together = new double[classes];
        for (int i = 0; i < samples.size(); i++) {
            if (!caseless.contains(samples.source(i))) {
                count[samples.label(i)]++;
            }
        }
        for (int c = 0; c < classes; c++) {
            count[c]++; // nobody has none
            together[standing[c]] += count[c];
        }
        this.share = new double[classes];
        for (int c = 0; c < classes; c++) {
            share[c] = count[c] / together[standing[c]];
        }
    }

    /** Writes the target of a sample to a row of {@code to}, [rows, classes]. */
    void put(int sample, float[] to, int row) {
        int classes = standing.length;
        int label = samples.label(sample);
        boolean isEither = caseless.contains(samples.source(sample));
        for (int c = 0; c < classes; c++) {
            double is = isEither ? (standing[c] == standing[label] ? share[c] : 0) : (c == label ? 1 : 0);
            to[row * classes + c] = (float) ((1 - smoothing) * is + smoothing / classes);
        }
    }
}
