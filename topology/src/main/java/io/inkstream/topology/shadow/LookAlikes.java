package io.inkstream.topology.shadow;

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
        return asked.equals(read)
                || Stream.of(GROUPS)
                        .anyMatch(group -> group.contains(asked) && !read.isEmpty() && group.contains(read));
    }
}
