package io.inkstream.trainer.dataset;

import static java.util.Objects.requireNonNull;

/**
 * Numbers the characters that a model knows from 0 to {@link #size()} - 1, in one fixed order.
 *
 * @param characters every known character once; the position is the class index
 */
public record CharacterClasses(String characters) {
    /** The 94 printable ASCII characters, {@code '!'} (33) to {@code '~'} (126); class index = code - 33. */
    public static final CharacterClasses PRINTABLE_ASCII = new CharacterClasses(printableAscii());

    public CharacterClasses {
        requireNonNull(characters, "characters");
        if (characters.isEmpty() || characters.chars().distinct().count() != characters.length()) {
            throw new IllegalArgumentException(
                    "characters must be distinct and at least one, got '" + characters + "'");
        }
    }

    /** Returns how many classes there are. */
    public int size() {
        return characters.length();
    }

    /** Returns the class index of a character, or -1 when it is not known. */
    public int indexOf(int codePoint) {
        return characters.indexOf(codePoint);
    }

    /** Returns the character of a class index in 0 .. size - 1. */
    public char characterAt(int index) {
        return characters.charAt(index);
    }

    private static String printableAscii() {
        StringBuilder all = new StringBuilder();
        for (char c = '!'; c <= '~'; c++) {
            all.append(c);
        }
        return all.toString();
    }
}
