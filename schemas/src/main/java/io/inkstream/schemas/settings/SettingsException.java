package io.inkstream.schemas.settings;

/** Settings that cannot be used; the message names each by key, value and what was expected, a line each. */
public final class SettingsException extends RuntimeException {
    private static final long serialVersionUID = 1;

    public SettingsException(String message) {
        super(message);
    }
}
