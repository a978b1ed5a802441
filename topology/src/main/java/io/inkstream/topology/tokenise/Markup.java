package io.inkstream.topology.tokenise;

import io.inkstream.schemas.avro.PenMarkKind;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A text without its markup, and what that asks of the pen. Two equal signs before a text and two after it mark it:
 * {@code __} underlines, {@code ~~} strikes out, {@code ##} scribbles out. A mark holds within a paragraph, does not begin or
 * end with white space, and may lie within another kind's. Signs that mark nothing stay in the text.
 *
 * @param text without the signs that mark something
 * @param offsets of each UTF-16 unit of {@code text}, and of its end, in the text with markup
 * @param spans what is marked, in the order of their ends
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares texts with markup
public record Markup(String text, int[] offsets, List<Span> spans) {
    private static final int SIGN_CHARS = 2;

    /** A marked part of the text without markup, from the unit {@code from} to before {@code to}. */
    public record Span(PenMarkKind kind, int from, int to) {}

    /** A sign that marks: where it stands in the text with markup. */
    private record Pair(PenMarkKind kind, int open, int close) {}

    /** A text that is to be drawn as it stands. */
    public static Markup none(String text) {
        int[] offsets = new int[text.length() + 1];
        for (int i = 0; i < offsets.length; i++) {
            offsets[i] = i;
        }
        return new Markup(text, offsets, List.of());
    }

    /** Reads a text with markup. */
    public static Markup parse(String text) {
        List<Pair> pairs = pairs(text);
        boolean[] isSign = new boolean[text.length()];
        for (Pair pair : pairs) {
            for (int at : new int[] {pair.open, pair.close}) {
                isSign[at] = true;
                isSign[at + 1] = true;
            }
        }
        StringBuilder plain = new StringBuilder(text.length());
        int[] offsets = new int[text.length() + 1];
        int[] places = new int[text.length() + 1];
        for (int i = 0; i < text.length(); i++) {
            places[i] = plain.length();
            if (!isSign[i]) {
                offsets[plain.length()] = i;
                plain.append(text.charAt(i));
            }
        }
        places[text.length()] = plain.length();
        offsets[plain.length()] = text.length();
        List<Span> spans = new ArrayList<>();
        for (Pair pair : pairs) {
            spans.add(new Span(pair.kind, places[pair.open], places[pair.close]));
        }
        return new Markup(plain.toString(), Arrays.copyOf(offsets, plain.length() + 1), spans);
    }

    private static List<Pair> pairs(String text) {
        Map<PenMarkKind, Integer> open = new EnumMap<>(PenMarkKind.class);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\n' || text.charAt(i) == '\f') {
                open.clear();
                continue;
            }
            Optional<PenMarkKind> sign = sign(text, i);
            if (sign.isEmpty()) {
                continue;
            }
            PenMarkKind kind = sign.get();
            if (open.containsKey(kind) && !Character.isWhitespace(text.charAt(i - 1))) {
                int from = open.remove(kind);
                pairs.add(new Pair(kind, from, i));
                open.values().removeIf(other -> other > from); // what began within does not end outside
            } else if (i + SIGN_CHARS < text.length() && !Character.isWhitespace(text.charAt(i + SIGN_CHARS))) {
                open.put(kind, i);
            }
            i += SIGN_CHARS - 1;
        }
        return pairs;
    }

    /** The sign that stands there: two of a character, no more. */
    private static Optional<PenMarkKind> sign(String text, int at) {
        char character = text.charAt(at);
        Optional<PenMarkKind> kind =
                switch (character) {
                    case '_' -> Optional.of(PenMarkKind.UNDERLINE);
                    case '~' -> Optional.of(PenMarkKind.STRIKE);
                    case '#' -> Optional.of(PenMarkKind.SCRIBBLE);
                    default -> Optional.empty();
                };
        boolean isTwo = at + 1 < text.length()
                && text.charAt(at + 1) == character
                && (at == 0 || text.charAt(at - 1) != character)
                && (at + SIGN_CHARS == text.length() || text.charAt(at + SIGN_CHARS) != character);
        return isTwo ? kind : Optional.empty();
    }
}
