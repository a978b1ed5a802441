package io.inkstream.schemas.hand;

/**
 * A stream of random numbers that is a pure function of its seed, its purpose and its counters: the same bits on every
 * machine, whatever was drawn before or elsewhere.
 *
 * <p>The numbers are SplitMix64's, from a state mixed of all counters; normal deviates use {@link StrictMath}, since the
 * plain intrinsics may differ in the last bit between processors and that bit would reach pixels. Not thread-safe.
 *
 * @see <a href="https://doi.org/10.1145/2660193.2660195">Steele, Lea, Flood: Fast splittable pseudorandom number
 *     generators</a>
 */
public final class CounterRandom {
    private static final long GOLDEN = 0x9E3779B97F4A7C15L;

    private long state;
    private double spare;
    private boolean hasSpare;

    /** A stream for one purpose; streams of different purposes or counters are independent. */
    public CounterRandom(long seed, Purpose purpose, long... counters) {
        long mixed = mix(seed + GOLDEN);
        mixed = mix(mixed ^ (purpose.code * GOLDEN));
        for (long counter : counters) {
            mixed = mix((mixed + GOLDEN) ^ mix(counter + GOLDEN));
        }
        state = mixed;
    }

    /** What a stream is for. The codes are part of every drawing: a changed code changes all pictures. */
    public enum Purpose {
        STYLE_LATENT(1),
        SLANT(2),
        GLYPH_NOISE(3),
        VARIANT_CHOICE(4),
        BASELINE(5),
        OCCURRENCE(6),
        SPACING(7),
        FRESH_DRAW(8),
        MARK_HABITS(9),
        COMPOSITION(10),
        TRAIT(11),
        EXEMPLAR(12),
        JOIN_HABIT(20),
        JOIN(21),
        FLICK_HABIT(22),
        FLICK(23),
        LEAD_IN_HABIT(24),
        LEAD_IN(25),
        BAR_HABIT(26),
        PEN_MARK(27),
        HASTY_JOIN(28),
        LOOP_HABIT(29);

        private final long code;

        Purpose(long code) {
            this.code = code;
        }
    }

    /** The next 64 uniform bits. */
    public long nextLong() {
        state += GOLDEN;
        return mix(state);
    }

    /** The next number in [0, 1), a multiple of 2^-53. */
    public double nextUniform() {
        return (nextLong() >>> 11) * 0x1p-53;
    }

    /** The next standard normal deviate (Box and Muller). */
    public double nextGaussian() {
        if (hasSpare) {
            hasSpare = false;
            return spare;
        }
        double radius = StrictMath.sqrt(-2 * StrictMath.log(1 - nextUniform()));
        double angle = 2 * StrictMath.PI * nextUniform();
        spare = radius * StrictMath.sin(angle);
        hasSpare = true;
        return radius * StrictMath.cos(angle);
    }

    /** A standard normal deviate cut off at {@code limit} either side: for jitter that must stay small. */
    public double nextGaussianWithin(double limit) {
        return Math.max(-limit, Math.min(limit, nextGaussian()));
    }

    private static long mix(long z) {
        z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
