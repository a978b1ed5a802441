package io.inkstream.schemas.bundle;

/** Ranges of the numbers in a manifest; NaN is in none. */
final class Checks {
    private Checks() {}

    /** @throws IllegalArgumentException if {@code value} is not within {@code least} and {@code most} */
    static void range(String what, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(what + " is " + value + ", not " + least + " to " + most);
        }
    }
}
