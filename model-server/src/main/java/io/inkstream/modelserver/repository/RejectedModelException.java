package io.inkstream.modelserver.repository;

/** A version that must not serve; the message is the reason that operators and publishers read. */
public final class RejectedModelException extends Exception {
    private static final long serialVersionUID = 1;

    public RejectedModelException(String reason) {
        super(reason);
    }

    public RejectedModelException(String reason, Throwable cause) {
        super(reason, cause);
    }
}
