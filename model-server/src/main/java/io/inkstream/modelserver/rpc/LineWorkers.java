package io.inkstream.modelserver.rpc;

import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Draws admitted lines on a fixed number of threads, and refuses at once what it has no place for. Thread-safe. */
public final class LineWorkers {
    private final ThreadPoolExecutor threads;
    private final int maxPending;

    /**
     * Starts threads as they are needed.
     *
     * @param inWork lines drawn at the same time
     * @param maxPending most lines that wait besides
     */
    public LineWorkers(int inWork, int maxPending) {
        this.maxPending = maxPending;
        AtomicInteger number = new AtomicInteger();
        threads = new ThreadPoolExecutor(
                inWork, inWork, 0, TimeUnit.SECONDS, new LinkedBlockingQueue<>(maxPending), task -> {
                    Thread thread = new Thread(task, "line-" + number.getAndIncrement());
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Queues a line.
     *
     * @return gives the line's place back if it still waits: it is never drawn then
     * @throws StatusException RESOURCE_EXHAUSTED if there is no place, UNAVAILABLE once they drain
     */
    Runnable admit(Runnable line) throws StatusException {
        try {
            threads.execute(line);
        } catch (RejectedExecutionException e) {
            Status status = threads.isShutdown()
                    ? Status.UNAVAILABLE.withDescription("the server stops")
                    : Status.RESOURCE_EXHAUSTED.withDescription(maxPending + " lines wait, the most allowed");
            throw status.asException();
        }
        return () -> threads.remove(line);
    }

    /** Lines that wait for a thread. */
    public int pending() {
        return threads.getQueue().size();
    }

    /** Lines that are drawn right now. */
    public int inWork() {
        return threads.getActiveCount();
    }

    /**
     * Admits nothing more and waits for the rest.
     *
     * @return whether all of it was done in time
     */
    public boolean drain(Duration timeout) {
        threads.shutdown();
        try {
            return threads.awaitTermination(timeout.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
