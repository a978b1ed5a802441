package io.inkstream.trainer.nn;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;

/**
 * Runs one task on each of a fixed number of threads and waits for all of them.
 *
 * <p>Worker {@code i} always gets share {@code i} of the work, and the caller combines the shares in their order, so
 * results do not depend on which thread is faster.
 */
public final class Workers implements AutoCloseable {
    private final int count;
    private final ExecutorService threads;

    /** Starts {@code count} daemon threads; they live until {@link #close}. */
    public Workers(int count) {
        if (count < 1) {
            throw new IllegalArgumentException("need at least one worker, got " + count);
        }
        this.count = count;
        this.threads = Executors.newFixedThreadPool(count, task -> {
            Thread thread = new Thread(task, "training-worker");
            thread.setDaemon(true);
            return thread;
        });
    }

    /** Returns the number of workers. */
    public int count() {
        return count;
    }

    /**
     * Calls {@code task} once with each of 0 .. count - 1, each on its own thread, and returns when all have returned.
     *
     * @throws IllegalStateException with the first failure as its cause, after all have ended
     */
    public void run(IntConsumer task) {
        List<Future<?>> running = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int worker = i;
            running.add(threads.submit(() -> task.accept(worker)));
        }
        Throwable failure = null;
        boolean interrupted = false;
        for (Future<?> each : running) {
            while (true) {
                try {
                    each.get();
                    break;
                } catch (ExecutionException e) {
                    failure = failure == null ? e.getCause() : failure;
                    break;
                } catch (InterruptedException e) {
                    // A half-finished step would leave the parameters torn; finish it, then tell.
                    interrupted = true;
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (failure != null) {
            throw new IllegalStateException("a training worker failed: " + failure, failure);
        }
    }

    @Override
    public void close() {
        threads.shutdownNow();
    }
}
