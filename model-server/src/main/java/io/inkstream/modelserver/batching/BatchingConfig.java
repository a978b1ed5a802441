package io.inkstream.modelserver.batching;

import static java.util.Objects.requireNonNull;

import java.time.Duration;

/**
 * Bounds on how many jobs run together, how long one waits for company, and how many wait.
 *
 * @param maxBatchSize most jobs in one batch
 * @param maxQueueDelay longest time that a job waits for others to fill its batch
 * @param maxQueueSize most jobs that wait; one more is refused
 * @param workers batches that run at the same time
 */
public record BatchingConfig(int maxBatchSize, Duration maxQueueDelay, int maxQueueSize, int workers) {

    public BatchingConfig {
        requireNonNull(maxQueueDelay, "maxQueueDelay");
        if (maxBatchSize < 1 || maxQueueSize < maxBatchSize || maxQueueDelay.isNegative() || workers < 1) {
            throw new IllegalArgumentException(
                    "need 1 <= maxBatchSize <= maxQueueSize, maxQueueDelay >= 0 and workers >= 1, got " + maxBatchSize
                            + ", " + maxQueueSize + ", " + maxQueueDelay + ", " + workers);
        }
    }
}
