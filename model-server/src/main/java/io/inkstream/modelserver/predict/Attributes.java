package io.inkstream.modelserver.predict;

import java.util.Arrays;
import java.util.Map;

/** The constants of one step: whole numbers, lists of them, and reals, by ONNX's names. */
record Attributes(Map<String, long[]> integers, Map<String, Float> reals) {

    Attributes {
        integers = Map.copyOf(integers);
        reals = Map.copyOf(reals);
    }

    long integer(String name, long otherwise) {
        long[] values = integers.get(name);
        return values == null ? otherwise : values[0];
    }

    long[] integers(String name, long... otherwise) {
        long[] values = integers.get(name);
        return values == null ? otherwise : values.clone();
    }

    int[] ints(String name, long... otherwise) {
        return Arrays.stream(integers(name, otherwise))
                .mapToInt(Math::toIntExact)
                .toArray();
    }

    float real(String name, float otherwise) {
        return reals.getOrDefault(name, otherwise);
    }
}
