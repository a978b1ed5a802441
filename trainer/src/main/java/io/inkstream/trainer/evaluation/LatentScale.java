package io.inkstream.trainer.evaluation;

import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.gan.Generator;
import java.util.Arrays;

/**
 * Finds how far apart a generator's latents have to be drawn for its glyphs of one class to differ as much as real ones do.
 *
 * <p>A moving average of weights, and every loss that averages, draws more usual shapes than people do. Drawing latents a
 * little wider than in training gives the variety back; the opposite, narrower, is known as the truncation trick.
 *
 * @see <a href="https://arxiv.org/abs/1809.11096">Brock et al., BigGAN (truncation)</a>
 */
public final class LatentScale {
    private static final int MOST_GLYPHS = 12_000;
    /** Beyond these a generator has other faults than a little too much or too little variety. */
    private static final double LEAST = 0.9;

    private static final double MOST = 1.15;
    /** Halves the range seven times: to .002. */
    private static final int ROUNDS = 7;

    private LatentScale() {}

    /**
     * Returns the factor, within {@value #LEAST} to {@value #MOST}.
     *
     * @param real glyphs that the generator learnt from: those that judge it have no say here
     */
    public static double find(Generator generator, SampleSet real, long seed) {
        SampleSet asked = Subsets.random(real, Math.min(MOST_GLYPHS, real.size()), seed);
        int[] once = new int[asked.size()];
        Arrays.fill(once, 1);
        int[] labels = Subsets.labels(asked);
        double wanted = Deviation.withinClass(asked, once);
        double low = LEAST;
        double high = MOST;
        for (int round = 0; round < ROUNDS; round++) {
            double middle = (low + high) / 2;
            SampleSet drawn =
                    GlyphFactory.of(real.classes(), generator.widened(middle)).draw(labels, seed);
            if (Deviation.withinClass(drawn, once) < wanted) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return (low + high) / 2;
    }
}
