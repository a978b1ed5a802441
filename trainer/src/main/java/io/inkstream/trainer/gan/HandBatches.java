package io.inkstream.trainer.gan;

import io.inkstream.trainer.dataset.SampleSet;
import java.util.random.RandomGenerator;

/**
 * Batches of which one half is glyphs of one hand, drawn at the hand's place in the style space, and the other half glyphs of
 * everybody, each in a style of its own: so that the generator learns the hand there and forgets nothing elsewhere.
 */
final class HandBatches implements BatchSource {
    /** Around the hand's place, so that it is a place and no point. */
    private static final double NEAR = .1;

    private final SampleSet own;
    private final ClassSampler ofOwn;
    private final SampleSet all;
    private final ClassSampler sampler;
    private final float[] latent;

    HandBatches(SampleSet own, SampleSet all, float[] latent, int classes) {
        this.own = own;
        this.all = all;
        this.latent = latent.clone();
        this.ofOwn = new ClassSampler(own, classes / 2);
        this.sampler = new ClassSampler(all, classes);
    }

    @Override
    public void fill(StructuredBatch batch, RandomGenerator random) {
        int half = batch.shape().classes() / 2;
        int[] mine = ofOwn.classes(half, random);
        int[] others = sampler.classes(batch.shape().classes() - half, random);
        for (int k = 0; k < batch.shape().classes(); k++) {
            if (k < half) {
                batch.fillClass(k, mine[k], own, ofOwn, random);
            } else {
                batch.fillClass(k, others[k - half], all, sampler, random);
            }
        }
        batch.fillLatents(random);
        for (int i = 0; i < half * batch.shape().generatedPerClass() * latent.length; i++) {
            batch.style[i] = (float) (latent[i % latent.length] + NEAR * batch.style[i]);
        }
    }
}
