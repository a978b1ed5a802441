package io.inkstream.topology.layout;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.ibm.icu.text.BreakIterator;
import com.ibm.icu.util.ULocale;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.avro.Whitespace;
import io.inkstream.topology.Models;
import io.inkstream.topology.tokenise.Glyph;
import io.inkstream.topology.tokenise.TokenisedText;
import io.inkstream.topology.tokenise.Tokeniser;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.DoubleRange;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class LineBreakerTest {
    /** Every glyph and every word space is one x-height. */
    private static final Advances EVEN = new Advances(widths(0.8), 0.2, 0, 0.8);

    private static final double TEN = 10 + 2 * Advances.MARGIN;

    private final Tokeniser tokeniser = new Tokeniser(Models.ASCII);

    @Test
    void aLineIsFilledToTheMeasureAndNoFurther() throws Exception {
        assertThat(texts(set("aaaa bbbbb c", TEN))).containsExactly("aaaa bbbbb", "c");
        assertThat(texts(set("aaaa bbbbbb", TEN))).containsExactly("aaaa", "bbbbbb");
    }

    @Test
    void theAdvanceOfEachGlyphCounts() throws Exception {
        Map<String, Double> widths = widths(0.8);
        widths.put("i", 0.1);
        Advances narrowI = new Advances(widths, 0.2, 0, 0.8);

        assertThat(texts(set("iiiiiiii mmm", narrowI, TEN, Whitespace.PRESERVE)))
                .containsExactly("iiiiiiii mmm");
        assertThat(texts(set("mmmmmmmm mmm", narrowI, TEN, Whitespace.PRESERVE)))
                .containsExactly("mmmmmmmm", "mmm");
    }

    @Test
    void newlinesEndLinesAndBlankLinesTakeARowButDrawNothing() throws Exception {
        List<SetLine> lines = set("\n\none\n\n \ntwo\n\n", TEN);

        assertThat(texts(lines)).containsExactly("one", "two");
        assertThat(lines).extracting(SetLine::row).containsExactly(2, 5);
    }

    @Test
    void collapsedARunOfWhiteSpaceIsOneWordSpaceAndNoneStandsAtAnEnd() throws Exception {
        assertThat(texts(collapse("  a \t b  \n c ", TEN))).containsExactly("a b", "c");
        assertThat(texts(collapse("\u00a0a\u00a0\u202f\u2003b\u00a0", TEN))).containsExactly("a b");
    }

    @Test
    void whiteSpaceIsKeptButAtTheEndOfALine() throws Exception {
        assertThat(texts(set("  a   b  \n c ", TEN))).containsExactly("  a   b", " c");
        assertThat(texts(set("aaaa   bbbbbb  \u2003 c", TEN))).containsExactly("aaaa", "bbbbbb", "c");
        assertThat(texts(set("\t\ta\tb\t \nc", TEN * 4))).containsExactly("\t\ta\tb", "c");
    }

    @Test
    void everySpaceThatIsKeptTakesItsWidth() throws Exception {
        assertThat(texts(set("aaaa bbbbb", TEN))).hasSize(1);
        assertThat(texts(set("aaaa  bbbbb", TEN))).containsExactly("aaaa", "bbbbb");
        assertThat(texts(set("  aaaa bbbb", TEN))).containsExactly("  aaaa", "bbbb");
    }

    @Test
    void anIndentThatLeavesNoRoomIsTheEndOfALineAndTakesNoRow() throws Exception {
        List<SetLine> lines = set("a\n" + " ".repeat(50) + "b\n" + "\u00a0".repeat(9_000) + "c", TEN);

        assertThat(texts(lines)).containsExactly("a", "b", "c");
        assertThat(lines).extracting(SetLine::row).containsExactly(0, 1, 2);
    }

    @Test
    void aTabGoesToAStopAndCountsAsThat() throws Exception {
        // Stops are at 4, 8, ...: "b" ends at 9, "bb" at 10, "bbb" would at 11.
        assertThat(texts(set("aaaa\tbb", TEN))).containsExactly("aaaa\tbb");
        assertThat(texts(set("aaaa\tbbb", TEN))).containsExactly("aaaa", "bbb");
        assertThat(texts(set("a\tbbbbbb", TEN))).containsExactly("a\tbbbbbb");
    }

    @Test
    void noBreakSpacesHoldTogether() throws Exception {
        for (String space : List.of("\u00a0", "\u202f", "\u2007")) {
            assertThat(texts(set("aaa bb" + space + "ccc", TEN))).containsExactly("aaa bb ccc");
            assertThat(texts(set("aaaaa bb" + space + "ccc", TEN))).containsExactly("aaaaa", "bb ccc");
        }
        assertThat(texts(set("aaaa\u2060bbbbb ccc", TEN))).containsExactly("aaaabbbbb", "ccc");
        assertThat(texts(set("aaaaaa\u00a0bbbbbb", TEN))).containsExactly("aaaaaa", "bbbbbb");
    }

    @Test
    void aSoftHyphenIsDrawnOnlyWhereTheLineEnds() throws Exception {
        assertThat(texts(set("in\u00addi\u00advi\u00addu\u00adal", TEN))).containsExactly("individual");
        List<SetLine> lines = set("the in\u00addi\u00advi\u00addu\u00adal", TEN);
        assertThat(texts(lines)).containsExactly("the indi-", "vidual");
        assertThat(lines.get(0).lastOffset()).isEqualTo(9);
        assertThat(texts(set("the indi\u00advidual", 9 + 2 * Advances.MARGIN))).containsExactly("the indi-", "vidual");
        assertThat(texts(set("the indi\u00advidual", 8.5 + 2 * Advances.MARGIN)))
                .containsExactly("the", "indi-", "vidual");
    }

    @Test
    void aSoftHyphenWithoutRoomOrUseIsNotDrawn() throws Exception {
        assertThat(texts(set("aaaaaaaaaa\u00adbbb", TEN))).containsExactly("aaaaaaaaa", "abbb");
        assertThat(texts(set("a\u00adb", 1.9))).containsExactly("a", "b");
        assertThat(texts(set("aaaaaaa-\u00adbbbb", TEN))).containsExactly("aaaaaaa-", "bbbb");
        assertThat(texts(set("aaaaaaaa \u00adbbbb", TEN))).containsExactly("aaaaaaaa", "bbbb");
        assertThat(texts(set("aaaaaa\u00ad\nb\u00ad", TEN))).containsExactly("aaaaaa", "b");
    }

    @Test
    void aZeroWidthSpaceLetsALineEnd() throws Exception {
        assertThat(texts(set("aaaaaa\u200bbbb\u200bcccc", TEN))).containsExactly("aaaaaabbb", "cccc");
    }

    @Test
    void aLineEndsAfterAHyphenOrSlashBeforeItEndsWithinAWord() throws Exception {
        assertThat(texts(set("aaaaaa-bbbbbb", TEN))).containsExactly("aaaaaa-", "bbbbbb");
        assertThat(texts(set("http://ab.example/cd/2024/11/29", TEN)))
                .containsExactly("http://", "ab.exampl", "e/cd/", "2024/11/29");
        assertThat(texts(set("aaaa/123456789", TEN))).containsExactly("aaaa/", "123456789");
        assertThat(texts(set("aaaa-123456789", TEN))).containsExactly("aaaa-", "123456789");
        assertThat(texts(set("1234/567890123", TEN))).containsExactly("1234/", "567890123");
        assertThat(texts(set("x 2024/1234", TEN))).containsExactly("x", "2024/1234");
    }

    @Test
    void noClosingMarkBeginsALineAndNoOpeningOneEndsIt() throws Exception {
        assertThat(texts(set("aaaaaaaaaa.", TEN))).containsExactly("aaaaaaaaa", "a.");
        assertThat(texts(set("aaaaaaaaaa!?)\"", TEN))).containsExactly("aaaaaaaaa", "a!?)\"");
        assertThat(texts(set("aaaaaa (bbbb) c", TEN))).containsExactly("aaaaaa", "(bbbb) c");
        assertThat(texts(set("aaaaaaaaa(bb", TEN))).containsExactly("aaaaaaaaa", "(bb");
        assertThat(texts(set("aaaaaaaaaa !", TEN))).containsExactly("aaaaaaaaa", "a !");
        assertThat(texts(set("))))))))))))", TEN))).containsExactly("))))))))))", "))");
    }

    @Test
    void ideographsNeedNoSpacesAndTheirMarksKeepTheirSides() throws Exception {
        // zhōng guó, and a full stop that may not begin a line
        assertThat(texts(set("中国中国", 15.5))).containsExactly("zhōngguózhōng", "guó");
        assertThat(texts(set("中中。", TEN))).containsExactly("zhōng", "zhōng.");
        assertThat(texts(set("中中「中」", 11.5))).containsExactly("zhōngzhōng", "\"zhōng\"");
    }

    @Test
    void aFormFeedEndsThePage() throws Exception {
        String text = "a\fb\nc\n\fd\f\fe";

        assertThat(LineBreaker.setLines(tokeniser.tokenise(text), EVEN, TEN, Whitespace.PRESERVE, 5))
                .extracting(SetLine::row)
                .containsExactly(0, 5, 6, 10, 20);
        assertThat(set(text, TEN)).extracting(SetLine::row).containsExactly(0, 1, 2, 4, 6);
    }

    @Test
    void aParagraphSeparatorEndsALine() throws Exception {
        assertThat(texts(set("a\u2029b\u2028c\u000bd\u0085e", TEN))).containsExactly("a", "b", "c", "d", "e");
    }

    @Test
    void aLineTakesAsManyGlyphsAsARequestAndNoMore() throws Exception {
        Advances thin = new Advances(widths(0), 0.0001, 0, 0.0001);
        for (String unit : List.of("x", "x ", ") ", "x\t", "x\u00ad", "x\u00a0")) {
            List<SetLine> lines = set(unit.repeat(9_000), thin, 1e9, Whitespace.PRESERVE);

            assertThat(lines).hasSizeBetween(2, 5);
            assertThat(lines).allMatch(line -> line.glyphs().size() <= Limits.LINE_GLYPHS);
            assertThat(texts(lines).stream().collect(joining()).chars().filter(c -> c == unit.charAt(0)))
                    .hasSize(9_000);
        }
    }

    /** If what a line leaves to the next were looked at again and again, these would take hours. */
    @Test
    @Timeout(120)
    void longTextsTakeTimeInProportion() throws Exception {
        for (String unit : List.of(
                "x",
                ")",
                "a)",
                "aa)))))))))))))))))))",
                "a-",
                "a/1",
                "a\u00ad",
                "a\u00a0",
                "( ",
                "! ",
                " ",
                "\t",
                "\n",
                "\f",
                "a ",
                "\u05d0",
                "\u0e01\u0e34\u0e19",
                "\u1000\u1001",
                "\u4e2d",
                "\ufdfa",
                "e\u0301\u0302",
                "\ud83d\udc68\u200d",
                "\udc00",
                "\u200b",
                "\u202e\u2066",
                "-",
                "/",
                "\"",
                "\u00ad")) {
            String text = unit.repeat((1 << 16) / unit.length());
            TokenisedText tokenised = tokeniser.tokenise(text);
            for (double measure : new double[] {4, 50, 800}) {
                for (Whitespace whitespace : Whitespace.values()) {
                    LineBreaker.setLines(tokenised, EVEN, measure, whitespace, 30);
                }
            }
        }
    }

    @Test
    void anOverlongWordBeginsALineIsBrokenAndTheTextGoesOnBehindIt() throws Exception {
        assertThat(texts(set("ab 0123456789012345 cd", TEN))).containsExactly("ab", "0123456789", "012345 cd");
    }

    @Test
    void aGraphemeOfSeveralGlyphsIsNotBroken() throws Exception {
        List<SetLine> lines = set("012345678中", TEN);

        assertThat(texts(lines)).containsExactly("012345678", "zhōng");
        assertThat(lines.get(1).offsets()).containsExactly(9, 9, 9, 9, 9);
    }

    @Test
    void aGraphemeWiderThanTheMeasureIsBroken() throws Exception {
        assertThat(texts(set("中", 2.5))).containsExactly("zh", "ōn", "g");
    }

    @Test
    void aGlyphWiderThanTheMeasureCannotBeSet() {
        assertThatThrownBy(() -> set("W", 1.4)).isInstanceOfSatisfying(GlyphTooWideException.class, e -> {
            assertThat(e.glyph()).isEqualTo("W");
            assertThat(e.needed()).isCloseTo(1.5, Offset.offset(1e-9));
        });
    }

    @Property
    void noWordIsLostAndNoLineIsWiderThanTheMeasure(
            @ForAll("proseLike") String text, @ForAll @DoubleRange(min = 4, max = 60) double measure) throws Exception {
        Advances advances = new Advances(uneven(), 0.13, 0.1, 1.05);
        List<SetLine> lines = set(text, advances, measure, Whitespace.COLLAPSE);

        String inked =
                lines.stream().map(LineBreakerTest::text).collect(joining()).replace(" ", "");
        assertThat(inked).isEqualTo(text.replaceAll("\\s", ""));
        for (SetLine line : lines) {
            assertThat(widthOf(line, advances)).isLessThanOrEqualTo(measure - 2 * Advances.MARGIN + 1e-9);
            assertThat(text(line)).doesNotContain("  ").doesNotStartWith(" ").doesNotEndWith(" ");
            assertThat(line.offsets()).isSorted();
        }
        assertThat(lines).extracting(SetLine::row).isSorted().doesNotHaveDuplicates();
    }

    @Property
    void whatFitsIsNeverBroken(@ForAll("proseLike") String text) throws Exception {
        assertThat(texts(collapse(text, 1_000)))
                .isEqualTo(text.lines()
                        .map(line -> line.strip().replaceAll(" +", " "))
                        .filter(line -> !line.isEmpty())
                        .toList());
        assertThat(texts(set(text, 1_000)))
                .isEqualTo(text.lines()
                        .map(String::stripTrailing)
                        .filter(line -> !line.isEmpty())
                        .toList());
    }

    /** Against a breaker that knows nothing of this one: it tries every end of a line, longest first. */
    @Property
    void everyLineEndsAtTheLastBestPlaceThatFits(
            @ForAll("proseLike") String text, @ForAll @DoubleRange(min = 4, max = 30) double measure) throws Exception {
        Advances advances = new Advances(uneven(), 0.13, 0.1, 1.05);
        List<String> expected = new ArrayList<>();
        for (String paragraph : text.split("\n", -1)) {
            String rest = paragraph;
            while (!rest.isBlank()) {
                int end = lastBestEnd(rest, advances, measure - 2 * Advances.MARGIN);
                String line = rest.substring(0, end).stripTrailing();
                if (!line.isEmpty()) {
                    expected.add(line);
                }
                rest = rest.substring(end);
            }
        }

        assertThat(texts(set(text, advances, measure, Whitespace.PRESERVE))).isEqualTo(expected);
    }

    private static int lastBestEnd(String text, Advances advances, double measure) {
        int fits = 0;
        while (fits < text.length() && widthOf(text.substring(0, fits + 1).stripTrailing(), advances) <= measure) {
            fits++;
        }
        if (fits == text.length()) {
            return fits;
        }
        BreakIterator lines = BreakIterator.getLineInstance(ULocale.ROOT);
        lines.setText(text);
        int unicode = lines.preceding(fits + 1);
        if (unicode > 0) {
            return unicode;
        }
        for (boolean afterSign : new boolean[] {true, false}) {
            for (int end = fits; end > 0; end--) {
                boolean isSign = "- ".indexOf(text.charAt(end - 1)) >= 0;
                if (".,'- ".indexOf(text.charAt(end)) < 0 && isSign == afterSign) {
                    return end;
                }
            }
        }
        while (text.charAt(fits) == ' ') {
            fits--;
        }
        return fits;
    }

    private static double widthOf(String text, Advances advances) {
        double width = 0;
        for (int i = 0; i < text.length(); i++) {
            String glyph = text.substring(i, i + 1);
            boolean followsLetter = i > 0 && text.charAt(i - 1) != ' ';
            width += glyph.equals(" ")
                    ? advances.betweenWords()
                    : advances.widths().get(glyph) + advances.pen() + (followsLetter ? advances.betweenLetters() : 0);
        }
        return width;
    }

    @Provide
    Arbitrary<String> proseLike() {
        return Arbitraries.strings().withChars("aeiouWm.,'-  ").withChars('\n').ofMaxLength(200);
    }

    private List<SetLine> set(String text, double measure) throws GlyphTooWideException {
        return set(text, EVEN, measure, Whitespace.PRESERVE);
    }

    private List<SetLine> collapse(String text, double measure) throws GlyphTooWideException {
        return set(text, EVEN, measure, Whitespace.COLLAPSE);
    }

    private List<SetLine> set(String text, Advances advances, double measure, Whitespace whitespace)
            throws GlyphTooWideException {
        return LineBreaker.setLines(tokeniser.tokenise(text), advances, measure, whitespace, 1);
    }

    /** Computed glyph by glyph, apart from how the breaker does. */
    private static double widthOf(SetLine line, Advances advances) {
        double width = 0;
        for (int i = 0; i < line.glyphs().size(); i++) {
            boolean isSpace = line.glyphs().get(i).isSpace();
            boolean followsLetter = i > 0 && !line.glyphs().get(i - 1).isSpace();
            width += isSpace
                    ? advances.betweenWords()
                    : advances.widths().get(line.glyphs().get(i).text())
                            + advances.pen()
                            + (followsLetter ? advances.betweenLetters() : 0);
        }
        return width;
    }

    private static List<String> texts(List<SetLine> lines) {
        return lines.stream().map(LineBreakerTest::text).toList();
    }

    private static String text(SetLine line) {
        return line.glyphs().stream().map(Glyph::text).collect(joining());
    }

    private static Map<String, Double> widths(double each) {
        Map<String, Double> widths = new HashMap<>();
        Models.ASCII.forEach(character -> widths.put(character, each));
        return widths;
    }

    private static Map<String, Double> uneven() {
        Map<String, Double> widths = new HashMap<>();
        for (int i = 0; i < Models.ASCII.size(); i++) {
            widths.put(Models.ASCII.get(i), 0.1 + 1.5 * (i * 37 % 100) / 100);
        }
        return widths;
    }
}
