package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Says how long to wait before something that failed is tried again: twice as long after each failure in a row, up to a
 * bound, and never in step with other servers that failed at the same time.
 *
 * @param first wait after the first failure
 * @param longest bound of the wait
 * @param random gives numbers from 0 to 1, by which a wait is shortened to as little as its half
 */
public record Backoff(Duration first, Duration longest, DoubleSupplier random) {
    /** Doublings after which any sensible bound is reached, and a long is not yet full. */
    private static final int MOST_DOUBLINGS = 20;

    public Backoff {
        requireNonNull(first, "first");
        requireNonNull(longest, "longest");
        requireNonNull(random, "random");
        if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("need 0 < first <= longest, got " + first + " and " + longest);
        }
    }

    /** @param failures in a row, at least 1 */
    long nanosAfter(int failures) {
        Duration doubled = first.multipliedBy(1L << Math.min(failures - 1, MOST_DOUBLINGS));
        Duration bounded = doubled.compareTo(longest) < 0 ? doubled : longest;
        return (long) (bounded.toNanos() * (1 - random.getAsDouble() / 2));
    }
}
