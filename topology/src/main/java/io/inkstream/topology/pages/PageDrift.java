package io.inkstream.topology.pages;

/**
 * Random numbers that are counted, not drawn: each is a function of document, page, row and purpose alone.
 *
 * @param seed of the document
 */
record PageDrift(long seed, int page, int row) {

    /** Standard normal within three deviations, so that no line leaves the page. */
    double gaussian(int purpose) {
        // The sum of twelve uniform numbers has variance 1, needs no transcendental function, and so is equal
        // everywhere.
        double sum = -6;
        for (int i = 0; i < 12; i++) {
            sum += uniform(purpose * 12L + i);
        }
        return Math.max(-3, Math.min(3, sum));
    }

    private double uniform(long counter) {
        long mixed = mix(mix(mix(seed) ^ page) ^ row);
        return (mix(mixed ^ counter) >>> 11) * 0x1.0p-53;
    }

    /** Steele, Lea and Flood's SplitMix64. */
    private static long mix(long value) {
        long z = value + 0x9e3779b97f4a7c15L;
        z = (z ^ (z >>> 30)) * 0xbf58476d1ce4e5b9L;
        z = (z ^ (z >>> 27)) * 0x94d049bb133111ebL;
        return z ^ (z >>> 31);
    }
}
