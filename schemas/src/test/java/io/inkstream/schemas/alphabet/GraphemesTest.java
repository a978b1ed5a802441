package io.inkstream.schemas.alphabet;

import static org.assertj.core.api.Assertions.assertThat;

import com.ibm.icu.lang.UCharacter;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class GraphemesTest {
    @ParameterizedTest
    @ValueSource(strings = {"a", "é", "ọ\u0301", "λ", "Щ", "ß", "€", "中", "가", "ก", "क", "\ud835\udd38"})
    void aVisibleGraphemeIsAClass(String grapheme) {
        assertThat(Graphemes.isClass(grapheme)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                " ",
                "\u00a0",
                "\n",
                "\0",
                "\u200d",
                "\ufeff",
                "\ud800",
                "ab",
                "e\u0301",
                "\u0301",
                "\u1100",
                "\u1161",
                "\ud83c\udde9",
                "\ud83c\udffd",
                "\uffff"
            })
    void nothingIsAClassThatIsNotVisibleOrNotOneOrSpelledInAnotherWay(String text) {
        assertThat(Graphemes.isClass(text)).isFalse();
    }

    /** Models write down their characters in one string. */
    @Test
    void classesInOneStringComeApartAsTheyWere() {
        List<String> classes = new ArrayList<>();
        for (int point = 0; point <= Character.MAX_CODE_POINT; point++) {
            if (UCharacter.isDefined(point) && Graphemes.isClass(Character.toString(point))) {
                classes.add(Character.toString(point));
            }
        }

        assertThat(classes).hasSizeGreaterThan(100_000);
        assertThat(Graphemes.split(String.join("", classes))).isEqualTo(classes);
    }
}
