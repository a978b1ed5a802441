package io.inkstream.modelserver.predict;

import static io.inkstream.modelserver.predict.Network.ROWS;

import io.inkstream.modelserver.predict.Network.Element;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is known of a named value before anything runs: its shape, and its content where it is integers of a shape.
 *
 * @param shape one extent a dimension, {@link Network#ROWS} for that of the rows
 * @param integers its content, {@link #UNKNOWN} where that is the number of rows; null if it is not known at all
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
record Value(Element element, long[] shape, long[] integers) {
    /** An integer of a shape that is the number of rows. */
    static final long UNKNOWN = Long.MIN_VALUE;
    /** Integers of a shape are few. */
    static final int MOST_INTEGERS = 16;

    static Value floats(long... shape) {
        return new Value(Element.FLOAT, shape, null);
    }

    static Value known(boolean scalar, long... integers) {
        return new Value(Element.INT64, scalar ? new long[0] : new long[] {integers.length}, integers);
    }

    boolean isKnown() {
        return integers != null;
    }

    int rank() {
        return shape.length;
    }

    // Shapes -------------------------------------------------------------------------------------------------------

    static long[] unboxed(List<Long> shape) {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    /** How many numbers of a shape belong to one row. */
    static long perRow(long[] shape) {
        return product(Arrays.stream(shape).filter(extent -> extent != ROWS).toArray());
    }

    static long product(long[] extents) {
        return Arrays.stream(extents).reduce(1, Math::multiplyExact);
    }

    /** A shape, or integers of one, for messages. */
    static String named(long[] shape) {
        return Arrays.stream(shape)
                .mapToObj(extent -> extent == ROWS || extent == UNKNOWN ? "n" : Long.toString(extent))
                .collect(Collectors.joining(", ", "[", "]"));
    }
}
