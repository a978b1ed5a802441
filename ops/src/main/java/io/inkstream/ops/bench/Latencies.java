package io.inkstream.ops.bench;

import java.util.Arrays;

/** Collects times and tells their quantiles; for one thread. */
public final class Latencies {
    private long[] nanos = new long[1024];
    private int size;

    /** Adds one, in nanoseconds. */
    public void add(long time) {
        if (size == nanos.length) {
            nanos = Arrays.copyOf(nanos, 2 * size);
        }
        nanos[size++] = time;
    }

    /** How many there are. */
    public int size() {
        return size;
    }

    /** How many exceed a time. */
    public long beyondMillis(double millis) {
        return Arrays.stream(nanos, 0, size).filter(time -> time / 1e6 > millis).count();
    }

    /** The time in milliseconds that a share of the collected ones does not exceed; NaN of none. */
    public double quantileMillis(double share) {
        if (size == 0) {
            return Double.NaN;
        }
        long[] sorted = Arrays.copyOf(nanos, size);
        Arrays.sort(sorted);
        return sorted[Math.max(0, (int) Math.ceil(share * size) - 1)] / 1e6;
    }
}
