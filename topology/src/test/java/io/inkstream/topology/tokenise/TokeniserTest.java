package io.inkstream.topology.tokenise;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.text.Normalizer2;
import com.ibm.icu.text.UnicodeSet;
import com.ibm.icu.util.LocaleData;
import com.ibm.icu.util.ULocale;
import io.inkstream.schemas.avro.Substitution;
import io.inkstream.topology.Models;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class TokeniserTest {
    private final Tokeniser ascii = new Tokeniser(Models.ASCII);

    @Test
    void everyCharacterOfTheModelIsDrawnAsItself() {
        String all = String.join("", Models.ASCII);

        TokenisedText tokenised = ascii.tokenise(all);

        assertThat(drawn(tokenised)).isEqualTo(all);
        assertThat(tokenised.substitutions()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "é", "ß", "Å", "ệ", "ș", "ģ", "½", "²", "₃", "€", "≠", "µ", "…", "—", "“", "’", "•", "Ж", "щ", "Ω", "①",
                "Ⅳ", "☑", "→", "¿", "№", "ﬁ", "ǆ", "x\u0304", "≢", "≮"
            })
    void whatIsComposedIsDrawnAsItself(String grapheme) {
        TokenisedText tokenised = ascii.tokenise("a" + grapheme + "b");

        assertThat(drawn(tokenised)).isEqualTo("a" + grapheme + "b");
        assertThat(tokenised.substitutions()).isEmpty();
        assertThat(glyphs(tokenised)).hasSize(3);
        assertThat(glyphs(tokenised).get(1).composition()).isPresent();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "Ａ, A, typographic",
                "𝐀, A, typographic",
                "。, ., typographic",
                "؟, ?, typographic",
                "中, zhōng, transliterated",
                "한, han, transliterated",
                "ש, ş, transliterated",
                "٣, 3, transliterated",
                "१, 1, transliterated",
                "a\u0e31, a, unmarked",
                "5\ufe0f\u20e3, 5, unmarked",
                "❤\ufe0f, ♥, emoji",
                "😀, ☺, emoji",
                "✅, ✓, emoji",
                "☃, □, replacement",
                "⌚, □, replacement",
                "⊙, □, replacement",
                "♩, □, replacement",
                "₧, □, replacement",
                "\ufffd, □, replacement",
            })
    void aCharacterThatIsNotDrawnIsDrawnByAnotherOrSaidToBeMissing(String original, String replacement, String rule) {
        TokenisedText tokenised = ascii.tokenise("x" + original + "b");

        assertThat(drawn(tokenised)).isEqualTo("x" + replacement + "b");
        assertThat(tokenised.substitutions()).containsExactly(new Substitution(1, original, replacement, rule));
    }

    /** What Unicode's CLDR says that people need to write a language: small letters, capitals and punctuation. */
    @Test
    void everyLanguageInLatinGreekOrCyrillicScriptIsDrawnAsItself() {
        Map<String, Set<String>> missing = new TreeMap<>();
        Set<String> languages = new HashSet<>();
        for (ULocale locale : ULocale.getAvailableLocales()) {
            String script = ULocale.addLikelySubtags(locale).getScript();
            if (!List.of("Latn", "Grek", "Cyrl").contains(script)
                    || !locale.getVariant().isEmpty()) {
                continue;
            }
            languages.add(locale.getLanguage());
            UnicodeSet letters = LocaleData.getExemplarSet(locale, 0, LocaleData.ES_STANDARD);
            UnicodeSet signs = LocaleData.getExemplarSet(locale, 0, LocaleData.ES_PUNCTUATION);
            for (String letter : letters) {
                for (String text : List.of(letter, UCharacter.toUpperCase(locale, letter))) {
                    missing(text, locale, missing);
                }
            }
            signs.forEach(sign -> missing(sign, locale, missing));
        }
        assertThat(languages).hasSizeGreaterThan(150);
        assertThat(missing).isEmpty();
    }

    private void missing(String text, ULocale locale, Map<String, Set<String>> missing) {
        for (Substitution substitution : ascii.tokenise(text).substitutions()) {
            if (!substitution.getRule().equals(Tokeniser.NORMALISED)) {
                missing.computeIfAbsent(substitution.getOriginal(), unused -> new TreeSet<>())
                        .add(locale.getLanguage());
            }
        }
    }

    static Stream<Arguments> declarations() throws IOException {
        try (InputStream in = TokeniserTest.class.getResourceAsStream("/declaration.tsv")) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .filter(line -> !line.startsWith("#"))
                    .map(line -> Arguments.of((Object[]) line.split("\t")));
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("declarations")
    void aTextOfALanguageInLatinLettersIsDrawnAsItStands(String language, String article) {
        for (Normalizer2 form : List.of(Normalizer2.getNFCInstance(), Normalizer2.getNFDInstance())) {
            TokenisedText tokenised = ascii.tokenise(form.normalize(article));

            assertThat(drawn(tokenised)).isEqualTo(Normalizer2.getNFCInstance().normalize(article));
            assertThat(tokenised.substitutions()).allSatisfy(substitution -> assertThat(substitution.getRule())
                    .isEqualTo(Tokeniser.NORMALISED));
        }
    }

    @Test
    void anAccentStaysWithItsLetter() {
        TokenisedText tokenised = ascii.tokenise("re\u0301sume\u0301s");

        assertThat(drawn(tokenised)).isEqualTo("résumés");
        assertThat(glyphs(tokenised)).hasSize(7);
        assertThat(tokenised.substitutions())
                .containsExactly(
                        new Substitution(1, "e\u0301", "é", Tokeniser.NORMALISED),
                        new Substitution(6, "e\u0301", "é", Tokeniser.NORMALISED));
    }

    @Test
    void aClassMayHaveMarksThatNoCodePointHasWithItsLetter() {
        Tokeniser yoruba = new Tokeniser(List.of("o", "\u1ecd\u0301"));

        TokenisedText tokenised = yoruba.tokenise("o\u0301\u0323o\u1ecd\u0301");

        assertThat(glyphs(tokenised)).extracting(Glyph::classIndex).containsExactly(1, 0, 1);
        assertThat(drawn(tokenised)).isEqualTo("\u1ecd\u0301o\u1ecd\u0301");
    }

    @Test
    void aClassOfTheModelGoesBeforeWhatIsComposed() {
        Tokeniser french = new Tokeniser(List.of("e", "é"));

        TokenisedText tokenised = french.tokenise("ée\u0301è");

        assertThat(glyphs(tokenised)).extracting(Glyph::classIndex).containsExactly(1, 1, -1);
        assertThat(tokenised.substitutions()).containsExactly(new Substitution(1, "e\u0301", "é", "normalised"));
    }

    @Test
    void aSignNeverBecomesAnotherSign() {
        Tokeniser few = new Tokeniser(List.of("m", "g", "=", "1", "0"));

        // Without a u there is no µ, and 50 mg is a thousand times 50 µg; without a 2, 10² is not 102.
        assertThat(drawn(few.tokenise("µg"))).isEqualTo("□g");
        assertThat(drawn(few.tokenise("10²"))).isEqualTo("10□");
        assertThat(drawn(few.tokenise("⊙"))).isEqualTo("□");
    }

    @Test
    void anEmojiFamilyIsOneReplacementGlyph() {
        String family = "👨\u200d👩\u200d👧";

        TokenisedText tokenised = ascii.tokenise("a" + family + "b");

        assertThat(drawn(tokenised)).isEqualTo("a□b");
        assertThat(tokenised.substitutions()).containsExactly(new Substitution(1, family, "□", "replacement"));
    }

    @Test
    void aLoneSurrogateIsReplaced() {
        TokenisedText tokenised = ascii.tokenise("a\ud83d");

        assertThat(drawn(tokenised)).isEqualTo("a□");
        assertThat(tokenised.substitutions()).containsExactly(new Substitution(1, "\ud83d", "□", "replacement"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\u0000", "\u0007", "\u00ad", "\u200b", "\ufeff", "\u2060", "\u007f"})
    void whatHasNoInkStandsForNothingAndIsListed(String invisible) {
        TokenisedText tokenised = ascii.tokenise("a" + invisible + "b");

        assertThat(drawn(tokenised)).isEqualTo("ab");
        assertThat(tokenised.substitutions()).containsExactly(new Substitution(1, invisible, "", "invisible"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\t", "\u00a0", "\u2003", "\u3000", "\u202f"})
    void otherWhiteSpaceIsASpaceAndIsListed(String space) {
        TokenisedText tokenised = ascii.tokenise("a" + space + "b");

        assertThat(tokenised.tokens().get(1)).isEqualTo(new Token.Space(1));
        assertThat(tokenised.substitutions()).containsExactly(new Substitution(1, space, " ", "typographic"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\n", "\r", "\r\n", "\u000b", "\f", "\u0085", "\u2028", "\u2029"})
    void everyKindOfNewlineIsOneNewline(String newline) {
        TokenisedText tokenised = ascii.tokenise("a" + newline + "b");

        assertThat(tokenised.tokens()).hasSize(3);
        assertThat(tokenised.tokens().get(1)).isEqualTo(new Token.Newline(1));
        assertThat(tokenised.substitutions()).isEmpty();
    }

    @Test
    void aModelOfDigitsSaysWhatIsMissing() {
        assertThat(drawn(new Tokeniser(List.of("0", "1", "2", "3", "9")).tokenise("12/31 at 9")))
                .isEqualTo("12□31 □□ 9");
    }

    @Test
    void marksWithoutEndAreTakenInStride() {
        String zalgo = "e" + "\u0301\u0323".repeat(15_000);

        TokenisedText tokenised = ascii.tokenise(zalgo);

        assertThat(drawn(tokenised)).isEqualTo("ẹ\u0323\u0323\u0323");
        assertThat(glyphs(tokenised)).hasSize(1);
        assertThat(tokenised.substitutions())
                .containsExactly(new Substitution(0, zalgo, "ẹ\u0323\u0323\u0323", "unmarked"));
    }

    @Test
    void aModelWhoseClassIsNoSingleVisibleCharacterIsRefused() {
        assertThatThrownBy(() -> new Tokeniser(List.of())).hasMessageContaining("at least one");
        assertThatThrownBy(() -> new Tokeniser(List.of("ab"))).hasMessageContaining("'ab'");
        assertThatThrownBy(() -> new Tokeniser(List.of(" "))).hasMessageContaining("visible");
    }

    /** Every grapheme is a glyph of itself, a space, a newline, or a substitution; no token comes from nowhere. */
    @Property(tries = 2_000)
    void nothingDisappearsInSilence(@ForAll("anyText") String text) {
        TokenisedText tokenised = ascii.tokenise(text);

        Map<Integer, Substitution> substitutions = new HashMap<>();
        tokenised.substitutions().forEach(s -> assertThat(substitutions.put(s.getOffset(), s))
                .isNull());
        Map<Integer, List<Token>> tokens = new HashMap<>();
        tokenised.tokens().forEach(token -> tokens.computeIfAbsent(token.offset(), o -> new ArrayList<>())
                .add(token));
        Set<Integer> starts = new HashSet<>();
        BreakIterator graphemes = BreakIterator.getCharacterInstance(ULocale.ROOT);
        graphemes.setText(text);
        for (int start = 0, end = graphemes.next(); end != BreakIterator.DONE; start = end, end = graphemes.next()) {
            starts.add(start);
            String grapheme = text.substring(start, end);
            Substitution substitution = substitutions.get(start);
            List<Token> own = tokens.getOrDefault(start, List.of());
            if (substitution != null) {
                assertThat(substitution.getOriginal()).isEqualTo(grapheme);
                assertThat(written(own)).isEqualTo(substitution.getReplacement());
                assertThat(substitution.getReplacement()).isNotEqualTo(grapheme);
            } else if (own.equals(List.of(new Token.Newline(start)))) {
                assertThat(grapheme).matches("\\R|\u000b|\f");
            } else {
                assertThat(written(own)).isEqualTo(grapheme);
            }
        }
        assertThat(starts).containsAll(substitutions.keySet()).containsAll(tokens.keySet());
        assertThat(tokenised.tokens()).extracting(Token::offset).isSorted();
    }

    @Property(tries = 300)
    void theSameTextGivesTheSameTokens(@ForAll("anyText") String text) {
        TokenisedText first = new Tokeniser(Models.ASCII).tokenise(text);
        TokenisedText second = ascii.tokenise(text);

        assertThat(written(first.tokens())).isEqualTo(written(second.tokens()));
        assertThat(first.substitutions()).isEqualTo(second.substitutions());
    }

    @Property(tries = 300)
    void aModelOfFewClassesTakesAnyTextToo(@ForAll("anyText") String text) {
        TokenisedText tokenised = new Tokeniser(List.of("a", "Z", "é")).tokenise(text);

        assertThat(glyphs(tokenised))
                .allMatch(glyph ->
                        glyph.composition().isPresent() || (glyph.classIndex() >= 0 && glyph.classIndex() < 3));
    }

    @Provide
    Arbitrary<String> anyText() {
        Arbitrary<String> anything =
                Arbitraries.integers().between(0, Character.MAX_CODE_POINT).map(Character::toString);
        Arbitrary<String> pieces = Arbitraries.of(
                "a",
                "Q",
                " ",
                "  ",
                "\n",
                "\r\n",
                "\r",
                "\t",
                "é",
                "e\u0301",
                "\u0301",
                "“",
                "…",
                "½",
                "中",
                "か",
                "\u200d",
                "👨",
                "\ufe0f",
                "🇵🇹",
                "\ud83d",
                "\udc00",
                "\u0000",
                "\u00ad",
                "ﷺ",
                "ก็",
                "नि",
                "\u1100\u1161");
        return Arbitraries.frequencyOf(
                        net.jqwik.api.Tuple.of(2, anything),
                        net.jqwik.api.Tuple.of(5, pieces),
                        net.jqwik.api.Tuple.of(2, Arbitraries.strings().ofMaxLength(3)))
                .list()
                .ofMaxSize(40)
                .map(list -> String.join("", list));
    }

    private static String drawn(TokenisedText text) {
        return written(text.tokens());
    }

    private static String written(List<Token> tokens) {
        return tokens.stream()
                .map(token -> {
                    if (token instanceof Token.Drawn drawn) {
                        return drawn.glyphs().stream().map(Glyph::text).collect(joining());
                    }
                    return token instanceof Token.Space ? " " : "\n";
                })
                .collect(joining());
    }

    private static List<Glyph> glyphs(TokenisedText text) {
        return text.tokens().stream()
                .filter(Token.Drawn.class::isInstance)
                .flatMap(token -> ((Token.Drawn) token).glyphs().stream())
                .toList();
    }
}
