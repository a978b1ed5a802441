package io.inkstream.ops.bench;

import io.inkstream.ops.client.Cluster;
import io.inkstream.schemas.avro.LineImage;
import java.time.Duration;

/** Measures how fast lines come, and how soon, of one workload on one cluster. */
public final class LoadRun extends Traffic {
    private static final Duration LOOK_EVERY = Duration.ofMillis(20);
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    /**
     * What came in the measured time.
     *
     * @param seconds that it took
     * @param latencies from when a document was due to when each of its lines was read
     */
    public record Result(double seconds, Latencies latencies) {
        /** Lines read. */
        public int lines() {
            return latencies.size();
        }

        /** How fast they came. */
        public double linesPerSecond() {
            return lines() / seconds;
        }
    }

    private final int mostOpen;
    private final Latencies latencies = new Latencies();
    private volatile boolean isMeasuring;

    private LoadRun(Cluster cluster, Workload workload, String name, double linesPerSecond, int mostOpen) {
        super(cluster, workload, name, linesPerSecond, 1);
        this.mostOpen = mostOpen;
    }

    /**
     * Keeps as many documents open as said, so that the pipeline is never idle.
     *
     * @param name what the ids of the documents begin with
     * @param atStart is run when measuring begins
     */
    public static Result saturate(
            Cluster cluster,
            Workload workload,
            String name,
            int documents,
            Duration warmUp,
            Duration measured,
            Runnable atStart)
            throws InterruptedException {
        return new LoadRun(cluster, workload, name, 0, documents).run(warmUp, measured, atStart);
    }

    /** Sends at a steady rate, whatever comes back. */
    public static Result steady(
            Cluster cluster, Workload workload, String name, double linesPerSecond, Duration warmUp, Duration measured)
            throws InterruptedException {
        return new LoadRun(cluster, workload, name, linesPerSecond, 0).run(warmUp, measured, () -> {});
    }

    private Result run(Duration warmUp, Duration measured, Runnable atStart) throws InterruptedException {
        start();
        watch(warmUp);
        atStart.run();
        long from = System.nanoTime();
        isMeasuring = true;
        watch(measured);
        isMeasuring = false;
        double seconds = (System.nanoTime() - from) / 1e9;
        Tally tally = drain(Duration.ZERO);
        if (tally.deadLetters() > 0) {
            throw new IllegalStateException("the pipeline refused a document of the benchmark: " + tally.problems());
        }
        return new Result(seconds, latencies);
    }

    private void watch(Duration duration) {
        for (long until = System.nanoTime() + duration.toNanos(); System.nanoTime() - until < 0; Pause.of(LOOK_EVERY)) {
            check();
            if (!isWithin(PATIENCE)) {
                throw new IllegalStateException("no line came for " + PATIENCE.toSeconds() + " s: " + oldest());
            }
        }
    }

    @Override
    protected long dueNanos(int number) {
        return mostOpen == 0
                ? super.dueNanos(number)
                : System.nanoTime() + (open() < mostOpen ? 0 : LOOK_EVERY.toNanos());
    }

    @Override
    protected void read(Sent document, LineImage line, long nowNanos) {
        if (isMeasuring) {
            latencies.add(nowNanos - document.dueNanos());
        }
    }
}
