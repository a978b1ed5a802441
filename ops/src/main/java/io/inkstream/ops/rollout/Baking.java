package io.inkstream.ops.rollout;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.OptionalDouble;
import java.util.OptionalInt;

/**
 * How a promoted version is watched.
 *
 * @param lasts whole seconds
 * @param maxErrorRate share of its lines that may fail; else as it is, .05 where nothing is said
 * @param maxLatencyMs time within which 95 % of its lines are drawn; else as it is, none where nothing is said
 */
public record Baking(Duration lasts, OptionalDouble maxErrorRate, OptionalInt maxLatencyMs) {
    public Baking {
        requireNonNull(lasts, "lasts");
        requireNonNull(maxErrorRate, "maxErrorRate");
        requireNonNull(maxLatencyMs, "maxLatencyMs");
    }
}
