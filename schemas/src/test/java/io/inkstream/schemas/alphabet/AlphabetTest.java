package io.inkstream.schemas.alphabet;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.icu.lang.UCharacter;
import com.ibm.icu.text.Normalizer2;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AlphabetTest {
    private static final Predicate<String> ASCII =
            text -> text.length() == 1 && text.charAt(0) > ' ' && text.charAt(0) < 127;

    private final Alphabet alphabet = Alphabet.standard();

    private Optional<Composition> composed(String grapheme) {
        return alphabet.composition(grapheme, ASCII);
    }

    @Test
    void everyRecipeIsDrawnOfAsciiAndOfShapesThatAreThere() {
        for (String character : alphabet.recipes()) {
            Composition composition = alphabet.composition(
                            character, other -> !other.equals(character) && ASCII.test(other))
                    .orElseThrow(() -> new AssertionError(character));
            assertThat(composition.characters()).as(character).allMatch(ASCII);
            shapesOf(composition).forEach(alphabet::shape);
            assertThat(composition.width(letter -> .8)).as(character).isBetween(0.0, 3.2);
        }
    }

    private static List<String> shapesOf(Composition composition) {
        List<String> shapes = new ArrayList<>();
        if (composition.base() instanceof Composition.Recipe recipe) {
            for (Step step : recipe.steps()) {
                if (step instanceof Step.Pen pen && !pen.shape().equals("dot")) {
                    shapes.add(pen.shape());
                } else if (step instanceof Step.Part part) {
                    shapes.addAll(shapesOf(part.composition()));
                }
            }
        }
        return shapes;
    }

    @ParameterizedTest
    @CsvSource({
        "00C0, 024F, Latin-1 to Extended-B",
        "1E00, 1EFF, Extended Additional",
        "0370, 03FF, Greek",
        "1F00, 1FFF, Greek Extended",
        "0400, 045F, Cyrillic"
    })
    void lettersAreComposed(String from, String to, String block) {
        List<String> missing = new ArrayList<>();
        for (int point = Integer.parseInt(from, 16); point <= Integer.parseInt(to, 16); point++) {
            if (UCharacter.isLetter(point)
                    && composed(Character.toString(point)).isEmpty()) {
                missing.add(Character.toString(point));
            }
        }
        assertThat(String.join("", missing)).isEqualTo(NOT_DRAWN.get(block));
    }

    /** Letters that no living orthography uses: old Zhuang, yogh, wynn, curled phonetic letters, archaic Greek and Coptic. */
    private static final Map<String, String> NOT_DRAWN = Map.of(
            "Latin-1 to Extended-B",
            "ƂƃƄƅƋƌƍƛƢƣƤƦƪƫƬƸƹƺƻƾƿǶǷȜȝȡȤȥȴȵȶȸȹȿɀ",
            "Extended Additional",
            "ẜẝỺỻỼỽỾỿ",
            "Greek",
            "ͰͱͲͳͶͷͻͼͽͿϏϗϘϙϚϛϜϝϞϟϠϡϢϣϤϥϦϧϨϩϪϫϬϭϮϯϳϷϸϺϻϼϽϾϿ",
            "Greek Extended",
            "",
            "Cyrillic",
            "");

    @Test
    void howAGraphemeIsSpelledDoesNotMatter() {
        for (int point = 0xC0; point < 0x2000; point++) {
            String grapheme = Character.toString(point);
            String decomposed = Normalizer2.getNFDInstance().normalize(grapheme);
            assertThat(composed(decomposed)).as(grapheme).isEqualTo(composed(grapheme));
        }
    }

    @Test
    void severalMarksStandInTheirOrderAndNoMoreThanCanBeSeen() {
        Composition composition = composed("o\u0323\u0302\u0301").orElseThrow();

        assertThat(composition.letter()).hasValue("o");
        assertThat(composition.marks()).extracting(Mark::codePoint).containsExactly(0x323, 0x302, 0x301);
        assertThat(composed("o\u0323\u0302\u0301\u0300\u0301")).isEmpty();
    }

    @Test
    void aClassWithAMarkCarriesTheOthers() {
        Composition composition = alphabet.composition("ấ", text -> text.equals("â") || text.equals("a"))
                .orElseThrow();

        assertThat(composition.letter()).hasValue("â");
        assertThat(composition.marks()).extracting(Mark::codePoint).containsExactly(0x301);
    }

    @Test
    void whatTheModelLacksTheRecipeLacks() {
        Predicate<String> few = text -> text.equals("o") || text.equals("1");

        assertThat(alphabet.composition("ö", few)).isPresent();
        assertThat(alphabet.composition("é", few)).isEmpty();
        assertThat(alphabet.composition("½", few)).isEmpty();
        assertThat(alphabet.composition("¹", few)).isPresent();
        assertThat(alphabet.composition("o", few))
                .as("a class is no composition")
                .isEmpty();
        assertThat(alphabet.composition("\u25a1", text -> false))
                .as("pen strokes alone")
                .isPresent();
    }

    @Test
    void arrangementsAreUnicodesOwn() {
        Composition half = composed("½").orElseThrow();
        assertThat(half.base()).isInstanceOfSatisfying(Composition.Arranged.class, arranged -> {
            assertThat(arranged.arrangement()).isEqualTo(Composition.Arrangement.FRACTION);
            assertThat(arranged.denominatorFrom()).isOne();
        });
        assertThat(half.characters()).containsExactly("1", "2");
        assertThat(composed("℃").orElseThrow().characters()).containsExactly("C");
        assertThat(composed("ℝ").isPresent()).isEqualTo(alphabet.recipes().contains("ℝ"));
    }

    @Test
    void noCodePointTakesLongOrDeep() {
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            String grapheme = Character.toString(point);
            composed(grapheme).ifPresent(composition -> {
                assertThat(composition.characters()).as(grapheme).hasSizeLessThan(40);
                assertThat(composition.width(letter -> 1)).as(grapheme).isBetween(0.0, 60.0);
            });
        }
    }
}
