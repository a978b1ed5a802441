package io.inkstream.trainer.dataset;

import java.util.Map;

/**
 * Samples to learn from, with a digest that tells whether two runs had the same.
 *
 * @param samples in the order of their content ids
 * @param digest SHA-256 over content ids, splits, writers, support and sources; for the provenance of a model
 * @param unknownCharacters samples left out because their character is no class, by character
 */
public record CollectedSamples(SampleSet samples, String digest, Map<String, Integer> unknownCharacters) {
    public CollectedSamples {
        unknownCharacters = Map.copyOf(unknownCharacters);
    }
}
