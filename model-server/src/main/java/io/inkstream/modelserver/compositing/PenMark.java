package io.inkstream.modelserver.compositing;

/**
 * What the pen draws over or under letters of a line.
 *
 * @param first place of the first letter among the glyphs that are no white space
 * @param last place of the last
 */
public record PenMark(Kind kind, int first, int last) {
    /** How it is drawn. */
    public enum Kind {
        UNDERLINE,
        STRIKE,
        SCRIBBLE
    }

    /** @throws UndrawableLineException if it ends before it begins, or begins before the line does */
    public PenMark {
        if (first < 0 || last < first) {
            throw new UndrawableLineException(
                    "a mark of the pen is from one letter to the same or a later one, not from " + first + " to "
                            + last);
        }
    }
}
