package io.inkstream.ops.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Notes that the process is told to end, and holds its end until the work at hand has stopped. */
final class StopSignal implements AutoCloseable {
    private static final int STOP_WITHIN_SECONDS = 30;

    private final CountDownLatch ended = new CountDownLatch(1);
    private final Thread hook;
    private volatile boolean given;

    private StopSignal() {
        hook = new Thread(
                () -> {
                    given = true;
                    try {
                        ended.await(STOP_WITHIN_SECONDS, TimeUnit.SECONDS);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                "stop-signal");
    }

    /** Listens until it is closed. */
    static StopSignal listen() {
        StopSignal signal = new StopSignal();
        Runtime.getRuntime().addShutdownHook(signal.hook);
        return signal;
    }

    /** Whether to stop. */
    boolean isGiven() {
        return given;
    }

    @Override
    public void close() {
        ended.countDown();
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // The process is on its way out: the hook has done its work.
            assert ended.getCount() == 0;
        }
    }
}
