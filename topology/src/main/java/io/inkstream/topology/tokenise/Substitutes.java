package io.inkstream.topology.tokenise;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.lang.UScript;
import com.ibm.icu.text.Normalizer2;
import com.ibm.icu.text.Transliterator;
import io.inkstream.schemas.Limits;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Finds what stands for a grapheme that a version cannot draw. It keeps the meaning or says that something is missing:
 * letters and digits may be spelled otherwise, a sign never becomes another sign.
 *
 * <p>By the first rule that fits and can be drawn:
 *
 * <ol>
 *   <li>{@code typographic}: a space for other white space, another shape of the same character (full width, bold, a
 *       presentation form), ASCII for quotes and dashes, one bullet for others, the Latin sign for another script's comma or full
 *       stop;
 *   <li>{@code invisible}: nothing, for controls and default-ignorable characters;
 *   <li>{@code unmarked}: a letter or digit without the marks that cannot be drawn;
 *   <li>{@code emoji}: a drawn sign for a few;
 *   <li>{@code transliterated}: letters and digits of other scripts in Latin ones, by ICU's rules, first with accents, then
 *       without;
 *   <li>{@code replacement}: a box.
 * </ol>
 */
final class Substitutes {
    static final String TYPOGRAPHIC = "typographic";
    static final String INVISIBLE = "invisible";
    static final String UNMARKED = "unmarked";
    static final String EMOJI = "emoji";
    static final String TRANSLITERATED = "transliterated";
    static final String REPLACEMENT = "replacement";

    /** Stands for what is missing; pen strokes alone draw it, so that every model can. */
    static final String BOX = "\u25a1";

    private static final String BULLET = "\u2022";

    private static final Map<String, String> TYPOGRAPHY = typography();
    private static final Map<Integer, String> EMOJI_SIGNS = emojiSigns();

    /** Other shapes of the same character; the others change what it says, as a superscript does. */
    private static final Set<Integer> SHAPES = Set.of(
            UCharacter.DecompositionType.WIDE,
            UCharacter.DecompositionType.NARROW,
            UCharacter.DecompositionType.FONT,
            UCharacter.DecompositionType.COMPAT,
            UCharacter.DecompositionType.VERTICAL,
            UCharacter.DecompositionType.INITIAL,
            UCharacter.DecompositionType.MEDIAL,
            UCharacter.DecompositionType.FINAL,
            UCharacter.DecompositionType.ISOLATED);

    // Any-Latin loads the rules of a script when it first meets one, so building these is cheap.
    private static final Transliterator TO_LATIN = Transliterator.getInstance("Any-Latin");
    private static final Transliterator TO_ASCII = Transliterator.getInstance("Any-Latin; Latin-ASCII");
    private static final Normalizer2 NFC = Normalizer2.getNFCInstance();
    private static final Normalizer2 NFD = Normalizer2.getNFDInstance();
    private static final Normalizer2 NFKC = Normalizer2.getNFKCInstance();

    private final Predicate<String> isDrawable;

    /** @param isDrawable whether a version can draw all graphemes of a text */
    Substitutes(Predicate<String> isDrawable) {
        this.isDrawable = isDrawable;
    }

    /** A grapheme may carry any number of marks; beyond these none changes what is drawn, and normalising would be slow. */
    static String shortened(String grapheme) {
        if (grapheme.length() <= Limits.GRAPHEME_CHARS) {
            return grapheme;
        }
        int end = Limits.GRAPHEME_CHARS;
        return grapheme.substring(0, Character.isHighSurrogate(grapheme.charAt(end - 1)) ? end - 1 : end);
    }

    /** What stands for a grapheme in NFC. */
    Substitute of(String grapheme) {
        return typographic(grapheme)
                .or(() -> invisible(grapheme))
                .or(() -> unmarked(grapheme))
                .or(() -> emoji(grapheme))
                .or(() -> transliterated(grapheme))
                .orElseGet(() -> new Substitute(BOX, REPLACEMENT));
    }

    private Optional<Substitute> typographic(String grapheme) {
        if (grapheme.codePoints().allMatch(UCharacter::isUWhiteSpace)) {
            return Optional.of(new Substitute(" ", TYPOGRAPHIC));
        }
        Stream<String> ascii = Stream.ofNullable(TYPOGRAPHY.get(grapheme));
        Stream<String> shape = grapheme.codePoints()
                        .allMatch(c -> SHAPES.contains(UCharacter.getIntPropertyValue(c, UProperty.DECOMPOSITION_TYPE))
                                || UCharacter.isLetterOrDigit(c))
                ? Stream.of(NFKC.normalize(grapheme))
                : Stream.of();
        return Stream.concat(ascii, shape)
                .filter(text -> !text.equals(grapheme) && isDrawable.test(text))
                .findFirst()
                .map(text -> new Substitute(text, TYPOGRAPHIC));
    }

    private Optional<Substitute> invisible(String grapheme) {
        String visible = NFC.normalize(kept(grapheme, c -> !isInvisible(c)));
        return !visible.equals(grapheme) && (visible.isEmpty() || isDrawable.test(visible))
                ? Optional.of(new Substitute(visible, INVISIBLE))
                : Optional.empty();
    }

    /** Takes marks away from the last to the first until the rest can be drawn. */
    private Optional<Substitute> unmarked(String grapheme) {
        String all = kept(NFD.normalize(grapheme), c -> !isInvisible(c));
        if (all.isEmpty() || !UCharacter.isLetterOrDigit(all.codePointAt(0))) {
            return Optional.empty();
        }
        int[] points = all.codePoints().toArray();
        for (int kept = points.length - 1; kept > 0 && isMark(points[kept]); kept--) {
            String rest = NFC.normalize(new String(points, 0, kept));
            if (isDrawable.test(rest)) {
                return Optional.of(new Substitute(rest, UNMARKED));
            }
        }
        return Optional.empty();
    }

