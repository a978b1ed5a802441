package io.inkstream.trainer.language;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.trainer.text.Corpus;
import java.util.ArrayDeque;
import java.util.Locale;
import java.util.Optional;
import java.util.Queue;
import java.util.SplittableRandom;

/** Sentences of a text that a language model writes, without end, the same for the same seed. For one thread. */
public final class WrittenSentences {
    /** A model that writes no sentence in so many paragraphs will not write one. */
    public static final int TRIES = 200;

    private final LanguageModel model;
    private final LanguageModel.Boldness boldness;
    private final Locale language;
    private final int longest;
    private final SplittableRandom random;
    private final Queue<String> ready = new ArrayDeque<>();

    /**
     * Begins a text.
     *
     * @param language decides where sentences end
     * @param longest most characters of a sentence; longer ones are left out
     */
    public WrittenSentences(
            LanguageModel model, LanguageModel.Boldness boldness, Locale language, int longest, long seed) {
        this.model = requireNonNull(model, "model");
        this.boldness = requireNonNull(boldness, "boldness");
        this.language = requireNonNull(language, "language");
        this.longest = longest;
        this.random = new SplittableRandom(seed);
        model.begin(boldness, random);
    }

    /** The next sentence; empty if there was none short enough in {@link #TRIES} paragraphs. */
    public Optional<String> next() {
        for (int tries = 0; ready.isEmpty() && tries < TRIES; tries++) {
            for (String sentence : Corpus.split(model.next(boldness, random), language)) {
                if (Graphemes.split(sentence).size() <= longest) {
                    ready.add(sentence);
                }
            }
        }
        return Optional.ofNullable(ready.poll());
    }
}
