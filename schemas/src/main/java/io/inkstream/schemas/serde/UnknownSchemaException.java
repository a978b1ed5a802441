package io.inkstream.schemas.serde;

import org.apache.kafka.common.errors.SerializationException;

/**
 * The registry answered, and has no such schema. Of a record that was read, this is bad input: its writer used another
 * registry or made the id up, and asking again does not help.
 */
public final class UnknownSchemaException extends SerializationException {
    private static final long serialVersionUID = 1;

    public UnknownSchemaException(String message) {
        super(message);
    }
}
