package io.inkstream.schemas.serde;

import org.apache.kafka.common.errors.SerializationException;

/** Bytes that are no record of the expected kind in Confluent's wire format: bad input, whoever reads it again. */
public final class UnreadableRecordException extends SerializationException {
    private static final long serialVersionUID = 1;

    public UnreadableRecordException(String message) {
        super(message);
    }

    public UnreadableRecordException(String message, Throwable cause) {
        super(message, cause);
    }
}
