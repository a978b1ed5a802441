package io.inkstream.modelserver.health;

import static java.util.Objects.requireNonNull;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows what keeps this server from being ready, in sentences for operators. Thread-safe. */
public final class Readiness {
    private static final Logger LOG = LoggerFactory.getLogger(Readiness.class);

    private final Map<String, String> obstacles = new TreeMap<>();
    private final CopyOnWriteArrayList<Consumer<Boolean>> listeners = new CopyOnWriteArrayList<>();

    /** Calls the listener now and whenever the server becomes ready or stops being so. */
    public synchronized void whenChanged(Consumer<Boolean> listener) {
        listeners.add(requireNonNull(listener, "listener"));
        listener.accept(obstacles.isEmpty());
    }

    /** Says that a part of the server is not ready, and why. */
    public synchronized void obstacle(String part, String reason) {
        boolean wasReady = obstacles.isEmpty();
        String before = obstacles.put(part, requireNonNull(reason, "reason"));
        if (!reason.equals(before)) {
            LOG.info("Not ready: {}", reason);
        }
        if (wasReady) {
            listeners.forEach(listener -> listener.accept(false));
        }
    }

    /** Says that a part of the server is ready. */
    public synchronized void clear(String part) {
        if (obstacles.remove(part) != null && obstacles.isEmpty()) {
            LOG.info("Ready.");
            listeners.forEach(listener -> listener.accept(true));
        }
    }

    /** What is in the way, by part; empty when the server is ready. */
    public synchronized Map<String, String> obstacles() {
        return new TreeMap<>(obstacles);
    }
}
