package io.inkstream.trainer.dataset;

/** The topic of samples cannot be read; the message says in one sentence why. What was spooled before stays. */
public final class SpoolException extends Exception {
    private static final long serialVersionUID = 1L;

    public SpoolException(String message) {
        super(message);
    }

    public SpoolException(String message, Throwable cause) {
        super(message, cause);
    }
}
