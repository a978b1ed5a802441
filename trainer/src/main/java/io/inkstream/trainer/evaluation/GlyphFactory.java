package io.inkstream.trainer.evaluation;

import io.inkstream.trainer.dataset.CharacterClasses;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.gan.Generator;
import io.inkstream.trainer.gan.GeneratorPass;
import io.inkstream.trainer.nn.Streams;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * Draws sets of glyphs with a generator, the same for the same seed, as 8-bit images like the real ones.
 *
 * <p>For one thread.
 */
public final class GlyphFactory {
    private static final int BATCH = 192;

    private final CharacterClasses classes;
    private final int styleSize;
    private final int noiseSize;
    private final Drawing drawing;

    /** Draws with a generator; equal rows give equal ink. */
    @FunctionalInterface
    public interface Drawing {
        /**
         * Draws one glyph for each row, any number of them.
         *
         * @param styles [rows, styleSize]
         * @param noises [rows, noiseSize]
         * @param classes [rows], class indices
         * @return ink [rows, 784] and maybe more behind it, 0 is paper and 1 is ink
         */
        float[] draw(float[] styles, float[] noises, int[] classes);
    }

    /** Creates a factory that draws in the way of {@code drawing}, with latents as in training: standard normal. */
    public GlyphFactory(CharacterClasses classes, int styleSize, int noiseSize, Drawing drawing) {
        this.classes = classes;
        this.styleSize = styleSize;
        this.noiseSize = noiseSize;
        this.drawing = drawing;
    }

    /** Creates a factory that draws with a generator as it is at the time of drawing. */
    public static GlyphFactory of(CharacterClasses classes, Generator generator) {
        if (classes.size() != generator.shape().classes()) {
            throw new IllegalArgumentException(
                    "the generator knows " + generator.shape().classes() + " classes, not " + classes.size());
        }
        GeneratorPass pass = new GeneratorPass(generator.shape(), BATCH);
        int style = generator.shape().style();
        int noise = generator.shape().noise();
        // A pass has one batch size; the rows of a smaller batch do not depend on what fills it up.
        return new GlyphFactory(
                classes,
                style,
                noise,
                (styles, noises, labels) -> pass.draw(
                        generator,
                        Arrays.copyOf(styles, BATCH * style),
                        Arrays.copyOf(noises, BATCH * noise),
                        Arrays.copyOf(labels, BATCH)));
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
        SampleSet.Builder drawn = SampleSet.builder(classes);
        byte[] image = new byte[SampleSet.PIXELS];
        for (int first = 0; first < labels.length; first += BATCH) {
            int count = Math.min(BATCH, labels.length - first);
            float[] style = new float[count * styleSize];
            float[] noise = new float[count * noiseSize];
            for (int k = 0; k < count; k++) {
                fill(style, k * styleSize, styleSize, Streams.named(seed, "style", styles[first + k]));
                fill(noise, k * noiseSize, noiseSize, Streams.named(seed, "noise", first + k));
            }
            float[] ink = drawing.draw(style, noise, Arrays.copyOfRange(labels, first, first + count));
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

    private static void fill(float[] values, int offset, int length, RandomGenerator random) {
        for (int i = 0; i < length; i++) {
            values[offset + i] = (float) random.nextGaussian();
        }
    }
}
