package io.inkstream.modelserver.batching;

import static java.util.Objects.requireNonNull;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the jobs of many callers in batches and answers every one of them exactly once.
 *
 * <ul>
 *   <li>A batch starts when it is full, when its oldest job has waited the longest allowed time since it was submitted, or
 *       at once when no other {@linkplain Callers caller} is preparing work that could join it.
 *   <li>At most so many jobs wait; one more is refused at once.
 *   <li>No work is spent on a job whose caller has lost patience.
 *   <li>When a batch fails, its jobs are tried one by one: a job fails only by its own fault.
 *   <li>Closing refuses new jobs, then completes those that wait and those that run.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class DynamicBatcher<J, R> implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DynamicBatcher.class);

    private final String name;
    private final BatchingConfig config;
    private final Function<List<J>, List<R>> function;
    private final Callers callers;
    private final LongSupplier nanos;
    private final BatchMeters meters;
    private final List<Thread> workers = new ArrayList<>();

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    // Guarded by the lock:
    private final ArrayDeque<Job<J, R>> queue = new ArrayDeque<>();
    private boolean closed;

    /**
     * Starts the workers.
     *
     * @param name what the jobs are, for threads and logs
     * @param function computes one result a job, in their order; thread-safe
     * @param callers those who may submit jobs; batches wait only while it knows some
     * @param nanos monotonic clock
     */
    public DynamicBatcher(
            String name,
            BatchingConfig config,
            Function<List<J>, List<R>> function,
            Callers callers,
            LongSupplier nanos,
            BatchMeters meters) {
        this.name = requireNonNull(name, "name");
        this.config = requireNonNull(config, "config");
        this.function = requireNonNull(function, "function");
        this.callers = requireNonNull(callers, "callers");
        this.nanos = requireNonNull(nanos, "nanos");
        this.meters = requireNonNull(meters, "meters");
        callers.whenNonePreparing(this::wake);
        for (int i = 0; i < config.workers(); i++) {
            Thread worker = new Thread(this::work, "batch-" + name + "-" + i);
            worker.setDaemon(true);
            worker.start();
            workers.add(worker);
        }
    }

    /** Queues one job or refuses it at once; the future always completes normally, unless the caller cancels it. */
    public CompletableFuture<Outcome<R>> submit(J job, Patience patience) {
        return enqueue(List.of(job), patience).get(0).answer;
    }

    /**
     * Queues the jobs, all or none, and waits for all answers; meanwhile the caller does not count as preparing work.
     *
     * @return one outcome a job, in their order
     */
    public List<Outcome<R>> call(List<J> jobs, Patience patience) {
        return callers.whileWaiting(() -> {
            List<Job<J, R>> queued = enqueue(jobs, patience);
            List<Outcome<R>> outcomes = new ArrayList<>(jobs.size());
            for (Job<J, R> job : queued) {
                outcomes.add(job.answer.join());
            }
            return outcomes;
        });
    }

    /** Refuses new jobs from now on, completes the others, and ends the workers. */
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        boolean interrupted = false;
        for (Thread worker : workers) {
            while (worker.isAlive()) {
                try {
                    worker.join();
                } catch (InterruptedException e) {
                    interrupted = true; // the promise to answer everybody comes first
                }
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private void wake() {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private List<Job<J, R>> enqueue(List<J> inputs, Patience patience) {
        long now = nanos.getAsLong();
        List<Job<J, R>> jobs = new ArrayList<>(inputs.size());
        for (J input : inputs) {
            jobs.add(new Job<>(input, patience, now));
        }
        String refusal = null;
        lock.lock();
        try {
            if (closed) {
                refusal = "the " + name + " batcher is closed";
            } else if (queue.size() + jobs.size() > config.maxQueueSize()) {
                refusal = queue.size() + " of at most " + config.maxQueueSize() + " " + name
                        + " jobs are queued, no room for " + jobs.size() + " more";
            } else {
                queue.addAll(jobs);
                meters.queued(jobs.size());
                changed.signalAll();
            }
        } finally {
            lock.unlock();
        }
        if (refusal != null) {
            for (Job<J, R> job : jobs) {
                finish(job, new Outcome.Refused<>(refusal));
            }
        }
        return jobs;
    }

    private void work() {
        for (List<Job<J, R>> batch = takeBatch(); !batch.isEmpty(); batch = takeBatch()) {
            runBatch(batch); // an argument, never a field: a batch has one owner
        }
    }

    /** Waits for a batch; empty when the batcher is closed and nothing is left. */
    private List<Job<J, R>> takeBatch() {
        lock.lock();
        try {
            while (!closed || !queue.isEmpty()) {
                if (queue.isEmpty()) {
                    changed.awaitUninterruptibly();
                    continue;
                }
                long wait = nanosUntilDue();
                if (wait > 0) {
                    awaitChange(wait);
                    continue;
                }
                List<Job<J, R>> batch = new ArrayList<>(Math.min(queue.size(), config.maxBatchSize()));
                while (!queue.isEmpty() && batch.size() < config.maxBatchSize()) {
                    batch.add(queue.remove());
                }
                meters.queued(-batch.size());
                return batch;
            }
            return List.of();
        } finally {
            lock.unlock();
        }
    }

    private long nanosUntilDue() {
        if (closed || queue.size() >= config.maxBatchSize() || callers.nonePreparing()) {
            return 0;
        }
        return queue.element().enqueuedNanos + config.maxQueueDelay().toNanos() - nanos.getAsLong();
    }

    @SuppressWarnings("WaitNotInLoop") // the caller loops, and asks anew what is due
    private void awaitChange(long waitNanos) {
        try {
            // May wake early or late: the loop around it asks the injected clock again.
            long ignored = changed.awaitNanos(waitNanos);
        } catch (InterruptedException e) {
            LOG.warn("A worker of the {} batcher was interrupted and continues: only close() ends it.", name);
        }
    }

    private void runBatch(List<Job<J, R>> batch) {
        List<Job<J, R>> live = withoutAbandoned(batch);
        if (live.isEmpty()) {
            return;
        }
        try {
            List<R> results = compute(live);
            for (int i = 0; i < live.size(); i++) {
                finish(live.get(i), new Outcome.Done<>(results.get(i)));
            }
        } catch (RuntimeException e) {
            if (live.size() == 1) {
                finish(live.get(0), new Outcome.Failed<>(e));
                return;
            }
            LOG.warn("A batch of {} {} jobs failed; they are retried one by one: {}", live.size(), name, e.toString());
            live.forEach(job -> runBatch(List.of(job)));
        } catch (Throwable e) {
            // Out of memory, a missing native library: trying again would make it worse.
            LOG.error("A batch of {} {} jobs failed.", live.size(), name, e);
            live.forEach(job -> finish(job, new Outcome.Failed<>(e)));
        }
    }

    private List<Job<J, R>> withoutAbandoned(List<Job<J, R>> batch) {
        long now = nanos.getAsLong();
        List<Job<J, R>> live = new ArrayList<>(batch.size());
        for (Job<J, R> job : batch) {
            if (job.answer.isDone()) {
                continue; // cancelled through its future
            }
            if (isOver(job, now)) {
                finish(job, new Outcome.Abandoned<>());
            } else {
                meters.waited(now - job.enqueuedNanos);
                live.add(job);
            }
        }
        return live;
    }

    private boolean isOver(Job<J, R> job, long now) {
        try {
            return job.patience.isOver(now);
        } catch (RuntimeException e) {
            LOG.warn("Cannot check whether the caller of a {} job still waits; the job runs.", name, e);
            return false;
        }
    }

    private List<R> compute(List<Job<J, R>> jobs) {
        List<J> inputs = new ArrayList<>(jobs.size());
        for (Job<J, R> job : jobs) {
            inputs.add(job.input);
        }
        meters.ran(jobs.size());
        List<R> results = function.apply(inputs);
        if (results.size() != jobs.size() || results.stream().anyMatch(Objects::isNull)) {
            throw new IllegalStateException(
                    jobs.size() + " " + name + " jobs got " + results.size() + " results, or a null among them");
        }
        return results;
    }

    private void finish(Job<J, R> job, Outcome<R> outcome) {
        if (job.answer.complete(outcome)) {
            meters.ended(outcome);
        }
    }

    private static final class Job<J, R> {
        private final J input;
        private final Patience patience;
        private final long enqueuedNanos;
        private final CompletableFuture<Outcome<R>> answer = new CompletableFuture<>();

        Job(J input, Patience patience, long enqueuedNanos) {
            this.input = requireNonNull(input, "job");
            this.patience = requireNonNull(patience, "patience");
            this.enqueuedNanos = enqueuedNanos;
        }
    }
}
