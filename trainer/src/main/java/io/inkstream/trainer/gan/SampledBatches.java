package io.inkstream.trainer.gan;

import io.inkstream.trainer.dataset.SampleSet;
import java.util.random.RandomGenerator;

/** Batches of all samples, in which every glyph has a style of its own. */
final class SampledBatches implements BatchSource {
    private final SampleSet samples;
    private final ClassSampler sampler;

    /** @throws IllegalArgumentException if fewer classes than {@code classes} have samples */
    SampledBatches(SampleSet samples, int classes) {
        this.samples = samples;
        this.sampler = new ClassSampler(samples, classes);
    }

    @Override
    public void fill(StructuredBatch batch, RandomGenerator random) {
        int[] classes = sampler.classes(batch.shape().classes(), random);
        for (int k = 0; k < classes.length; k++) {
            batch.fillClass(k, classes[k], samples, sampler, random);
        }
        batch.fillLatents(random);
    }
}
