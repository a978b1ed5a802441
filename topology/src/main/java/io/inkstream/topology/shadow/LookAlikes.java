package io.inkstream.topology.shadow;

import com.ibm.icu.text.Normalizer2;
import java.util.stream.Stream;

/**
 * Characters that a reader which sees a glyph without its line cannot tell apart. The same for every model, so that figures of
 * two versions can be compared.
 */
final class LookAlikes {
    private static final String[] GROUPS = {
        "0Oo", "1Il|/!", "5Ss", "9gq", "(Cc", "!ij", "-_~", "',.`", "'),/", "Kk", "Mm", "Pp", "Uu", "Vv", "Ww", "Xx",
        "Yy", "Zz"
    };

    private LookAlikes() {}

    /** Whether a drawing of {@code asked} that is read as {@code read} may be a good one. */
    static boolean areAlike(String asked, String read) {
        String letter = letter(asked);
        return asked.equals(read)
                || letter.equals(read)
                || Stream.of(GROUPS)
                        .anyMatch(group -> group.contains(letter) && !read.isEmpty() && group.contains(read));
    }

    /** Of a letter with marks the reader is shown the letter. */
    private static String letter(String grapheme) {
        String decomposed = Normalizer2.getNFDInstance().normalize(grapheme);
        return decomposed.substring(0, decomposed.offsetByCodePoints(0, decomposed.isEmpty() ? 0 : 1));
    }
}
