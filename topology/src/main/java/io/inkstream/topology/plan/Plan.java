package io.inkstream.topology.plan;

import io.inkstream.schemas.topics.DeadLetterReason;
import io.inkstream.topology.state.PlannedLine;
import java.util.List;
import java.util.function.Function;

/** What is to be done with a document. */
public sealed interface Plan {

    <T> T match(Function<Lines, T> lines, Function<Waits, T> waits, Function<Refused, T> refused);

    /**
     * Draw these.
     *
     * @param lines in their order, at least one
     */
    record Lines(List<PlannedLine> lines) implements Plan {
        public Lines {
            lines = List.copyOf(lines);
        }

        @Override
        public <T> T match(Function<Lines, T> lines, Function<Waits, T> waits, Function<Refused, T> refused) {
            return lines.apply(this);
        }
    }

    /**
     * Nothing is wrong with it, and nothing can draw it yet.
     *
     * @param reason one sentence for the operator
     */
    record Waits(String reason) implements Plan {
        @Override
        public <T> T match(Function<Lines, T> lines, Function<Waits, T> waits, Function<Refused, T> refused) {
            return waits.apply(this);
        }
    }

    /**
     * It can never be drawn.
     *
     * @param message one sentence for its author
     */
    record Refused(DeadLetterReason reason, String message) implements Plan {
        @Override
        public <T> T match(Function<Lines, T> lines, Function<Waits, T> waits, Function<Refused, T> refused) {
            return refused.apply(this);
        }
    }
}
