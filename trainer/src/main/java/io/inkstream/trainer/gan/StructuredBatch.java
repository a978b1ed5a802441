package io.inkstream.trainer.gan;

import io.inkstream.trainer.dataset.SampleSet;
import java.util.random.RandomGenerator;

/** One worker's share of a step: for each of several classes, latents to draw with and real glyphs; for one thread. */
final class StructuredBatch {
    /** How many classes a batch has, and how many generated and real glyphs of each. */
    record Shape(int classes, int generatedPerClass, int realPerClass) {
        int generated() {
            return classes * generatedPerClass;
        }

        int real() {
            return classes * realPerClass;
        }
    }

    private final Shape shape;
    final float[] style;
    final float[] noise;
    final int[] labels;
    final float[] real;

    StructuredBatch(Shape shape, int styleWidth, int noiseWidth) {
        this.shape = shape;
        this.style = new float[shape.generated() * styleWidth];
        this.noise = new float[shape.generated() * noiseWidth];
        this.labels = new int[shape.generated()];
        this.real = new float[shape.real() * SampleSet.PIXELS];
    }

    Shape shape() {
        return shape;
    }

    /** Makes the glyphs of a place of the batch those of a class, with random real ones. */
    void fillClass(int place, int label, SampleSet samples, ClassSampler sampler, RandomGenerator random) {
        for (int i = 0; i < shape.generatedPerClass(); i++) {
            labels[place * shape.generatedPerClass() + i] = label;
        }
        for (int j = 0; j < shape.realPerClass(); j++) {
            int sample = sampler.sample(label, random);
            samples.copyImage(sample, real, (place * shape.realPerClass() + j) * SampleSet.PIXELS);
        }
    }

    /** Style and noise, independent for every glyph. */
    void fillLatents(RandomGenerator random) {
        gaussian(style, random);
        gaussian(noise, random);
    }

    private static void gaussian(float[] values, RandomGenerator random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
    }
}
