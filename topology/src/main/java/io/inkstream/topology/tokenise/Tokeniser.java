package io.inkstream.topology.tokenise;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.text.Normalizer2;
import com.ibm.icu.util.ULocale;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.alphabet.Alphabet;
import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.avro.Substitution;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Turns any string into what one model version can draw, and says of every grapheme that is not drawn as itself what
 * stands for it.
 *
 * <p>Works by graphemes, so that an accent stays with its letter and an emoji family is one thing. Each grapheme becomes a
 * newline (CRLF, LF, CR, VT, FF, NEL, LS, PS), a space (U+0020), itself in NFC where the version has the class or {@link
 * Alphabet} composes it, or what {@link Substitutes} finds. What is itself but was spelled otherwise is listed as {@code
 * normalised}. A byte order mark at the start says how a file was encoded, and is no part of the text.
 *
 * <p>Deterministic and safe for use by many threads.
 */
public final class Tokeniser {
    /** Rule of a {@link Substitution}: drawn as itself, the text had it decomposed. */
    public static final String NORMALISED = "normalised";

    /** Rule of a {@link Substitution}: a line ends at the soft hyphen, which is drawn. */
    public static final String HYPHENATED = "hyphenated";

    /** Where a word may be divided. */
    public static final char SOFT_HYPHEN = '\u00ad';

    private static final char BYTE_ORDER_MARK = '\ufeff';

    private static final int CACHED = 4_096;
    private static final Normalizer2 NFC = Normalizer2.getNFCInstance();

    private final Map<String, Glyph> classes = new HashMap<>();
    private final Substitutes substitutes = new Substitutes(this::isDrawable);
    private final Cache<String, Optional<Glyph>> composed =
            Caffeine.newBuilder().maximumSize(CACHED).build();
    private final Cache<String, Substituted> substituted =
            Caffeine.newBuilder().maximumSize(CACHED).build();

    /** What stands for a grapheme, and the graphemes of that: taking a text apart costs more than all else. */
    private record Substituted(Substitute by, List<String> graphemes) {}

    /**
     * Prepares for one version.
     *
     * @param characters the characters of its classes, each a {@linkplain Graphemes#isClass grapheme}, in their order
     * @throws IllegalArgumentException if there are none, or one cannot be a class
     */
    public Tokeniser(List<String> characters) {
        if (characters.isEmpty()) {
            throw new IllegalArgumentException("a model needs at least one character class");
        }
        for (int i = 0; i < characters.size(); i++) {
            String character = characters.get(i);
            if (!Graphemes.isClass(character)) {
                throw new IllegalArgumentException("class " + i + " is '" + Limits.cut(character, Limits.QUOTED_CHARS)
                        + "', which is not one visible grapheme in NFC");
            }
            classes.putIfAbsent(character, Glyph.of(character, i));
        }
    }

    /**
     * What draws a grapheme as itself, if anything does.
     *
     * @param grapheme in NFC
     */
    public Optional<Glyph> glyphOf(String grapheme) {
        Glyph own = classes.get(grapheme);
        if (own != null) {
            return Optional.of(own);
        }
        return grapheme.length() > Limits.GRAPHEME_CHARS
                ? Optional.empty()
                : composed.get(grapheme, text -> Alphabet.standard()
                        .composition(text, classes::containsKey)
                        .map(Glyph::composed));
    }

    /** Tokenises any string, lone surrogates included. */
    public TokenisedText tokenise(String text) {
        List<Token> tokens = new ArrayList<>(text.length());
        List<Substitution> substitutions = new ArrayList<>();
        BreakIterator graphemes = BreakIterator.getCharacterInstance(ULocale.ROOT);
        graphemes.setText(text);
        int start = 0;
        for (int end = graphemes.next(); end != BreakIterator.DONE; start = end, end = graphemes.next()) {
            if (start > 0 || text.charAt(0) != BYTE_ORDER_MARK) {
                add(text.substring(start, end), start, tokens, substitutions);
            }
        }
        return new TokenisedText(text, tokens, substitutions, glyphOf("-").or(() -> glyphOf("\u2010")));
    }

    private void add(String grapheme, int offset, List<Token> tokens, List<Substitution> substitutions) {
        Glyph own = classes.get(grapheme); // most of most texts
        if (own != null) {
            tokens.add(new Token.Drawn(offset, List.of(own)));
        } else if (isNewline(grapheme)) {
            tokens.add(new Token.Newline(offset));
        } else if (grapheme.equals(" ")) {
            tokens.add(new Token.Space(offset));
        } else {
            String normalised = NFC.normalize(Substitutes.shortened(grapheme));
            glyphOf(normalised)
                    .ifPresentOrElse(
                            itself -> {
                                tokens.add(new Token.Drawn(offset, List.of(itself)));
                                list(grapheme, offset, new Substitute(normalised, NORMALISED), substitutions);
                            },
                            () -> {
                                Substituted drawn = substituted.get(normalised, this::substituted);
                                addDrawn(drawn.graphemes(), offset, tokens);
                                list(grapheme, offset, drawn.by(), substitutions);
                            });
        }
    }

    private Substituted substituted(String grapheme) {
        Substitute by = substitutes.of(grapheme);
        return new Substituted(by, graphemes(by.text()));
    }

    private static void list(String grapheme, int offset, Substitute drawn, List<Substitution> substitutions) {
        if (!drawn.text().equals(grapheme)) {
            substitutions.add(new Substitution(offset, grapheme, drawn.text(), drawn.rule()));
        }
    }

    /** What stands for a grapheme may be several, with spaces between. */
    private void addDrawn(List<String> graphemes, int offset, List<Token> tokens) {
        List<Glyph> word = new ArrayList<>();
        for (String grapheme : graphemes) {
            if (!grapheme.equals(" ")) {
                word.add(glyphOf(grapheme).orElseThrow());
                continue;
            }
            addWord(word, offset, tokens);
            tokens.add(new Token.Space(offset));
        }
        addWord(word, offset, tokens);
    }

    private static void addWord(List<Glyph> word, int offset, List<Token> tokens) {
        if (!word.isEmpty()) {
            tokens.add(new Token.Drawn(offset, word));
            word.clear();
        }
    }

    private boolean isDrawable(String text) {
        return graphemes(text).stream()
                .allMatch(grapheme -> grapheme.equals(" ") || glyphOf(grapheme).isPresent());
    }

    private List<String> graphemes(String text) {
        if (text.isEmpty()) {
            return List.of();
        }
        if (text.codePointCount(0, text.length()) == 1 || glyphOf(text).isPresent()) {
            return List.of(text);
        }
        return Graphemes.split(text);
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
}
