package io.inkstream.trainer.nn;

import java.util.SplittableRandom;
import java.util.random.RandomGenerator;

/**
 * Makes random streams that are named rather than continued, so that a resumed run needs no saved random state.
 *
 * <p>The stream of (seed, purpose, numbers) is always the same; streams of different names are independent for all
 * practical purposes.
 */
public final class Streams {
    private Streams() {}

    /** Returns the stream of one purpose, told apart further by numbers such as step and worker. */
    public static RandomGenerator named(long seed, String purpose, long... numbers) {
        long state = mix(seed);
        for (int i = 0; i < purpose.length(); i++) {
            state = mix(state ^ purpose.charAt(i));
        }
        for (long number : numbers) {
            state = mix(state ^ number);
        }
        return new SplittableRandom(state);
    }

    /** Finalises as in MurmurHash3, after adding the golden ratio so that 0 does not map to 0. */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
