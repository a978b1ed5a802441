package io.inkstream.trainer.kafka;

/** Nothing of the transaction is visible to readers; the message says in one sentence why. */
public final class WriteFailedException extends Exception {
    private static final long serialVersionUID = 1L;

    public WriteFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
