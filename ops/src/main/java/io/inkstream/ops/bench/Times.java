package io.inkstream.ops.bench;

/** Quantiles in milliseconds of a number of times; absent where there is none. */
public record Times(long count, Double p50, Double p95, Double p99, Double max) {
    /** Of those collected so far. */
    public static Times of(Latencies latencies) {
        return latencies.size() == 0
                ? new Times(0, null, null, null, null)
                : new Times(
                        latencies.size(),
                        latencies.quantileMillis(0.5),
                        latencies.quantileMillis(0.95),
                        latencies.quantileMillis(0.99),
                        latencies.quantileMillis(1));
    }
}
