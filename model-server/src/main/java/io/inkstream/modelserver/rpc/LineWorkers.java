package io.inkstream.modelserver.rpc;

import io.grpc.Status;
import io.grpc.StatusException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Draws admitted lines on a fixed number of threads, and refuses at once what it has no place for. Thread-safe.
 *
 * <p>What a line costs is known when it comes, as the letter forms that may have to be drawn for it. Quick and costly lines wait
 * apart, each in the order in which they came. At most a quarter of the threads draw costly lines, so that they never take
 * all of them; and one thread does whenever a costly line waits and none is drawn, unless the line before was one, so that
 * neither kind waits for ever for the other.
 */
public final class LineWorkers {
    /** More forms than this make a line costly: a second of a core and more. */
    static final int MOST_QUICK_FORMS = 256;

    private static final Logger LOG = LoggerFactory.getLogger(LineWorkers.class);
    private static final int SHARE_IN_WORK = 4;
    private static final int SHARE_PENDING = 8;

    private final int mostInWork;
    private final int maxPending;
    private final int mostCostlyInWork;
    private final int maxCostlyPending;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock:
    private final Deque<Line> quick = new ArrayDeque<>();
    private final Deque<Line> costly = new ArrayDeque<>();
    private int threads;
    private int inWork;
    private int costlyInWork;
    private boolean lastWasCostly;
    private boolean isDraining;

    /** A line in its place; two are never equal. */
    private static final class Line {
        private final Runnable work;
        private final boolean isCostly;

        Line(Runnable work, boolean isCostly) {
            this.work = work;
            this.isCostly = isCostly;
        }
    }

    /**
     * Starts threads as they are needed.
     *
     * @param inWork lines drawn at the same time
     * @param maxPending most lines that wait besides; of costly ones an eighth of it
     */
    public LineWorkers(int inWork, int maxPending) {
        this.mostInWork = inWork;
        this.maxPending = maxPending;
        mostCostlyInWork = Math.max(1, inWork / SHARE_IN_WORK);
        maxCostlyPending = Math.max(1, maxPending / SHARE_PENDING);
    }

    /**
     * Queues a line.
     *
     * @param forms letter forms that may have to be drawn for it, or as much work of another kind
     * @return gives the line's place back if it still waits: it is never drawn then
     * @throws StatusException RESOURCE_EXHAUSTED if there is no place, UNAVAILABLE once they drain
     */
    Runnable admit(int forms, Runnable work) throws StatusException {
        Line line = new Line(work, forms > MOST_QUICK_FORMS);
        lock.lock();
        try {
            if (isDraining) {
                throw Status.UNAVAILABLE
                        .withDescription("the server is shutting down")
                        .asException();
            }
            checkRoom(line);
            queueOf(line).add(line);
            if (threads < mostInWork && threads - inWork < quick.size() + costly.size()) {
                threads++;
                startThread();
            }
            changed.signal();
        } finally {
            lock.unlock();
        }
        return () -> giveBack(line);
    }

    /** Lines that wait for a thread. */
    public int pending() {
        lock.lock();
        try {
            return quick.size() + costly.size();
        } finally {
            lock.unlock();
        }
    }

    /** Lines being drawn. */
    public int inWork() {
        lock.lock();
        try {
            return inWork;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Admits nothing more and waits for the rest.
     *
     * @return whether all of it was done in time
     */
    public boolean drain(Duration timeout) {
        lock.lock();
        try {
            isDraining = true;
            changed.signalAll();
            long left = timeout.toNanos();
            while (threads > 0) {
                if (left <= 0) {
                    return false;
                }
                left = changed.awaitNanos(left);
            }
            return true;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            lock.unlock();
        }
    }

    private void checkRoom(Line line) throws StatusException {
        int free = mostInWork - inWork;
        if (quick.size() + costly.size() >= maxPending + free) {
            throw full(maxPending + " lines are queued, the upper limit");
        }
        int freeForCostly = Math.min(free, mostCostlyInWork - costlyInWork);
        if (line.isCostly && costly.size() >= maxCostlyPending + freeForCostly) {
            throw full(maxCostlyPending + " lines of more than " + MOST_QUICK_FORMS + " letters are queued, the upper"
                    + " limit");
        }
    }

    private static StatusException full(String why) {
        return Status.RESOURCE_EXHAUSTED.withDescription(why).asException();
    }

    private Deque<Line> queueOf(Line line) {
        return line.isCostly ? costly : quick;
    }

    private void giveBack(Line line) {
        lock.lock();
        try {
            queueOf(line).remove(line);
        } finally {
            lock.unlock();
        }
    }

    private void startThread() {
        Thread thread = new Thread(this::work, "line-" + threads);
        thread.setDaemon(true);
        thread.start();
    }

    private void work() {
        for (Line line = take(); line != null; line = take()) {
            try {
                line.work.run();
            } catch (Throwable e) {
                LOG.error("A line ended without an answer.", e); // whoever admits a line answers it himself
            } finally {
                done(line);
            }
        }
    }

    /** Waits for a line; null once nothing is left and nothing comes. */
    private Line take() {
        lock.lock();
        try {
            while (true) {
                Line line = next();
                if (line != null) {
                    inWork++;
                    costlyInWork += line.isCostly ? 1 : 0;
                    lastWasCostly = line.isCostly;
                    return line;
                }
                if (isDraining && quick.isEmpty() && costly.isEmpty()) {
                    threads--;
                    changed.signalAll();
                    return null;
                }
                changed.awaitUninterruptibly();
            }
        } finally {
            lock.unlock();
        }
    }

    private Line next() {
        boolean isCostlysTurn = quick.isEmpty() || (costlyInWork == 0 && !lastWasCostly);
        if (!costly.isEmpty() && costlyInWork < mostCostlyInWork && isCostlysTurn) {
            return costly.remove();
        }
        return quick.poll();
    }

    private void done(Line line) {
        lock.lock();
        try {
            inWork--;
            costlyInWork -= line.isCostly ? 1 : 0;
            if (line.isCostly) {
                changed.signalAll(); // another may have waited for its share
            }
        } finally {
            lock.unlock();
        }
    }
}
