package io.inkstream.topology.render;

import io.inkstream.topology.client.Answer;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The answers to the lines of one document that wait here for the others; once there are too many, the store has them. */
final class HeldAnswers {
    private final Map<Integer, Answer.Drawn> byLine = new HashMap<>();
    private boolean isSpilled;
    private long bytes;

    /** @param isSpilled whether the store has them from the start */
    HeldAnswers(boolean isSpilled) {
        this.isSpilled = isSpilled;
    }

    /** Holds an answer, unless the store has them. */
    void add(int line, Answer.Drawn answer, long size) {
        if (!isSpilled) {
            byLine.put(line, answer);
            bytes += size;
        }
    }

    /** The answer to a line, if it is held here. */
    Optional<Answer.Drawn> of(int line) {
        return Optional.ofNullable(byLine.get(line));
    }

    void remove(int line) {
        byLine.remove(line);
    }

    /** Whether answers go to the store rather than be held. */
    boolean isSpilled() {
        return isSpilled;
    }

    /** From now on answers go to the store; returns those that were held. */
    Map<Integer, Answer.Drawn> spill() {
        isSpilled = true;
        Map<Integer, Answer.Drawn> taken = Map.copyOf(byLine);
        byLine.clear();
        bytes = 0;
        return taken;
    }

    long bytes() {
        return bytes;
    }
}
