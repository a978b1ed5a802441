package io.inkstream.ops.bench.faults;

import io.inkstream.ops.stack.Part;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** What may be done to one of two of everything. */
public enum FaultKind {
    /** {@code kill -9}; it stays away until the other has taken its work over. */
    KILL_TOPOLOGY(Part.TOPOLOGY),
    /** SIGTERM, and started again. */
    STOP_TOPOLOGY(Part.TOPOLOGY),
    /** SIGSTOP for longer than its session: the other takes over, then it resumes unaware of that. */
    PAUSE_TOPOLOGY(Part.TOPOLOGY),
    /** Each in turn: SIGTERM, started again, healthy. */
    ROLL_TOPOLOGIES(Part.TOPOLOGY),
    /** Its state disk is full, during work and at a start. */
    FULL_STATE_DIRECTORY(Part.TOPOLOGY),
    KILL_MODEL_SERVER(Part.MODEL_SERVER),
    STOP_MODEL_SERVER(Part.MODEL_SERVER),
    PAUSE_MODEL_SERVER(Part.MODEL_SERVER),
    ROLL_MODEL_SERVERS(Part.MODEL_SERVER),
    /** What is said to a model server, and what it answers, comes late. */
    DELAY_CALLS(Part.MODEL_SERVER),
    /** Connections to a model server break in the middle of calls, and no new ones come about. */
    CUT_CALLS(Part.MODEL_SERVER),
    /** Something else answers in its place: nonsense. */
    GARBAGE_ANSWERS(Part.MODEL_SERVER),
    KILL_BROKER(Part.BROKER),
    STOP_BROKER(Part.BROKER),
    /** SIGSTOP for longer than its session. */
    PAUSE_BROKER(Part.BROKER),
    KILL_REGISTRY(Part.REGISTRY);

    private final Part part;

    FaultKind(Part part) {
        this.part = part;
    }

    /** The part that it hits. */
    Part part() {
        return part;
    }

    /** Its name for people and in reports. */
    public String label() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** The kind of this name. */
    public static Optional<FaultKind> of(String label) {
        return Stream.of(values()).filter(kind -> kind.label().equals(label)).findFirst();
    }
}
