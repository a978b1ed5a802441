package io.inkstream.topology.render;

import io.inkstream.topology.flow.Backoff;
import io.inkstream.topology.health.Troubles;

/** Remembers that the registry did not answer, so that nobody asks it again before a common wait is over. For one thread. */
final class RegistryWait {
    private static final String TROUBLE = "schema-registry";

    private final Backoff backoff;
    private final Troubles troubles;
    private int failures;
    private long endsAtMs;

    RegistryWait(Backoff backoff, Troubles troubles) {
        this.backoff = backoff;
        this.troubles = troubles;
    }

    /** When it may be asked (again). */
    long endsAtMs() {
        return endsAtMs;
    }

    boolean isOver(long nowMs) {
        return nowMs >= endsAtMs;
    }

    void failed(RuntimeException cause, long nowMs) {
        endsAtMs = nowMs + backoff.millisAfter(++failures);
        troubles.raise(TROUBLE, String.valueOf(cause.getMessage()));
    }

    void answered() {
        failures = 0;
        troubles.clear(TROUBLE);
    }
}
