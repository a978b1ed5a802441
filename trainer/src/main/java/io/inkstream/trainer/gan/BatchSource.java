package io.inkstream.trainer.gan;

import java.util.random.RandomGenerator;

/** Decides what a step learns from. Immutable, so workers share it. */
@FunctionalInterface
interface BatchSource {
    /** Fills a batch anew: labels, latents and real glyphs. */
    void fill(StructuredBatch batch, RandomGenerator random);
}
