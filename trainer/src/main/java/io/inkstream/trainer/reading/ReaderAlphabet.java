package io.inkstream.trainer.reading;

import com.fasterxml.jackson.annotation.JsonIgnore;
import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.trainer.dataset.CharacterClasses;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Which number of a reader is which character.
 *
 * <p>The characters come first, from 0, in the order of the string, so that a reader of single glyphs has a logit for each
 * and none for more. After them come four tokens that are no characters, for networks that read or write sequences, in this order:
 * {@link #blank}, {@link #start}, {@link #end}, {@link #padding}.
 *
 * @param characters graphemes, each once, as of {@link CharacterClasses}
 * @param source what the reader learnt from and how, for people
 */
public record ReaderAlphabet(String characters, String source) {
    private static final int TOKENS = 4;

    public ReaderAlphabet {
        new CharacterClasses(characters);
    }

    /** How many characters there are. */
    @JsonIgnore
    public int size() {
        return Graphemes.split(characters).size();
    }

    /** How many numbers there are, characters and tokens. */
    @JsonIgnore
    public int sizeWithTokens() {
        return size() + TOKENS;
    }

    /** Stands for no character between two, which a reader without an alignment needs (CTC). */
    @JsonIgnore
    public int blank() {
        return size();
    }

    /** Comes before the first character. */
    @JsonIgnore
    public int start() {
        return size() + 1;
    }

    /** Comes after the last character. */
    @JsonIgnore
    public int end() {
        return size() + 2;
    }

    /** Fills up what is shorter than others. */
    @JsonIgnore
    public int padding() {
        return size() + 3;
    }

    /**
     * A text as numbers: start, its characters, end, padding.
     *
     * @param length of the result, at least two more than the text has characters
     * @throws IllegalArgumentException if it is longer, or has a character that is not among these
     */
    public int[] encode(String text, int length) {
        Map<String, Integer> numbers = new HashMap<>();
        Graphemes.split(characters).forEach(character -> numbers.put(character, numbers.size()));
        List<String> written = Graphemes.split(text);
        if (written.size() > length - 2) {
            throw new IllegalArgumentException("'" + text + "' has " + written.size()
                    + " characters, start and end make two more, and the length is " + length);
        }
        int[] encoded = new int[length];
        Arrays.fill(encoded, padding());
        encoded[0] = start();
        for (int i = 0; i < written.size(); i++) {
            Integer number = numbers.get(written.get(i));
            if (number == null) {
                throw new IllegalArgumentException("'" + written.get(i) + "' is not among " + characters);
            }
            encoded[i + 1] = number;
        }
        encoded[written.size() + 1] = end();
        return encoded;
    }

    /** The characters among numbers up to the first end; tokens are left out. */
    public String decode(int[] numbers) {
        List<String> known = Graphemes.split(characters);
        StringBuilder text = new StringBuilder();
        for (int number : numbers) {
            if (number == end()) {
                break;
            }
            if (number >= 0 && number < known.size()) {
                text.append(known.get(number));
            }
        }
        return text.toString();
    }

    /** Likewise of what was read without an alignment: a number that follows itself counts once, blanks part such. */
    public String decodeUnaligned(int[] numbers) {
        List<Integer> kept = new ArrayList<>();
        for (int i = 0; i < numbers.length; i++) {
            if (numbers[i] != blank() && (i == 0 || numbers[i] != numbers[i - 1])) {
                kept.add(numbers[i]);
            }
        }
        return decode(kept.stream().mapToInt(Integer::intValue).toArray());
    }
}