    private Optional<Substitute> emoji(String grapheme) {
        // Of several code points one may choose how it looks; more are another picture.
        return grapheme.codePointCount(0, grapheme.length()) > 2
                ? Optional.empty()
                : Optional.ofNullable(EMOJI_SIGNS.get(grapheme.codePointAt(0)))
                        .filter(isDrawable)
                        .map(sign -> new Substitute(sign, EMOJI));
    }

    private Optional<Substitute> transliterated(String grapheme) {
        int first = grapheme.codePointAt(0);
        if (UCharacter.getType(first) == UCharacter.DECIMAL_DIGIT_NUMBER) {
            String digit = Integer.toString(UCharacter.digit(first));
            return Optional.of(new Substitute(digit, TRANSLITERATED)).filter(found -> isDrawable.test(digit));
        }
        // What is of no script is a sign, such as the micro sign, which is no Greek m.
        if (UScript.getScript(first) <= UScript.INHERITED || (!UCharacter.isLetter(first) && !isMark(first))) {
            return Optional.empty();
        }
        return Stream.of(
                        latin(TO_LATIN, grapheme),
                        latin(TO_ASCII, grapheme),
                        latin(TO_LATIN, NFKC.normalize(grapheme)),
                        latin(TO_ASCII, NFKC.normalize(grapheme)))
                .filter(text -> !text.isBlank() && isDrawable.test(text))
                .findFirst()
                .map(text -> new Substitute(text, TRANSLITERATED));
    }

    private static String latin(Transliterator rules, String text) {
        String latin = rules.transliterate(text);
        if (rules == TO_ASCII) {
            // Decomposed, so that an accent which the rules leave on a letter can be dropped as a mark.
            latin = kept(NFD.normalize(latin), c -> !isMark(c) && !isInvisible(c));
        }
        return NFC.normalize(latin);
    }

    private static String kept(String text, Predicate<Integer> isKept) {
        StringBuilder rest = new StringBuilder();
        text.codePoints().filter(isKept::test).forEach(rest::appendCodePoint);
        return rest.toString();
    }

    private static boolean isInvisible(int codePoint) {
        return UCharacter.hasBinaryProperty(codePoint, UProperty.DEFAULT_IGNORABLE_CODE_POINT)
                || UCharacter.isISOControl(codePoint)
                || UCharacter.getType(codePoint) == UCharacter.FORMAT;
    }

    private static boolean isMark(int codePoint) {
        int type = UCharacter.getType(codePoint);
        return type == UCharacter.NON_SPACING_MARK
                || type == UCharacter.ENCLOSING_MARK
                || type == UCharacter.COMBINING_SPACING_MARK;
    }

    private static Map<String, String> typography() {
        Map<String, String> table = new HashMap<>();
        each("\u2018\u2019\u201a\u201b\u2032\u02bc\u2039\u203a\u00b4", "'", table);
        each("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb\u301d\u301e\u300c\u300d\u300e\u300f\u300a\u300b", "\"", table);
        each("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u05be\u301c", "-", table);
        each(
                "\u2043\u204c\u204d\u25a0\u25aa\u25ab\u25cf\u25d8\u25e6\u2023\u2981\u26ab\u2b24\u2756\u27a2\u27a4",
                BULLET,
                table);
        each("\uf0a7\uf0b7\uf0d8", BULLET, table); // of word processors' symbol fonts
        each("\u2022\u00b7\u2219\u3002\u06d4\u0964\u0589\u1362\u30fb", ".", table);
        each("\u060c\u3001\u1363\u055d", ",", table);
        each("\u061b\u1364", ";", table);
        each("\u061f\u055e\u1367", "?", table);
        each("\u055c", "!", table);
        each("\u1361\u1365\u05c3", ":", table);
        each("\u3010\u3014\u3008", "[", table);
        each("\u3011\u3015\u3009", "]", table);
        table.put("\u037e", ";");
        table.put("\u0965", "..");
        table.put("\u2026", "...");
        table.put("\u2025", "..");
        table.put("\u2044", "/");
        return Map.copyOf(table);
    }

    private static void each(String characters, String ascii, Map<String, String> table) {
        characters.codePoints().forEach(c -> table.put(Character.toString(c), ascii));
    }

    private static Map<Integer, String> emojiSigns() {
        Map<Integer, String> signs = new HashMap<>();
        for (int face = 0x1F600; face <= 0x1F60F; face++) {
            signs.put(face, "\u263a");
        }
        List.of(0x1F642, 0x1F643, 0x1F917, 0x1F970, 0x1F929, 0x263A).forEach(face -> signs.put(face, "\u263a"));
        for (int heart = 0x1F493; heart <= 0x1F49F; heart++) {
            signs.put(heart, "\u2665");
        }
        List.of(0x2764, 0x1F90D, 0x1F90E, 0x1F5A4, 0x1F9E1).forEach(heart -> signs.put(heart, "\u2665"));
        signs.put(0x2705, "\u2713");
        signs.put(0x2714, "\u2713");
        signs.put(0x274C, "\u2717");
        signs.put(0x2716, "\u00d7");
        signs.put(0x2795, "+");
        signs.put(0x2796, "\u2212");
        signs.put(0x2797, "\u00f7");
        signs.put(0x2B50, "\u2605");
        signs.put(0x27A1, "\u2192");
        signs.put(0x2B05, "\u2190");
        signs.put(0x2B06, "\u2191");
        signs.put(0x2B07, "\u2193");
        signs.put(0x2757, "!");
        signs.put(0x2753, "?");
        return Map.copyOf(signs);
    }
}
