package io.inkstream.ops.hand;

/** A photo shows no page that can be read; the message says what is seen and what to do. */
public final class SheetException extends Exception {
    private static final long serialVersionUID = 1L;

    SheetException(String message) {
        super(message);
    }
}
