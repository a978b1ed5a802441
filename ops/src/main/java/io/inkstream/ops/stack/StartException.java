package io.inkstream.ops.stack;

/** A process could not be started or did not become healthy; the message says which, why, and where its log is. */
public final class StartException extends Exception {
    private static final long serialVersionUID = 1;

    public StartException(String message) {
        super(message);
    }

    public StartException(String message, Throwable cause) {
        super(message, cause);
    }
}
