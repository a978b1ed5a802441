package io.inkstream.ops.web;

/** What somebody filled in cannot be; the message says why, to stand beside the field. */
final class FaultyFieldException extends Exception {
    private static final long serialVersionUID = 1;

    private final String field;

    /** @param field {@code text}, {@code style}, {@code seed}, {@code model}, or the field of a layout option */
    FaultyFieldException(String field, String message) {
        super(message);
        this.field = field;
    }

    String field() {
        return field;
    }
}
