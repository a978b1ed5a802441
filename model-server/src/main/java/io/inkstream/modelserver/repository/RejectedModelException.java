package io.inkstream.modelserver.repository;

import io.inkstream.schemas.Limits;

/**
 * A version that must not serve, whenever it is looked at: a verdict about its bytes or its announcement. The message is the
 * reason that operators and publishers read.
 */
public final class RejectedModelException extends Exception {
    private static final long serialVersionUID = 1;

    public RejectedModelException(String reason) {
        super(Limits.cut(reason, Limits.MESSAGE_CHARS));
    }

    public RejectedModelException(String reason, Throwable cause) {
        super(Limits.cut(reason, Limits.MESSAGE_CHARS), cause);
    }
}
