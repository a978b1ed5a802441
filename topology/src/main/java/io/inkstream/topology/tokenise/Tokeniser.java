package io.inkstream.topology.tokenise;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.lang.UProperty;
import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.text.Normalizer2;
import com.ibm.icu.text.Transliterator;
import com.ibm.icu.util.ULocale;
import io.inkstream.schemas.avro.Substitution;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Turns any string into the character classes of one model version, and says of every grapheme that is not drawn as
 * itself what stands for it.
 *
 * <p>Works by graphemes, so that an accent stays with its letter and an emoji family is one thing. Each grapheme becomes,
 * by the first rule that fits:
 *
 * <ol>
 *   <li>a newline (CRLF, LF, CR, VT, FF, NEL, LS, PS) or a space (U+0020);
 *   <li>itself in NFC, if the version has the class; listed as {@code normalised} if the text had it otherwise;
 *   <li>{@code typographic}: ASCII for quotes, dashes, ellipsis, bullets and other white space;
 *   <li>{@code invisible}: nothing, for controls and default-ignorable characters that stand alone;
 *   <li>{@code transliterated}: ICU's {@code Any-Latin; Latin-ASCII}, marks dropped, of its NFC or else its NFKC;
 *   <li>{@code replacement}: one replacement glyph.
 * </ol>
 *
 * <p>Deterministic and safe for use by many threads.
 */
public final class Tokeniser {
    /** Rule of a {@link Substitution}: the class exists, the text had it decomposed. */
    public static final String NORMALISED = "normalised";

    /** Rule of a {@link Substitution}: an ASCII look-alike of punctuation or white space. */
    public static final String TYPOGRAPHIC = "typographic";

    /** Rule of a {@link Substitution}: a character without ink stands for nothing. */
    public static final String INVISIBLE = "invisible";

    /** Rule of a {@link Substitution}: spelled in Latin letters. */
    public static final String TRANSLITERATED = "transliterated";

    /** Rule of a {@link Substitution}: nothing better than the replacement glyph. */
    public static final String REPLACEMENT = "replacement";

    private static final List<String> REPLACEMENTS = List.of("?", "_", "-", ".");
    private static final Map<String, String> TYPOGRAPHY = typography();

    /** A grapheme may carry any number of marks; beyond these none changes what is drawn, and normalising would be slow. */
    private static final int LONGEST_GRAPHEME = 32;

    private static final int CACHED = 4_096;

    // Any-Latin loads the rules of a script when it first meets one, so building this is cheap.
    private static final Transliterator TO_ASCII = Transliterator.getInstance("Any-Latin; Latin-ASCII");
    private static final Normalizer2 NFC = Normalizer2.getNFCInstance();
    private static final Normalizer2 NFKC = Normalizer2.getNFKCInstance();

