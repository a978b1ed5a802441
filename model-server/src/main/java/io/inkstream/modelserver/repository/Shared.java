package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

import java.util.Optional;
import java.util.function.Consumer;

/**
 * Holds something that many use at once and frees it when it is retired and the last user has gone. Thread-safe.
 */
final class Shared<T> {
    private final T value;
    private final Consumer<T> free;
    // Guarded by this:
    private int users;
    private boolean retired;

    Shared(T value, Consumer<T> free) {
        this.value = requireNonNull(value, "value");
        this.free = requireNonNull(free, "free");
    }

    /** Begins a use, or returns empty once it is retired. */
    synchronized Optional<Use> use() {
        if (retired) {
            return Optional.empty();
        }
        users++;
        return Optional.of(new Use());
    }

    synchronized boolean isInUse() {
        return users > 0;
    }

    /** Lets nobody in any more; frees the value now or when the last user goes. A second call does nothing. */
    void retire() {
        boolean last;
        synchronized (this) {
            last = !retired && users == 0;
            retired = true;
        }
        if (last) {
            free.accept(value);
        }
    }

    /** One use; for one thread at a time. */
    final class Use implements AutoCloseable {
        private boolean over;

        private Use() {}

        T value() {
            return value;
        }

        /** Ends the use; a second call does nothing. */
        @Override
        public void close() {
            boolean last;
            synchronized (Shared.this) {
                if (over) {
                    return;
                }
                over = true;
                users--;
                last = retired && users == 0;
            }
            if (last) {
                free.accept(value);
            }
        }
    }
}
