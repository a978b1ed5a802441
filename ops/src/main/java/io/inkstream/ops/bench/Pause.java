package io.inkstream.ops.bench;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** Waits, whatever interrupts say: a run that is ended ends its processes by a shutdown hook. */
public final class Pause {
    private Pause() {}

    /** Returns no sooner than that. */
    public static void of(Duration duration) {
        long until = System.nanoTime() + duration.toNanos();
        for (long left = duration.toNanos(); left > 0; left = until - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    /** Returns no sooner than that. */
    public static void ofMillis(long millis) {
        of(Duration.ofMillis(millis));
    }
}
