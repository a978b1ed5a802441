package io.inkstream.modelserver.repository;

import io.inkstream.schemas.Limits;

/**
 * A version that could not be judged or loaded now, through no fault of its bytes: it is tried again. The message is the
 * reason that operators read.
 */
public final class NotNowException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public NotNowException(String reason) {
        super(Limits.cut(reason, Limits.MESSAGE_CHARS));
    }

    public NotNowException(String reason, Throwable cause) {
        super(Limits.cut(reason, Limits.MESSAGE_CHARS), cause);
    }
}
