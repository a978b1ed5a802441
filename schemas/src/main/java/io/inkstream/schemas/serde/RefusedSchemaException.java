package io.inkstream.schemas.serde;

import org.apache.kafka.common.errors.SerializationException;

/** The registry answered, and will not have this schema under this subject; most often it is incompatible. */
public final class RefusedSchemaException extends SerializationException {
    private static final long serialVersionUID = 1;

    public RefusedSchemaException(String message) {
        super(message);
    }
}
