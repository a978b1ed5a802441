package io.inkstream.ops.replay;

import io.inkstream.schemas.rpc.RenderLineRequest;

/** Somebody who can be asked to draw a line of one model version. */
public interface LineArtist extends AutoCloseable {
    /**
     * Draws it.
     *
     * @throws NotDrawnException if it cannot be drawn; the message says why
     */
    Redrawn draw(RenderLineRequest request) throws NotDrawnException;

    @Override
    void close();

    /** The line cannot be drawn here. */
    final class NotDrawnException extends Exception {
        private static final long serialVersionUID = 1;

        NotDrawnException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
