package io.inkstream.schemas.reading;

import java.util.List;

/**
 * Says what a network of connectionist temporal classification reads: of each frame the likeliest class, repetitions once,
 * blanks not at all.
 *
 * @see <a href="https://doi.org/10.1145/1143844.1143891">Graves et al., section 3.2.1, best path decoding</a>
 */
public final class BestPath {
    /** Where the file of a network of lines notes its characters, a line each. */
    public static final String CHARACTERS = "characters";
    /** Columns of a picture for each frame. */
    public static final int COLUMNS_PER_FRAME = 2;

    private BestPath() {}

    /**
     * Returns the text.
     *
     * @param logits of frame after frame, each of as many classes as there are characters, and the blank before them
     * @param frames how many to look at; what is beyond is paper
     * @param characters of class 1 and after
     */
    public static String text(float[] logits, int frames, List<String> characters) {
        int classes = characters.size() + 1;
        StringBuilder text = new StringBuilder();
        int before = 0;
        for (int frame = 0; frame < frames; frame++) {
            int best = 0;
            for (int c = 1; c < classes; c++) {
                if (logits[frame * classes + c] > logits[frame * classes + best]) {
                    best = c;
                }
            }
            if (best != before && best != 0) {
                text.append(characters.get(best - 1));
            }
            before = best;
        }
        return text.toString().strip();
    }
}
