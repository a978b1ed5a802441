package io.inkstream.schemas.layout;

/** Where a tab moves the pen. Unit: one x-height, from the left margin of the line. */
public final class TabStops {
    /** From one stop to the next. */
    public static final double EVERY = 4;

    /** White that a tab leaves at least, so that two columns never read as one word. */
    private static final double LEAST = .5;

    private TabStops() {}

    /**
     * The first stop that leaves white.
     *
     * @param pen right end of what is written, 0 or more
     */
    public static double next(double pen) {
        return (Math.floor((pen + LEAST) / EVERY) + 1) * EVERY;
    }
}
