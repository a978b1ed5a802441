package io.inkstream.trainer.gan;

import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.recogniser.Recogniser;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * One worker's share of a step of the adversarial stage, in two halves: the discriminator learns from glyphs that the
 * generator drew, then the generator learns from what the changed discriminator and the drift say about the same glyphs.
 *
 * <p>Losses: hinge for the discriminator, minus the mean logit plus the weighted drift for the generator.
 *
 * @see <a href="https://arxiv.org/abs/1705.02894">Lim and Ye, geometric GAN (the hinge loss)</a>
 */
final class AdversarialStep {
    private final int generated;
    private final double driftWeight;
    private final StructuredBatch.Shape shape;
    private final StructuredBatch batch;
    private final GeneratorPass generatorPass;
    private final DriftPass driftPass;
    private final DiscriminatorPass onBoth;
    private final DiscriminatorPass onGenerated;
    private final float[] bothInk;
    private final int[] bothLabels;
    private final float[] bothGradient;
    private final float[] generatedGradient;
    private final float[] inkGradient;
    private float[] ink;
    final float[] discriminatorGradients;
    final float[] gradients;
    final float[] statistics;
    double discriminatorLoss;

    /** Judges as many real glyphs of each class as it draws; the drift sees all real ones. */
    AdversarialStep(
            Generator generator,
            Discriminator discriminator,
            Recogniser recogniser,
            StructuredBatch.Shape shape,
            double driftWeight) {
        if (shape.realPerClass() < shape.generatedPerClass()) {
            throw new IllegalArgumentException("needs at least as many real glyphs of a class as generated ones, got "
                    + shape.realPerClass() + " and " + shape.generatedPerClass());
        }
        this.shape = shape;
        this.driftWeight = driftWeight;
        this.generated = shape.generated();
        this.batch = new StructuredBatch(
                shape, generator.shape().style(), generator.shape().noise());
        this.generatorPass = new GeneratorPass(generator.shape(), generated);
        this.driftPass = new DriftPass(recogniser, shape);
        this.onBoth = new DiscriminatorPass(discriminator.shape(), 2 * generated);
        this.onGenerated = new DiscriminatorPass(discriminator.shape(), generated);
        this.bothInk = new float[2 * generated * SampleSet.PIXELS];
        this.bothLabels = new int[2 * generated];
        this.bothGradient = new float[2 * generated];
        this.generatedGradient = new float[generated];
        Arrays.fill(generatedGradient, -1f / generated);
        this.inkGradient = new float[generated * SampleSet.PIXELS];
        this.discriminatorGradients = new float[discriminator.parameters().length];
        this.gradients = new float[generator.parameters().length];
        this.statistics = new float[generator.statistics().length];
    }

    /** Draws glyphs from a fresh random batch and fills {@link #discriminatorGradients}, at the normalised weights. */
    void judge(Generator generator, Discriminator discriminator, BatchSource source, RandomGenerator random) {
        source.fill(batch, random);
        ink = generatorPass.drawTraining(generator, batch.style, batch.noise, batch.labels, statistics);
        int perClass = shape.generatedPerClass() * SampleSet.PIXELS;
        for (int k = 0; k < shape.classes(); k++) {
            int from = k * shape.realPerClass() * SampleSet.PIXELS;
            System.arraycopy(batch.real, from, bothInk, k * perClass, perClass);
        }
        System.arraycopy(ink, 0, bothInk, generated * SampleSet.PIXELS, generated * SampleSet.PIXELS);
        System.arraycopy(batch.labels, 0, bothLabels, 0, generated);
        System.arraycopy(batch.labels, 0, bothLabels, generated, generated);
        float[] logits = onBoth.judge(discriminator.normalised(), bothInk, bothLabels);
        double loss = 0;
        for (int n = 0; n < logits.length; n++) {
            float sign = n < generated ? 1 : -1;
            float margin = 1 - sign * logits[n];
            loss += Math.max(margin, 0) / generated;
            bothGradient[n] = margin > 0 ? -sign / generated : 0;
        }
        discriminatorLoss = loss;
        onBoth.backwardToWeights(bothGradient, bothLabels, discriminatorGradients);
    }

    /** Fills {@link #gradients} from the glyphs of the last {@link #judge}. */
    void improve(Discriminator discriminator) {
        Arrays.fill(inkGradient, 0f);
        onGenerated.judge(discriminator.normalised(), ink, batch.labels);
        onGenerated.backwardToInk(generatedGradient, batch.labels, inkGradient);
        driftPass.addGradient(ink, batch.real, driftWeight, inkGradient);
        generatorPass.backward(inkGradient, gradients);
    }
}
