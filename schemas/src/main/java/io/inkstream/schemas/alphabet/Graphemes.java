package io.inkstream.schemas.alphabet;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.text.Normalizer2;
import com.ibm.icu.util.ULocale;
import io.inkstream.schemas.Limits;
import java.util.ArrayList;
import java.util.List;

/**
 * Cuts text into what people take for characters, and knows which of them can be a class of a model.
 *
 * @see <a href="https://www.unicode.org/reports/tr29/">Unicode Standard Annex 29, Unicode Text Segmentation</a>
 */
public final class Graphemes {
    private static final Normalizer2 NFC = Normalizer2.getNFCInstance();

    private Graphemes() {}

    /** The extended grapheme clusters of a text, in their order. */
    public static List<String> split(String text) {
        List<String> graphemes = new ArrayList<>();
        BreakIterator breaks = BreakIterator.getCharacterInstance(ULocale.ROOT);
        breaks.setText(text);
        int start = 0;
        for (int end = breaks.next(); end != BreakIterator.DONE; start = end, end = breaks.next()) {
            graphemes.add(text.substring(start, end));
        }
        return graphemes;
    }

    /** The one spelling of a grapheme that names a class: NFC. */
    public static String normal(String grapheme) {
        return NFC.normalize(grapheme);
    }

    /**
     * Whether a string can be a class of a model: one visible grapheme in its {@link #normal} spelling, of at most
     * {@link Limits#GRAPHEME_CHARS} UTF-16 units, that stays one beside any other; so a combining mark alone, which would
     * go to the letter before it, is none.
     */
    public static boolean isClass(String text) {
        if (text.isEmpty() || text.length() > Limits.GRAPHEME_CHARS || !NFC.isNormalized(text)) {
            return false;
        }
        int first = text.codePointAt(0);
        switch (UCharacter.getType(first)) {
            case UCharacter.CONTROL,
                    UCharacter.FORMAT,
                    UCharacter.SURROGATE,
                    UCharacter.UNASSIGNED,
                    UCharacter.SPACE_SEPARATOR,
                    UCharacter.LINE_SEPARATOR,
                    UCharacter.PARAGRAPH_SEPARATOR:
                return false;
            default:
                return split("a" + text + text + "a").equals(List.of("a", text, text, "a"));
        }
    }
}
