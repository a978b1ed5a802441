package io.inkstream.trainer.nn;

/**
 * Follows a vector by an exponential moving average that forgets quickly at first: decay min(limit, (1 + t) / (10 + t)).
 */
public final class MovingAverage {
    private MovingAverage() {}

    /**
     * Moves {@code average[from .. to - 1]} towards {@code current}.
     *
     * @param step 1 for the first update
     */
    public static void follow(float[] average, float[] current, int from, int to, long step, double limit) {
        float take = (float) (1 - Math.min(limit, (1.0 + step) / (10.0 + step)));
        for (int i = from; i < to; i++) {
            average[i] += take * (current[i] - average[i]);
        }
    }
}
