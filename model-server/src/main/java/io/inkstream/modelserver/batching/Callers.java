package io.inkstream.modelserver.batching;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/**
 * Counts the callers that may soon submit jobs, so that batches wait for company only when some can come. Thread-safe.
 */
public final class Callers {
    private final AtomicInteger preparing = new AtomicInteger();
    private final List<Runnable> idleListeners = new CopyOnWriteArrayList<>();

    /** Counts this caller until the result is closed. */
    public Entry enter() {
        preparing.incrementAndGet();
        return new Entry();
    }

    /** Whether nobody who could submit a job is known. */
    boolean nonePreparing() {
        return preparing.get() <= 0; // callers that never entered may wait too
    }

    /** Runs the wait of a caller, which is not counted meanwhile. */
    <T> T whileWaiting(Supplier<T> wait) {
        leave();
        try {
            return wait.get();
        } finally {
            preparing.incrementAndGet();
        }
    }

    void whenNonePreparing(Runnable listener) {
        idleListeners.add(listener);
    }

    private void leave() {
        if (preparing.decrementAndGet() <= 0) {
            idleListeners.forEach(Runnable::run);
        }
    }

    /** One caller at work; used by one thread at a time. */
    public final class Entry implements AutoCloseable {
        private boolean left;

        private Entry() {}

        /** Ends the work; a second call does nothing. */
        @Override
        public void close() {
            if (!left) {
                left = true;
                leave();
            }
        }
    }
}
