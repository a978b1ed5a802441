package io.inkstream.trainer.evaluation;

import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.gan.Generator;
import io.inkstream.trainer.gan.GeneratorPass;
import io.inkstream.trainer.nn.Streams;
import java.util.random.RandomGenerator;

/**
 * Draws sets of glyphs with a generator, the same for the same seed, as 8-bit images like the real ones.
 *
 * <p>For one thread.
 */
public final class GlyphFactory {
    private static final int BATCH = 192;

    private final CharacterClasses classes;
    private final Generator generator;
    private final GeneratorPass pass;
    private final float styleScale;
    private final float noiseScale;

    /**
     * Creates a factory.
     *
     * @param styleScale factor of the style latent; 1 as in training, less for more usual hands
     * @param noiseScale factor of the noise latent likewise
     */
    public GlyphFactory(CharacterClasses classes, Generator generator, double styleScale, double noiseScale) {
        if (classes.size() != generator.shape().classes()) {
            throw new IllegalArgumentException(
                    "the generator knows " + generator.shape().classes() + " classes, not " + classes.size());
        }
        this.classes = classes;
        this.generator = generator;
        this.pass = new GeneratorPass(generator.shape(), BATCH);
        this.styleScale = (float) styleScale;
        this.noiseScale = (float) noiseScale;
    }

    /** Draws one glyph for each label, each in a style of its own. */
    public SampleSet draw(int[] labels, long seed) {
        int[] styles = new int[labels.length];
        for (int i = 0; i < styles.length; i++) {
            styles[i] = i;
        }
        return draw(labels, styles, seed);
    }

    /**
     * Draws one glyph for each label.
     *
     * @param styles the number of each glyph's style; glyphs of one number share the latent, and the number becomes the
     *     writer of the sample
     */
    public SampleSet draw(int[] labels, int[] styles, long seed) {
        int styleWidth = generator.shape().style();
        int noiseWidth = generator.shape().noise();
        float[] style = new float[BATCH * styleWidth];
        float[] noise = new float[BATCH * noiseWidth];
        int[] batchLabels = new int[BATCH];
        SampleSet.Builder drawn = SampleSet.builder(classes);
        byte[] image = new byte[SampleSet.PIXELS];
        for (int first = 0; first < labels.length; first += BATCH) {
            int count = Math.min(BATCH, labels.length - first);
            for (int k = 0; k < count; k++) {
                batchLabels[k] = labels[first + k];
                fill(style, k * styleWidth, styleWidth, styleScale, Streams.named(seed, "style", styles[first + k]));
                fill(noise, k * noiseWidth, noiseWidth, noiseScale, Streams.named(seed, "noise", first + k));
            }
            float[] ink = pass.draw(generator, style, noise, batchLabels);
            for (int k = 0; k < count; k++) {
                for (int i = 0; i < image.length; i++) {
                    image[i] = (byte) Math.round(ink[k * image.length + i] * 255f);
                }
                drawn.add(
                        image,
                        labels[first + k],
                        styles[first + k],
                        SampleSet.UNKNOWN_SUPPORT,
                        "generated",
                        SampleSet.Split.TRAIN);
            }
        }
        return drawn.build();
    }

    private static void fill(float[] values, int offset, int length, float scale, RandomGenerator random) {
        for (int i = 0; i < length; i++) {
            values[offset + i] = (float) random.nextGaussian() * scale;
        }
    }
}
