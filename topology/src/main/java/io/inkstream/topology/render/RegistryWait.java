package io.inkstream.topology.render;

import io.inkstream.schemas.Limits;
import io.inkstream.topology.flow.Backoff;
import io.inkstream.topology.health.Troubles;
import java.util.HashMap;
import java.util.Map;

/**
 * Remembers for which topics the registry did not help, so that nobody asks it again for one before a common wait is over. A
 * subject that it refuses holds up nothing but the topic of that subject. For one thread.
 */
final class RegistryWait {
    /** Describes what a document waits for. */
    static final String REASON = "the schema registry does not answer, or refuses a schema";

    private static final String TROUBLE = "schema-registry";

    private final Backoff backoff;
    private final Troubles troubles;
    private final Map<String, Wait> waits = new HashMap<>();

    private record Wait(int failures, long endsAtMs) {}

    RegistryWait(Backoff backoff, Troubles troubles) {
        this.backoff = backoff;
        this.troubles = troubles;
    }

    /** When it may be asked (again) for a topic. */
    long endsAtMs(String topic) {
        Wait wait = waits.get(topic);
        return wait == null ? Long.MIN_VALUE : wait.endsAtMs();
    }

    boolean isOver(String topic, long nowMs) {
        return nowMs >= endsAtMs(topic);
    }

    /**
     * It did not help.
     *
     * @param topic whose schema was asked for
     */
    void failed(String topic, RuntimeException cause, long nowMs) {
        int failures = waits.containsKey(topic) ? waits.get(topic).failures() + 1 : 1;
        waits.put(topic, new Wait(failures, nowMs + backoff.millisAfter(failures)));
        troubles.raise(TROUBLE, Limits.cut("for topic " + topic + ": " + cause.getMessage(), Limits.MESSAGE_CHARS));
    }

    /** It helped with a topic. */
    void answered(String topic) {
        if (waits.remove(topic) != null && waits.isEmpty()) {
            troubles.clear(TROUBLE);
        }
    }
}
