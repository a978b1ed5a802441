package io.inkstream.schemas.bundle;

/** A file that is no usable model bundle; the message says what is wrong with it. */
public final class InvalidBundleException extends Exception {
    private static final long serialVersionUID = 1;

    public InvalidBundleException(String message) {
        super(message);
    }

    public InvalidBundleException(String message, Throwable cause) {
        super(message, cause);
    }
}
