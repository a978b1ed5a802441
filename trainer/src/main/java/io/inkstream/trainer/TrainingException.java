package io.inkstream.trainer;

/** A training that cannot begin or go on; the message says in one sentence why, and what is kept. */
public final class TrainingException extends Exception {
    private static final long serialVersionUID = 1L;

    public TrainingException(String message) {
        super(message);
    }

    public TrainingException(String message, Throwable cause) {
        super(message, cause);
    }
}
