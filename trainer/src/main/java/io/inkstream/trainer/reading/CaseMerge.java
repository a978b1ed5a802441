package io.inkstream.trainer.reading;

import io.inkstream.trainer.dataset.CharacterClasses;
import java.text.Normalizer;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Counts the upper and lower case of a letter as one where both have the same shape, which a picture without a line cannot
 * tell apart. The letters are those of EMNIST ByMerge: C I J K L M O P S U V W X Y Z; with marks they go as without.
 *
 * @see <a href="https://arxiv.org/abs/1702.05373">Cohen et al., EMNIST: an extension of MNIST to handwritten letters</a>
 */
final class CaseMerge {
    private static final String ALIKE = "CIJKLMOPSUVWXYZ";

    private CaseMerge() {}

    /** What stands for a character and all that count as one with it. */
    static String of(String character) {
        String decomposed = Normalizer.normalize(character, Normalizer.Form.NFD);
        int letter = Character.toUpperCase(decomposed.codePointAt(0));
        return ALIKE.indexOf(letter) >= 0 ? decomposed.toUpperCase(Locale.ROOT) : character;
    }

    /** For each class the first that counts as one with it. */
    static int[] of(CharacterClasses classes) {
        Map<String, Integer> first = new HashMap<>();
        int[] merged = new int[classes.size()];
        for (int c = 0; c < merged.length; c++) {
            int own = c;
            merged[c] = first.computeIfAbsent(of(classes.characterAt(c)), standing -> own);
        }
        return merged;
    }
}
