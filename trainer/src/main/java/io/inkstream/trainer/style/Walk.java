package io.inkstream.trainer.style;

/** A way from one latent to another. */
public enum Walk {
    /** Along the arc: every place is as likely as the ends. */
    SPHERICAL {
        @Override
        public float[] at(float[] from, float[] to, double t) {
            return Latents.spherical(from, to, t);
        }
    },
    /** Straight on: the middle is nearer to the average of all hands than the ends are. */
    LINEAR {
        @Override
        public float[] at(float[] from, float[] to, double t) {
            return Latents.linear(from, to, t);
        }
    };

    /**
     * Returns the place {@code t} of the way, 0 at its begin and 1 at its end.
     *
     * @throws IllegalArgumentException if there is no such way between these two
     */
    public abstract float[] at(float[] from, float[] to, double t);
}
