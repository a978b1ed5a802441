package io.inkstream.topology.render;

import io.inkstream.schemas.rpc.RenderLineResponse;
import java.util.function.Consumer;

/** What became of one call for one line. */
public sealed interface Answer {

    void match(Consumer<Drawn> drawn, Consumer<Refused> refused, Consumer<Failed> failed);

    /** The line is drawn. */
    record Drawn(RenderLineResponse response) implements Answer {
        @Override
        public void match(Consumer<Drawn> drawn, Consumer<Refused> refused, Consumer<Failed> failed) {
            drawn.accept(this);
        }
    }

    /**
     * The line can never be drawn.
     *
     * @param message the model server's reason
     */
    record Refused(String message) implements Answer {
        @Override
        public void match(Consumer<Drawn> drawn, Consumer<Refused> refused, Consumer<Failed> failed) {
            refused.accept(this);
        }
    }

    /**
     * The line is not drawn, which says nothing about the line: ask again.
     *
     * @param reason one sentence for the operator
     */
    record Failed(String reason) implements Answer {
        @Override
        public void match(Consumer<Drawn> drawn, Consumer<Refused> refused, Consumer<Failed> failed) {
            failed.accept(this);
        }
    }
}
