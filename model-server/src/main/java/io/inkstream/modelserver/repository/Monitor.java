package io.inkstream.modelserver.repository;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A lock under which nobody waits for a listener, a log or a disk: such work is handed to {@link #afterwards} and is done, in
 * order, by the thread that leaves the lock, before it goes on. Reentrant; thread-safe.
 */
final class Monitor {
    private final ReentrantLock lock = new ReentrantLock();
    private final Queue<Runnable> handed = new ConcurrentLinkedQueue<>();
    /** Held by who does what was handed over, so that it is done in order. Nobody waits for it under {@link #lock}. */
    private final ReentrantLock doing = new ReentrantLock();

    private final Held held = new Held();
    // Guarded by the lock:
    private boolean isSomethingHanded;

    /** The lock is held until this is closed. */
    final class Held implements AutoCloseable {
        private Held() {}

        @Override
        public void close() {
            leave();
        }
    }

    /** Waits for the lock and takes it. */
    Held enter() {
        lock.lock();
        return held;
    }

    /** Under the lock: has something done when it is left. */
    void afterwards(Runnable work) {
        if (!lock.isHeldByCurrentThread()) {
            throw new IllegalStateException("the lock is not held");
        }
        handed.add(work);
        isSomethingHanded = true;
    }

    private void leave() {
        boolean isOurs = lock.getHoldCount() == 1 && isSomethingHanded;
        if (isOurs) {
            isSomethingHanded = false;
        }
        lock.unlock();
        if (!isOurs) {
            return;
        }
        doing.lock();
        try {
            for (Runnable work = handed.poll(); work != null; work = handed.poll()) {
                work.run();
            }
        } finally {
            doing.unlock();
        }
    }
}
