package io.inkstream.schemas.serde;

import org.apache.kafka.common.errors.RetriableException;

/**
 * The registry gave no usable answer: it is down, refuses our credentials, or something else answers at its address.
 * This says nothing about the record, so wait and do the same again; never treat it as bad input.
 */
public final class RegistryUnavailableException extends RetriableException {
    private static final long serialVersionUID = 1;

    public RegistryUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    public RegistryUnavailableException(String message) {
        super(message);
    }
}
