package io.inkstream.topology.health;

import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Holds what keeps the pipeline from going on, and logs each change once. Safe for use by many threads. */
public final class Troubles {
    private static final Logger LOG = LoggerFactory.getLogger(Troubles.class);

    private final SortedMap<String, String> reasons = new TreeMap<>();

    /**
     * Notes a trouble, or says it differently.
     *
     * @param part what has it, such as {@code model-server}; a part has one trouble at a time
     * @param reason one sentence for the operator
     */
    public void raise(String part, String reason) {
        boolean isNew;
        synchronized (this) {
            isNew = reasons.put(part, reason) == null;
        }
        if (isNew) {
            LOG.warn("Waiting for {}: {}", part, reason);
        }
    }

    /** Notes that a part has no trouble (any more). */
    public void clear(String part) {
        boolean wasThere;
        synchronized (this) {
            wasThere = reasons.remove(part) != null;
        }
        if (wasThere) {
            LOG.info("Recovered: {}", part);
        }
    }

    /** The troubles by part. */
    public synchronized Map<String, String> reasons() {
        return new TreeMap<>(reasons);
    }
}
