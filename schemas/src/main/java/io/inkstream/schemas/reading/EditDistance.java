package io.inkstream.schemas.reading;

import java.util.List;

/** Counts how many characters must be put in, left out or exchanged to make one text the other. */
public final class EditDistance {
    private EditDistance() {}

    /**
     * Returns that number.
     *
     * @param read graphemes
     * @param meant graphemes
     * @see <a href="https://doi.org/10.1145/321796.321811">Wagner and Fischer, the string-to-string correction problem</a>
     */
    public static int between(List<String> read, List<String> meant) {
        int[] before = new int[meant.size() + 1];
        for (int j = 0; j <= meant.size(); j++) {
            before[j] = j;
        }
        for (int i = 1; i <= read.size(); i++) {
            int[] now = new int[meant.size() + 1];
            now[0] = i;
            for (int j = 1; j <= meant.size(); j++) {
                int exchanged = before[j - 1] + (read.get(i - 1).equals(meant.get(j - 1)) ? 0 : 1);
                now[j] = Math.min(exchanged, 1 + Math.min(before[j], now[j - 1]));
            }
            before = now;
        }
        return before[meant.size()];
    }
}
