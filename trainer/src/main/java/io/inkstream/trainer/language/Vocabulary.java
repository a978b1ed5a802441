package io.inkstream.trainer.language;

import io.inkstream.schemas.alphabet.Graphemes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The characters that a language model knows, as numbers; the number after the last is the end of a paragraph.
 *
 * @param characters graphemes, each once
 */
public record Vocabulary(List<String> characters) {
    /** Rarer characters of a text are not learnt: a model of all of Unicode would learn none. */
    public static final int MOST_CHARACTERS = 1_000;

    public Vocabulary {
        characters = List.copyOf(characters);
        if (characters.isEmpty() || characters.size() > MOST_CHARACTERS) {
            throw new IllegalArgumentException(
                    "a vocabulary has 1 to " + MOST_CHARACTERS + " characters, not " + characters.size());
        }
    }

    /**
     * A text as numbers.
     *
     * @param tokens what is known of it
     * @param unknown how often each other character occurs; they are left out
     */
    public record Encoded(int[] tokens, Map<String, Integer> unknown) {}

    /** The characters of paragraphs, the most frequent ones first. */
    public static Vocabulary of(List<String> paragraphs) {
        Map<String, Integer> counts = new HashMap<>();
        for (String paragraph : paragraphs) {
            Graphemes.split(paragraph).forEach(character -> counts.merge(character, 1, Integer::sum));
        }
        return new Vocabulary(counts.entrySet().stream()
                .sorted(Map.Entry.<String, Integer>comparingByValue(Comparator.reverseOrder())
                        .thenComparing(Map.Entry.comparingByKey()))
                .limit(MOST_CHARACTERS)
                .map(Map.Entry::getKey)
                .toList());
    }

    /** How many numbers there are, the end included. */
    public int size() {
        return characters.size() + 1;
    }

    /** The end of a paragraph. */
    public int end() {
        return characters.size();
    }

    /** Paragraphs one after the other, each with its end. */
    public Encoded encode(List<String> paragraphs) {
        Map<String, Integer> numbers = new HashMap<>();
        for (int i = 0; i < characters.size(); i++) {
            numbers.put(characters.get(i), i);
        }
        Map<String, Integer> unknown = new TreeMap<>();
        List<Integer> tokens = new ArrayList<>();
        for (String paragraph : paragraphs) {
            for (String character : Graphemes.split(paragraph)) {
                Integer number = numbers.get(character);
                if (number == null) {
                    unknown.merge(character, 1, Integer::sum);
                } else {
                    tokens.add(number);
                }
            }
            tokens.add(end());
        }
        return new Encoded(tokens.stream().mapToInt(Integer::intValue).toArray(), unknown);
    }

    /** The text that numbers stand for; an end is a line end. */
    public String decode(int[] tokens) {
        StringBuilder text = new StringBuilder();
        for (int token : tokens) {
            text.append(token == end() ? "\n" : characters.get(token));
        }
        return text.toString();
    }
}
