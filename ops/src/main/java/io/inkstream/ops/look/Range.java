package io.inkstream.ops.look;

import java.util.random.RandomGenerator;

/** From where to where a strength may be, both included. */
public record Range(double least, double most) {
    public Range {
        if (!(least <= most)) {
            throw new IllegalArgumentException("a range goes up, not from " + least + " to " + most);
        }
    }

    /** Whether all of another range is in this one. */
    public boolean holds(Range other) {
        return least <= other.least && other.most <= most;
    }

    /** The strength at a share of the way, 0 to 1. */
    public double at(double share) {
        return Math.min(most, least + share * (most - least)); // rounded up it would be outside
    }

    @Override
    public String toString() {
        return least + " to " + most;
    }

    double draw(RandomGenerator random) {
        return at(random.nextDouble());
    }
}
