package io.inkstream.schemas.alphabet;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/**
 * The table of every single code point that is composed of printable ASCII, by its recipe, to be read by people. {@code
 * ComposedTableTest FILE} as a program writes it.
 */
class ComposedTableTest {
    private static final String TABLE = "composed.txt";

    @Test
    void everyGraphemeIsComposedAsTheTableSays() throws IOException {
        try (InputStream table = ComposedTableTest.class.getResourceAsStream(TABLE)) {
            List<String> expected =
                    new String(table.readAllBytes(), UTF_8).lines().toList();
            assertThat(table()).isEqualTo(expected);
        }
    }

    public static void main(String[] args) throws IOException {
        Files.write(Path.of(args[0]), table());
    }

    private static List<String> table() {
        return IntStream.rangeClosed(0xA0, 0x27FF)
                .filter(Character::isDefined)
                .mapToObj(Character::toString)
                .flatMap(text -> Alphabet.standard().composition(text, ComposedTableTest::isAscii).stream())
                .map(composition -> String.format(
                        "%s U+%04X %s", composition.text(), composition.text().codePointAt(0), told(composition)))
                .collect(Collectors.toList());
    }

    private static boolean isAscii(String text) {
        return text.length() == 1 && text.charAt(0) > ' ' && text.charAt(0) < 127;
    }

    private static String told(Composition composition) {
        return told(composition.base())
                + composition.marks().stream()
                        .map(mark -> String.format(" +%04X", mark.codePoint()))
                        .collect(Collectors.joining());
    }

    private static String told(Step step) {
        if (step instanceof Step.Glyph glyph) {
            return glyph.character() + (glyph.isTurned() ? " turned" : "") + (glyph.isMirrored() ? " mirrored" : "");
        }
        if (step instanceof Step.Pen pen) {
            return pen.shape() + (pen.isFlipped() ? " flipped" : "") + (pen.isUpsideDown() ? " upside-down" : "");
        }
        if (step instanceof Step.Accent accent) {
            return String.format("+%04X", accent.mark().codePoint());
        }
        if (step instanceof Step.LoneAccent lone) {
            return String.format("%04X", lone.mark().codePoint());
        }
        return step instanceof Step.Part part ? told(part.composition()) : step.toString();
    }

    private static String told(Composition.Base base) {
        if (base instanceof Composition.Letter letter) {
            return letter.character();
        }
        if (base instanceof Composition.Recipe recipe) {
            return recipe.steps().stream().map(ComposedTableTest::told).collect(Collectors.joining(" ", "[", "]"));
        }
        if (base instanceof Composition.Arranged arranged) {
            return arranged.arrangement()
                    + arranged.parts().stream().map(part -> " " + told(part)).collect(Collectors.joining());
        }
        return "no letter";
    }
}
