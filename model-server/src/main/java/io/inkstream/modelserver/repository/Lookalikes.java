package io.inkstream.modelserver.repository;

import java.util.List;

/**
 * Says which characters nobody tells apart who sees one drawing alone, scaled to its box: without size, place and
 * neighbours. The server's own list; that of a bundle would excuse its own faults.
 */
final class Lookalikes {
    private static final List<String> GROUPS = List.of(
            "cC(<",
            "fF",
            "jJ",
            "kK",
            "mM",
            "oO0",
            "pP",
            "sS5",
            "uUvV",
            "wW",
            "xX",
            "yY",
            "zZ2",
            "gq9",
            "1lI|/\\'!",
            "ij;:!",
            "-_~",
            ".,'`",
            "`\\",
            ",)1l",
            ")>7",
            "+t");

    private Lookalikes() {}

    static boolean areAlike(String a, String b) {
        return a.equals(b) || GROUPS.stream().anyMatch(group -> group.contains(a) && group.contains(b));
    }
}
