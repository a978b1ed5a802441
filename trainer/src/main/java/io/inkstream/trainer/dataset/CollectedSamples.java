package io.inkstream.trainer.dataset;

import java.util.List;
import java.util.Map;

/**
 * Samples to learn from, with a digest that tells whether two runs had the same.
 *
 * @param samples in the order of their content ids
 * @param digest SHA-256 over keys, characters, images' checksums, splits, writers, support and sources; for the provenance of
 *     a model
 * @param unknownCharacters samples left out because their character is no class, by character; the first hundred by name
 * @param writers names of the writers, by the number that they have in {@code samples}
 */
public record CollectedSamples(
        SampleSet samples, String digest, Map<String, Integer> unknownCharacters, List<String> writers) {
    public CollectedSamples {
        unknownCharacters = Map.copyOf(unknownCharacters);
        writers = List.copyOf(writers);
    }
}
