package io.inkstream.topology.layout;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.topology.Models;
import io.inkstream.topology.tokenise.Glyph;
import io.inkstream.topology.tokenise.Tokeniser;
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
        Advances narrowI = new Advances(widths, 0.2, 0.1, 0.8);

        assertThat(texts(LineBreaker.setLines(tokeniser.tokenise("iiiiiiii mmm").tokens(), narrowI, TEN)))
                .containsExactly("iiiiiiii mmm");
        assertThat(texts(LineBreaker.setLines(tokeniser.tokenise("mmmmmmmm mmm").tokens(), narrowI, TEN)))
                .containsExactly("mmmmmmmm", "mmm");
    }

    @Test
    void newlinesEndLinesAndBlankLinesTakeARowButDrawNothing() throws Exception {
        List<SetLine> lines = set("\n\none\n\n \ntwo\n\n", TEN);

        assertThat(texts(lines)).containsExactly("one", "two");
        assertThat(lines).extracting(SetLine::row).containsExactly(2, 5);
    }

    @Test
    void aRunOfWhiteSpaceIsOneWordSpaceAndNoneStandsAtAnEnd() throws Exception {
        assertThat(texts(set("  a \t b  \n c ", TEN))).containsExactly("a b", "c");
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
        Advances advances = new Advances(uneven(), 0.13, 0.2, 1.05);
        List<SetLine> lines = LineBreaker.setLines(tokeniser.tokenise(text).tokens(), advances, measure);

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
        List<SetLine> lines = set(text, 1_000);

        assertThat(texts(lines))
                .isEqualTo(text.lines()
                        .map(line -> line.strip().replaceAll(" +", " "))
                        .filter(line -> !line.isEmpty())
                        .toList());
    }

    @Provide
    Arbitrary<String> proseLike() {
        return Arbitraries.strings().withChars("aeiouWm.,'-  ").withChars('\n').ofMaxLength(200);
    }

    private List<SetLine> set(String text, double measure) throws GlyphTooWideException {
        return LineBreaker.setLines(tokeniser.tokenise(text).tokens(), EVEN, measure);
    }

    /** Computed glyph by glyph, apart from how the breaker does. */
    private static double widthOf(SetLine line, Advances advances) {
        double width = 0;
        for (int i = 0; i < line.glyphs().size(); i++) {
            boolean isSpace = line.glyphs().get(i).isWordSpace();
            boolean followsLetter = i > 0 && !line.glyphs().get(i - 1).isWordSpace();
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