    private final Map<Integer, Integer> classOf;
    private final String replacement;
    private final Map<String, Fallback> fallbacks = Collections.synchronizedMap(new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Fallback> eldest) {
            return size() > CACHED;
        }
    });

    private record Fallback(String text, String rule) {}

    /**
     * Prepares for one version.
     *
     * @param characters the characters of its classes, one code point each, in the order of the classes
     * @throws IllegalArgumentException if there are none, or one is no single code point or white space
     */
    public Tokeniser(List<String> characters) {
        if (characters.isEmpty()) {
            throw new IllegalArgumentException("a model needs at least one character class");
        }
        Map<Integer, Integer> classes = new HashMap<>();
        for (int i = 0; i < characters.size(); i++) {
            String character = characters.get(i);
            if (character.codePointCount(0, character.length()) != 1
                    || UCharacter.isUWhiteSpace(character.codePointAt(0))) {
                throw new IllegalArgumentException(
                        "class " + i + " is '" + character + "', which is not one visible Unicode code point");
            }
            classes.putIfAbsent(character.codePointAt(0), i);
        }
        classOf = Map.copyOf(classes);
        replacement = REPLACEMENTS.stream().filter(this::drawable).findFirst().orElse(characters.get(0));
    }

    /** The class that draws a character as itself, if there is one. */
    public OptionalInt classOf(int codePoint) {
        Integer own = classOf.get(codePoint);
        return own == null ? OptionalInt.empty() : OptionalInt.of(own);
    }

    /** Tokenises any string, lone surrogates included. */
    public TokenisedText tokenise(String text) {
        List<Token> tokens = new ArrayList<>(text.length());
        List<Substitution> substitutions = new ArrayList<>();
        BreakIterator graphemes = BreakIterator.getCharacterInstance(ULocale.ROOT);
        graphemes.setText(text);
        int start = 0;
        for (int end = graphemes.next(); end != BreakIterator.DONE; start = end, end = graphemes.next()) {
            if (end - start == 1 && text.charAt(start) > ' ' && text.charAt(start) < 0x7f) {
                Integer own = classOf.get((int) text.charAt(start)); // most of most texts
                if (own != null) {
                    tokens.add(new Token.Drawn(start, new int[] {own}));
                    continue;
                }
            }
            add(text.substring(start, end), start, tokens, substitutions);
        }
        return new TokenisedText(tokens, substitutions);
    }

    private void add(String grapheme, int offset, List<Token> tokens, List<Substitution> substitutions) {
        if (isNewline(grapheme)) {
            tokens.add(new Token.Newline(offset));
        } else if (grapheme.equals(" ")) {
            tokens.add(new Token.Space(offset));
        } else {
            String composed = NFC.normalize(shortened(grapheme));
            Fallback drawn = drawable(composed)
                    ? new Fallback(composed, NORMALISED)
                    : fallbacks.computeIfAbsent(composed, this::fallback);
            if (!drawn.text().equals(grapheme)) {
                substitutions.add(new Substitution(offset, grapheme, drawn.text(), drawn.rule()));
            }
            addDrawn(drawn.text(), offset, tokens);
        }
    }

    private void addDrawn(String text, int offset, List<Token> tokens) {
        for (String word : text.split("(?<= )|(?= )")) {
            if (word.equals(" ")) {
                tokens.add(new Token.Space(offset));
            } else if (!word.isEmpty()) {
                tokens.add(new Token.Drawn(
                        offset, word.codePoints().map(classOf::get).toArray()));
            }
        }
    }

    private Fallback fallback(String composed) {
        String typographic = TYPOGRAPHY.get(composed);
        if (typographic != null && drawable(typographic)) {
            return new Fallback(typographic, TYPOGRAPHIC);
        }
        if (composed.codePoints().allMatch(UCharacter::isUWhiteSpace)) {
            return new Fallback(" ", TYPOGRAPHIC);
        }
        if (composed.codePoints().allMatch(Tokeniser::isInvisible)) {
            return new Fallback("", INVISIBLE);
        }
        return transliterated(composed)
                .or(() -> transliterated(NFKC.normalize(composed)))
                .map(latin -> new Fallback(latin, TRANSLITERATED))
                .orElseGet(() -> new Fallback(replacement, REPLACEMENT));
    }

    private Optional<String> transliterated(String text) {
        StringBuilder bare = new StringBuilder();
        // Decomposed, so that an accent which the rules leave on a letter can be dropped as a mark.
        Normalizer2.getNFDInstance()
                .normalize(TO_ASCII.transliterate(text))
                .codePoints()
                .filter(c -> !isMark(c) && !isInvisible(c))
                .forEach(bare::appendCodePoint);
        String latin = NFC.normalize(bare);
        return latin.isEmpty() || !drawable(latin) ? Optional.empty() : Optional.of(latin);
    }

    private boolean drawable(String text) {
        return text.codePoints().allMatch(c -> c == ' ' || classOf.containsKey(c));
    }

    private static boolean isNewline(String grapheme) {
        if (grapheme.equals("\r\n")) {
            return true;
        }
        if (grapheme.length() != 1) {
            return false;
        }
        char c = grapheme.charAt(0);
        return (c >= '\n' && c <= '\r') || c == '\u0085' || c == '\u2028' || c == '\u2029';
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

    private static String shortened(String grapheme) {
        if (grapheme.length() <= LONGEST_GRAPHEME) {
            return grapheme;
        }
        int end = Character.isHighSurrogate(grapheme.charAt(LONGEST_GRAPHEME - 1))
                ? LONGEST_GRAPHEME - 1
                : LONGEST_GRAPHEME;
        return grapheme.substring(0, end);
    }

    private static Map<String, String> typography() {
        Map<String, String> table = new HashMap<>();
        each("\u2018\u2019\u201a\u201b\u2032\u02bc\u2039\u203a\u00b4", "'", table);
        each("\u201c\u201d\u201e\u201f\u2033\u00ab\u00bb", "\"", table);
        each("\u2010\u2011\u2012\u2013\u2014\u2015\u2043\u2212\ufe58\ufe63\uff0d", "-", table);
        each("\u2022\u00b7\u2219", ".", table);
        table.put("\u2026", "...");
        table.put("\u2025", "..");
        table.put("\u2044", "/");
        return Map.copyOf(table);
    }

    private static void each(String characters, String ascii, Map<String, String> table) {
        characters.codePoints().forEach(c -> table.put(Character.toString(c), ascii));
    }
}
