package io.inkstream.trainer.style;

/**
 * Reckons with latents: ways between two, sums and differences, steps. Arguments are never written to.
 *
 * <p>A generator is trained on standard normal latents, and these have nearly all the same length: the root of how many
 * numbers they have. So lengths are kept where that makes sense: between two latents a straight line leads through places
 * that are shorter than any the generator has seen, an arc does not.
 *
 * @see <a href="https://arxiv.org/abs/1609.04468">White, Sampling Generative Networks (spherical interpolation)</a>
 */
public final class Latents {
    /** Below this a latent has no direction worth the name. */
    private static final double ORIGIN = 1e-6;
    /** Nearer to a half turn than this, in radians, rounding decides which way round an arc goes. */
    private static final double HALF_TURN = 1e-4;

    private Latents() {}

    /** Returns the Euclidean length. */
    public static double length(float[] latent) {
        double square = 0;
        for (float value : latent) {
            square += (double) value * value;
        }
        return Math.sqrt(square);
    }

    /**
     * Returns the angle between two latents, 0 to pi.
     *
     * @throws IllegalArgumentException if one of them is the origin
     */
    public static double angle(float[] a, float[] b) {
        double lengthA = lengthOfDirection(a);
        double lengthB = lengthOfDirection(b);
        double difference = 0;
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            difference += square(a[i] / lengthA - b[i] / lengthB);
            sum += square(a[i] / lengthA + b[i] / lengthB);
        }
        // An arc cosine would lose half of the digits near both ends.
        return 2 * Math.atan2(Math.sqrt(difference), Math.sqrt(sum));
    }

    /** Returns the place {@code t}, 0 to 1, of the straight line from {@code a} to {@code b}. */
    public static float[] linear(float[] a, float[] b, double t) {
        return sum(1 - t, a, t, b);
    }

    /**
     * Returns the place {@code t}, 0 to 1, of the arc from {@code a} to {@code b}: equal steps of {@code t} turn by equal
     * angles, and the length goes evenly from one's to the other's.
     *
     * @throws IllegalArgumentException if one of them is the origin, or they are opposite and every arc is as short
     */
    public static float[] spherical(float[] a, float[] b, double t) {
        double angle = angle(a, b);
        if (Math.PI - angle < HALF_TURN) {
            throw new IllegalArgumentException(
                    "these latents are opposite, and no arc between them is shorter than the others; go by a third one");
        }
        double lengthA = length(a);
        double lengthB = length(b);
        double length = (1 - t) * lengthA + t * lengthB;
        if (angle < ORIGIN) {
            return scaled(linear(a, b, t), length);
        }
        double ofA = Math.sin((1 - t) * angle) / Math.sin(angle);
        double ofB = Math.sin(t * angle) / Math.sin(angle);
        return sum(length * ofA / lengthA, a, length * ofB / lengthB, b);
    }

    /**
     * Returns {@code a - b + c}, as long as the three are on average: the sum itself is longer than any latent of the training.
     *
     * @throws IllegalArgumentException if it is the origin
     */
    public static float[] analogy(float[] a, float[] b, float[] c) {
        return scaled(sum(1, sum(1, a, -1, b), 1, c), (length(a) + length(b) + length(c)) / 3);
    }

    /**
     * Returns {@code latent + step}, as long as {@code latent}.
     *
     * @throws IllegalArgumentException if it is the origin
     */
    public static float[] moved(float[] latent, float[] step) {
        return scaled(sum(1, latent, 1, step), length(latent));
    }

    /**
     * Returns a latent of the same direction.
     *
     * @throws IllegalArgumentException if it is the origin, which has none
     */
    public static float[] scaled(float[] latent, double length) {
        double factor = length / lengthOfDirection(latent);
        return sum(factor, latent, 0, latent);
    }

    private static double lengthOfDirection(float[] latent) {
        double length = length(latent);
        if (length < ORIGIN) {
            throw new IllegalArgumentException("the origin of the latent space has no direction");
        }
        return length;
    }

    private static float[] sum(double ofA, float[] a, double ofB, float[] b) {
        if (a.length != b.length) {
            throw new IllegalArgumentException("latents of " + a.length + " and " + b.length + " numbers");
        }
        float[] sum = new float[a.length];
        for (int i = 0; i < sum.length; i++) {
            sum[i] = (float) (ofA * a[i] + ofB * b[i]);
        }
        return sum;
    }

    private static double square(double value) {
        return value * value;
    }
}
