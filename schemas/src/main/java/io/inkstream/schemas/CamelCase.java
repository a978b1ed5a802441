package io.inkstream.schemas;

import java.util.Locale;

/** Names of fields that follow from names of constants. */
public final class CamelCase {
    private CamelCase() {}

    /** {@code lineHeightPx} of {@code LINE_HEIGHT_PX}. */
    public static String of(Enum<?> constant) {
        String[] words = constant.name().toLowerCase(Locale.ROOT).split("_");
        StringBuilder camel = new StringBuilder(words[0]);
        for (int i = 1; i < words.length; i++) {
            camel.append(words[i].substring(0, 1).toUpperCase(Locale.ROOT)).append(words[i].substring(1));
        }
        return camel.toString();
    }
}
