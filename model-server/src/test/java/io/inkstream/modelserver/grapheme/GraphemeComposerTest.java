package io.inkstream.modelserver.grapheme;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.icu.text.Normalizer2;
import io.inkstream.modelserver.compositing.PenGlyph;
import io.inkstream.schemas.alphabet.Alphabet;
import io.inkstream.schemas.alphabet.Composition;
import io.inkstream.schemas.hand.CounterRandom;
import io.inkstream.schemas.hand.CounterRandom.Purpose;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphemeComposerTest {
    private static final Predicate<String> ASCII =
            text -> text.length() == 1 && text.charAt(0) > ' ' && text.charAt(0) < 127;

    private static final MarkHabits HAND =
            new MarkHabits(.2, .13, 1, 1, 1, List.of(List.of(new float[] {0, 0, .02f, 0})));

    /** An n of straight pulls as high as the character is, roughly. */
    private static PenGlyph form(String character) {
        float top = Character.isLowerCase(character.charAt(0)) && !"bdfhklt".contains(character) ? -1 : -1.7f;
        float left = top * -.2f;
        if (character.equals("i") || character.equals("j")) {
            return PenGlyph.composed(List.of(new float[] {0, 0, .16f, -.8f}, new float[] {.26f, -1.3f}), 2);
        }
        return PenGlyph.composed(
                List.of(new float[] {0, 0, left, top}, new float[] {left, top, left + .6f, top, .6f, 0}), 2);
    }

    private static List<float[]> draw(String grapheme, long occurrence) {
        return glyph(grapheme, occurrence).strokes().lines();
    }

    private static PenGlyph glyph(String grapheme, long occurrence) {
        return glyph(grapheme, occurrence, GraphemeComposerTest::form);
    }

    private static PenGlyph glyph(String grapheme, long occurrence, Function<String, PenGlyph> forms) {
        Composition composition = Alphabet.standard()
                .composition(grapheme, other -> !other.equals(grapheme) && ASCII.test(other))
                .orElseThrow(() -> new AssertionError(grapheme));
        return GraphemeComposer.compose(
                composition,
                composition.characters().stream().map(forms).toList(),
                HAND,
                new CounterRandom(7, Purpose.COMPOSITION, occurrence));
    }

    @Test
    void everyMarkStandsOnWhateverIsComposedAndOnWhatHasNoInk() {
        List<String> bases = new ArrayList<>(Alphabet.standard().recipes());
        bases.addAll(List.of("a", "i", "L", "\u00b2", "\u2082", "\u00bd", "\u2460", "\u2163", "\u00a8"));
        for (String base : bases) {
            for (int mark : Alphabet.standard().marks()) {
                String grapheme = Normalizer2.getNFCInstance().normalize(base + Character.toString(mark));
                assertThat(draw(grapheme, 1)).as(grapheme).isNotEmpty();
                assertThat(glyph(grapheme, 1, character -> PenGlyph.BLANK))
                        .as(grapheme)
                        .isNotNull();
            }
        }
    }

    @Test
    void everyRecipeHasInkNearTheLine() {
        for (String grapheme : Alphabet.standard().recipes()) {
            for (int occurrence = 0; occurrence < 5; occurrence++) {
                List<float[]> strokes = draw(grapheme, occurrence);
                assertThat(strokes).as(grapheme).isNotEmpty();
                Paths.Box box = Paths.box(strokes);
                assertThat(box.top()).as("%s: top", grapheme).isBetween(-2.6, .3);
                assertThat(box.bottom()).as("%s: bottom", grapheme).isBetween(-1.6, 1.2);
                assertThat(box.width()).as("%s: width", grapheme).isBetween(0.0, 5.0);
                assertThat(box.left()).as("%s: left", grapheme).isBetween(-3.0, 3.0);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "é", "É", "ü", "Ü", "ấ", "Ẫ", "ĺ", "ǘ", "ệ", "ģ", "ç", "ą", "Å", "i\u0301", "ñ", "ș", "ő", "ẵ", "Ů"
            })
    void marksFitTheCanvasAndTouchNothing(String grapheme) {
        for (int occurrence = 0; occurrence < 40; occurrence++) {
            List<float[]> strokes = draw(grapheme, occurrence);
            Paths.Box box = Paths.box(strokes);
            assertThat(-box.top()).as("%s: top", grapheme).isLessThanOrEqualTo(1.95 - HAND.pen() / 2);
            assertThat(box.bottom()).as("%s: bottom", grapheme).isLessThanOrEqualTo(1.15 - HAND.pen() / 2);
        }
    }

    /** White between ink of letter and mark: 1.3 pixels of a line of 64, which is .065 x-heights. */
    @ParameterizedTest
    @ValueSource(strings = {"é", "É", "ü", "ñ", "ş\u0301", "ẹ", "ň", "ĺ", "ő", "ê"})
    void whiteIsLeftBetweenLetterAndMark(String grapheme) {
        for (int occurrence = 0; occurrence < 40; occurrence++) {
            PenGlyph glyph = glyph(grapheme, occurrence);
            List<float[]> strokes = glyph.strokes().lines();
            List<float[]> letter = strokes.subList(0, 2);
            if (grapheme.startsWith("ş")) {
                continue; // a cedilla hangs on it
            }
            float[] mark = Paths.points(strokes.subList(2, strokes.size()));
            assertThat(Paths.distance(Paths.points(letter), mark) - HAND.pen())
                    .as(grapheme)
                    .isGreaterThan(.065);
        }
    }

    @Test
    void noTwoOccurrencesAreAlikeAndEachIsDrawnTheSameAgain() {
        assertThat(draw("é", 1)).usingRecursiveComparison().isEqualTo(draw("é", 1));
        long different = IntStream.range(0, 50)
                .mapToObj(i -> Paths.box(draw("é", i)).top() + " "
                        + Paths.box(draw("é", i).subList(2, 3)).left())
                .distinct()
                .count();
        assertThat(different).isEqualTo(50);
    }

    @Test
    void aDotGivesWayToAMarkAboveAndNotToOneBelow() {
        assertThat(draw("í", 1)).hasSize(2); // stem and acute
        assertThat(draw("ị", 1)).hasSize(3); // stem, dot and dot
        assertThat(-Paths.box(draw("í", 1).subList(0, 1)).top()).isGreaterThan(.9); // as high as an n
    }

    @Test
    void marksSlantWithTheHand() {
        List<float[]> strokes = draw("Ú", 3);
        Paths.Box letter = Paths.box(strokes.subList(0, 2));
        Paths.Box acute = Paths.box(strokes.subList(2, 3));
        assertThat(acute.middleX()).isGreaterThan(letter.middleX());
    }

    @Test
    void aFractionStandsAsItIsWritten() {
        List<float[]> half = draw("½", 1);
        Paths.Box one = Paths.box(half.subList(0, 2));
        Paths.Box two = Paths.box(half.subList(3, 5));
        assertThat(one.bottom()).isLessThan(-.7);
        assertThat(two.bottom()).isBetween(-.1, .1);
        assertThat(two.left()).isGreaterThan(one.left());
    }

    @Test
    void aReaderOfLettersIsShownTheLetterAlone() {
        assertThat(glyph("é", 1).strokes().lines()).hasSize(3);
        assertThat(glyph("é", 1)).extracting("readable").isEqualTo(2);
        assertThat(glyph("€", 1)).extracting("readable").isEqualTo(0);
    }
}
