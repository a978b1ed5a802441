package io.inkstream.modelserver.predict;

import static java.util.Objects.requireNonNull;

/** Nothing was computed, and nothing is wrong with what was asked. */
public final class NoAnswerException extends RuntimeException {
    private static final long serialVersionUID = 1;

    private final Why why;

    /** The reasons. */
    public enum Why {
        /** Too many wait; asking later may help. */
        OVERLOADED,
        /** The one who asked has gone, or its deadline has passed. */
        ABANDONED
    }

    public NoAnswerException(Why why, String message) {
        super(message);
        this.why = requireNonNull(why, "why");
    }

    public Why why() {
        return why;
    }
}
