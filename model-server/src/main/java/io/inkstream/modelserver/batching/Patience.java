package io.inkstream.modelserver.batching;

import static java.util.Objects.requireNonNull;

import java.util.OptionalLong;
import java.util.function.BooleanSupplier;

/**
 * How long a caller wants its answer; asked just before work is spent on a job.
 *
 * @param deadlineNanos reading of the batcher's clock from which on the answer is of no use, or empty
 * @param cancelled whether the caller has gone; thread-safe
 */
public record Patience(OptionalLong deadlineNanos, BooleanSupplier cancelled) {
    /** Waits for ever. */
    public static final Patience ENDLESS = new Patience(OptionalLong.empty(), () -> false);

    public Patience {
        requireNonNull(deadlineNanos, "deadlineNanos");
        requireNonNull(cancelled, "cancelled");
    }

    boolean isOver(long nowNanos) {
        return cancelled.getAsBoolean() || (deadlineNanos.isPresent() && deadlineNanos.getAsLong() - nowNanos <= 0);
    }
}
