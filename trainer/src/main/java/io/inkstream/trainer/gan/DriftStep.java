package io.inkstream.trainer.gan;

import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.recogniser.Recogniser;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/** One worker's share of a step of the drift stage: draws glyphs and computes the generator's gradients. */
final class DriftStep {
    private final StructuredBatch batch;
    private final GeneratorPass generatorPass;
    private final DriftPass driftPass;
    private final float[] inkGradient;
    final float[] gradients;
    final float[] statistics;

    DriftStep(Generator generator, Recogniser recogniser, StructuredBatch.Shape shape) {
        GeneratorShape g = generator.shape();
        this.batch = new StructuredBatch(shape, g.style(), g.noise());
        this.generatorPass = new GeneratorPass(g, shape.generated());
        this.driftPass = new DriftPass(recogniser, shape);
        this.inkGradient = new float[shape.generated() * SampleSet.PIXELS];
        this.gradients = new float[generator.parameters().length];
        this.statistics = new float[generator.statistics().length];
    }

    /** Fills {@link #gradients} and {@link #statistics} from a fresh random batch. */
    void run(Generator generator, BatchSource source, RandomGenerator random) {
        source.fill(batch, random);
        float[] ink = generatorPass.drawTraining(generator, batch.style, batch.noise, batch.labels, statistics);
        Arrays.fill(inkGradient, 0f);
        driftPass.addGradient(ink, batch.real, 1.0, inkGradient);
        generatorPass.backward(inkGradient, gradients);
    }
}
