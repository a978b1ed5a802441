package io.inkstream.topology.routing;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.TreeMap;

/** Counts the documents that were given to each version in the last minute. Safe for use by many threads. */
public final class RoutedDocuments {
    private static final Duration MINUTE = Duration.ofMinutes(1);
    private static final long SLICE_MS = 5_000;

    // Guarded by this; the oldest first.
    private final Deque<Slice> slices = new ArrayDeque<>();

    private record Slice(long startMs, Map<String, Long> byModel) {}

    /**
     * Counts one.
     *
     * @param model model id
     */
    public synchronized void count(String model, long nowMs) {
        forget(nowMs);
        long startMs = nowMs - Math.floorMod(nowMs, SLICE_MS);
        if (slices.isEmpty() || slices.getLast().startMs() != startMs) {
            slices.addLast(new Slice(startMs, new TreeMap<>()));
        }
        slices.getLast().byModel().merge(model, 1L, Long::sum);
    }

    /** Documents of the last minute, or up to five seconds more, by model id. */
    public synchronized Map<String, Long> lastMinute(long nowMs) {
        forget(nowMs);
        Map<String, Long> all = new TreeMap<>();
        slices.forEach(slice -> slice.byModel().forEach((model, count) -> all.merge(model, count, Long::sum)));
        return all;
    }

    private void forget(long nowMs) {
        slices.removeIf(slice -> slice.startMs() + SLICE_MS <= nowMs - MINUTE.toMillis());
    }
}
