package io.inkstream.ops.rollout;

/** A change was not made; the message says why, and what to do instead. */
public final class RefusedChangeException extends Exception {
    private static final long serialVersionUID = 1;

    private final boolean mayBeForced;

    private RefusedChangeException(String message, boolean mayBeForced) {
        super(message);
        this.mayBeForced = mayBeForced;
    }

    /** The change means nothing: what it names does not exist or contradicts itself. */
    static RefusedChangeException senseless(String message) {
        return new RefusedChangeException(message, false);
    }

    /** The change would break serving; somebody who knows better may force it. */
    static RefusedChangeException unsafe(String message) {
        return new RefusedChangeException(message, true);
    }

    public boolean mayBeForced() {
        return mayBeForced;
    }
}
