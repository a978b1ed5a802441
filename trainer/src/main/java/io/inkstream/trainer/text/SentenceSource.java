package io.inkstream.trainer.text;

import io.inkstream.schemas.alphabet.Graphemes;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;

/**
 * Draws sentences of a corpus without end, the same for the same corpus and seed. A balanced source draws each from a few
 * random ones: that whose characters were drawn least so far, so that rare ones come often enough to be learnt. For one
 * thread.
 */
public final class SentenceSource {
    private static final int CHOICES = 24;

    private final List<String> sentences;
    private final boolean balanced;
    private final SplittableRandom random;
    private final Map<String, Integer> drawn = new HashMap<>();
    private long characters;

    public SentenceSource(Corpus corpus, boolean balanced, long seed) {
        this.sentences = corpus.sentences();
        this.balanced = balanced;
        this.random = new SplittableRandom(seed);
    }

    /** The next sentence. */
    public String next() {
        String best = candidate();
        if (balanced) {
            double most = rarity(best);
            for (int i = 1; i < CHOICES; i++) {
                String other = candidate();
                double rarity = rarity(other);
                if (rarity > most) {
                    most = rarity;
                    best = other;
                }
            }
        }
        for (String character : Graphemes.split(best)) {
            if (!character.isBlank()) {
                drawn.merge(character, 1, Integer::sum);
                characters++;
            }
        }
        return best;
    }

    private String candidate() {
        return sentences.get(random.nextInt(sentences.size()));
    }

    /** Sum over its different characters of one over how often each was drawn; by length, or long ones would win always. */
    private double rarity(String sentence) {
        List<String> graphemes = Graphemes.split(sentence);
        Set<String> different = new HashSet<>(graphemes);
        double sum = 0;
        for (String character : different) {
            sum += character.isBlank() ? 0 : 1.0 / (1 + drawn.getOrDefault(character, 0));
        }
        return sum / Math.sqrt(graphemes.size());
    }

    /** How often each character was drawn, of a million. */
    public Map<String, Double> perMillion() {
        Map<String, Double> shares = new TreeMap<>();
        drawn.forEach((character, count) -> shares.put(character, 1e6 * count / characters));
        return shares;
    }
}
