package io.inkstream.topology.flow;

import java.time.Duration;
import java.util.function.DoubleSupplier;

/**
 * Says how long to wait before asking again: twice as long each time up to a bound, and spread, so that those who failed
 * together do not come back together.
 *
 * @param first before the first repetition
 * @param longest before any
 * @param random uniform from 0 (included) to 1
 */
public record Backoff(Duration first, Duration longest, DoubleSupplier random) {

    public Backoff {
        if (first.isNegative() || first.isZero() || longest.compareTo(first) < 0) {
            throw new IllegalArgumentException("need 0 < first <= longest, got " + first + ", " + longest);
        }
    }

    /**
     * The wait after so many failures in a row.
     *
     * @param failures at least 1
     * @return half to all of the doubled wait, in milliseconds
     */
    public long millisAfter(int failures) {
        double doubled = first.toMillis() * Math.pow(2, Math.min(failures - 1, 30));
        double bounded = Math.min(doubled, longest.toMillis());
        return Math.max(1, Math.round(bounded * (0.5 + 0.5 * random.getAsDouble())));
    }
}
