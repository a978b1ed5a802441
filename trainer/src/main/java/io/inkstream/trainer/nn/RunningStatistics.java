package io.inkstream.trainer.nn;

/** Keeps the running averages that batch norms serve with; each batch counts one tenth. */
public final class RunningStatistics {
    private static final float MOMENTUM = 0.1f;

    private RunningStatistics() {}

    /**
     * Takes one worker's batch statistics into the running ones.
     *
     * @param share this worker's share of the batch; shares sum to 1
     * @param first whether this is the batch's first worker, which also fades the past
     */
    public static void update(float[] running, float[] batch, double share, boolean first) {
        float keep = first ? 1 - MOMENTUM : 1f;
        float take = (float) (MOMENTUM * share);
        for (int i = 0; i < running.length; i++) {
            running[i] = running[i] * keep + take * batch[i];
        }
    }
}
