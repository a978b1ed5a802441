package io.inkstream.ops.hand;

import java.util.Locale;

/** What becomes of something that a person wrote. */
public enum Verdict {
    TAKEN,
    /** A reader takes it for something else. */
    DOUBTFUL,
    /** There is no ink that could be traced. */
    EMPTY,
    /** Ink runs out of its field: some of it may be lost. It is taken, for a reader knows it all the same. */
    RIM,
    /** The model neither has the character nor composes it. */
    UNKNOWN;

    /** Its name for people. */
    public String label() {
        return name().toLowerCase(Locale.ROOT);
    }
}
