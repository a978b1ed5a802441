package io.inkstream.schemas.layout;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Names that documents call constants by: {@code png-alpha} for {@code PNG_ALPHA}. */
final class Ids {
    private Ids() {}

    static String of(Enum<?> constant) {
        return of(constant.name());
    }

    static String of(String constant) {
        return constant.toLowerCase(Locale.ROOT).replace('_', '-');
    }

    static List<String> of(Enum<?>[] constants) {
        return Arrays.stream(constants).map(Ids::of).toList();
    }

    /** @throws IllegalArgumentException if none is called so */
    static <T extends Enum<T>> T named(T[] constants, String id, String what) {
        return Arrays.stream(constants)
                .filter(constant -> of(constant).equals(id))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no " + what + " is called '" + id + "'"));
    }
}
