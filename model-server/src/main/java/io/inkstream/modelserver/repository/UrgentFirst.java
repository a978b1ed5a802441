package io.inkstream.modelserver.repository;

import java.util.List;
import java.util.concurrent.PriorityBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/** One thread that does what is most urgent next. What is left at its end is done by who ends it. Thread-safe. */
final class UrgentFirst implements AutoCloseable {
    private final ThreadPoolExecutor thread;

    /** @param name of the thread, which is started when there is something to do */
    UrgentFirst(String name) {
        thread = new ThreadPoolExecutor(
                1,
                1,
                0,
                TimeUnit.SECONDS,
                new PriorityBlockingQueue<>(),
                work -> {
                    Thread made = new Thread(work, name);
                    made.setDaemon(true);
                    return made;
                },
                (late, ended) -> late.run());
    }

    /** @param urgency the greatest comes first */
    void add(long urgency, Runnable work) {
        thread.execute(new Task(urgency, work));
    }

    /** Interrupts what is done now, waits for its end, and does the rest. */
    @Override
    public void close() {
        List<Runnable> rest = thread.shutdownNow();
        boolean interrupted = false;
        while (!thread.isTerminated()) {
            try {
                boolean ignored = thread.awaitTermination(1, TimeUnit.MINUTES);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        rest.forEach(Runnable::run);
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private record Task(long urgency, Runnable work) implements Runnable, Comparable<Task> {
        @Override
        public int compareTo(Task other) {
            return Long.compare(other.urgency, urgency);
        }

        @Override
        public void run() {
            work.run();
        }
    }
}
