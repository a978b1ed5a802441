package io.inkstream.trainer.nn;

/**
 * Names a run of floats inside a flat vector of parameters or statistics.
 *
 * @param offset where the run begins
 * @param shape extents, the last varies fastest
 */
public record Slice(String name, int offset, int... shape) {
    /** Returns the number of floats. */
    public int length() {
        int length = 1;
        for (int extent : shape) {
            length *= extent;
        }
        return length;
    }

    /** Returns the index after the last float. */
    public int end() {
        return offset + length();
    }
}
