package io.inkstream.topology.client;

import io.inkstream.schemas.rpc.RenderLineResponse;
import java.util.function.Consumer;

/** What became of one call for one line. */
public sealed interface Answer {

    /** Time from asking to this answer. */
    double tookMs();

    void match(Consumer<Drawn> drawn, Consumer<Refused> refused, Consumer<Failed> failed);

    /** The line is drawn. */
    record Drawn(RenderLineResponse response, double tookMs) implements Answer {
        @Override
        public void match(Consumer<Drawn> drawn, Consumer<Refused> refused, Consumer<Failed> failed) {
            drawn.accept(this);
        }
    }

    /**
     * The line can never be drawn by this version.
     *
     * @param message the model server's reason
     */
    record Refused(String message, double tookMs) implements Answer {
        @Override
        public void match(Consumer<Drawn> drawn, Consumer<Refused> refused, Consumer<Failed> failed) {
            refused.accept(this);
        }
    }

    /**
     * The line is not drawn, which says nothing about the line: ask again.
     *
     * @param reason gRPC code and message
     * @param isVersionsFault whether the server was there and the version failed to draw
     */
    record Failed(String reason, boolean isVersionsFault, double tookMs) implements Answer {
        @Override
        public void match(Consumer<Drawn> drawn, Consumer<Refused> refused, Consumer<Failed> failed) {
            failed.accept(this);
        }
    }
}
