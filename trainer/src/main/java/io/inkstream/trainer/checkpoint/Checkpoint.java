package io.inkstream.trainer.checkpoint;

import static java.util.Objects.requireNonNull;

import java.util.Map;

/**
 * Everything that a training needs in order to go on as if it had never stopped.
 *
 * @param signature tells networks of different architecture apart; a run refuses another's checkpoint
 * @param step how many steps are done; it also names the random streams and the sampler's position
 * @param arrays the networks' parameters and statistics, averages and moments, by name; not copied
 */
public record Checkpoint(String signature, long step, Map<String, float[]> arrays) {
    public Checkpoint {
        requireNonNull(signature, "signature");
        arrays = Map.copyOf(arrays);
        if (step < 0) {
            throw new IllegalArgumentException("step must be >= 0, got " + step);
        }
    }

    /**
     * Copies the array of that name into {@code to}.
     *
     * @throws IllegalArgumentException if there is none, or it has another length
     */
    public void restore(String name, float[] to) {
        float[] from = arrays.get(name);
        if (from == null || from.length != to.length) {
            throw new IllegalArgumentException("the checkpoint has "
                    + (from == null ? "no" : from.length + " floats of") + " '" + name + "', expected " + to.length);
        }
        System.arraycopy(from, 0, to, 0, to.length);
    }
}
