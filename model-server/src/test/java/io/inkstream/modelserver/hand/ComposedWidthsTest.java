package io.inkstream.modelserver.hand;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.modelserver.compositing.PenGlyph;
import io.inkstream.modelserver.grapheme.GraphemeComposer;
import io.inkstream.schemas.alphabet.Alphabet;
import io.inkstream.schemas.alphabet.Composition;
import io.inkstream.schemas.bundle.ModelBundle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Lines are broken by the widths that the alphabet's table says; the shipped model draws them. {@code ComposedWidthsTest}
 * as a program prints the widths that it draws.
 */
class ComposedWidthsTest {
    private static final Path SHIPPED = Path.of("..", "trainer", "models", "inkstream-base-5.zip");
    private static final Map<String, Integer> HANDS = Map.of("natural", 7, "neat", 3, "slanted", 5);
    private static final int FORMS = 3;

    @Test
    void recipesAreAsWideAsTheirTableSays() throws Exception {
        List<String> wrong = new ArrayList<>();
        drawn(SHIPPED).forEach((grapheme, width) -> {
            double said = Alphabet.standard()
                    .composition(grapheme, other -> !other.equals(grapheme) && isAscii(other))
                    .orElseThrow()
                    .width(letter -> 0);
            if (Math.abs(said - width) > .1 + .15 * width) {
                wrong.add(grapheme + ": " + said + ", drawn " + width);
            }
        });
        assertThat(wrong).isEmpty();
    }

    public static void main(String[] args) throws Exception {
        drawn(Path.of(args[0]))
                .forEach((grapheme, width) -> System.out.printf(Locale.ROOT, "%s;%.2f%n", grapheme, width));
    }

    private static boolean isAscii(String text) {
        return text.length() == 1 && text.charAt(0) > ' ' && text.charAt(0) < 127;
    }

    /** Mean width of each recipe, of the pen's centre line in x-heights. */
    private static Map<String, Double> drawn(Path file) throws Exception {
        ModelBundle bundle = ModelBundle.parse(Files.readAllBytes(file), 1L << 28);
        Map<String, Double> widths = new HashMap<>();
        try (OnnxGlyphModel glyphs = new OnnxGlyphModel(bundle)) {
            DrawingModel model = new DrawingModel("widths", bundle.manifest(), glyphs);
            FormDrawer drawer = new FormDrawer();
            for (Map.Entry<String, Integer> each : HANDS.entrySet()) {
                Hand hand = new Hand(model, each.getKey(), each.getValue());
                List<Hand.Form> forms = new ArrayList<>();
                for (int i = 0; i < model.classes().size() * FORMS; i++) {
                    forms.add(Hand.Form.variant(i / FORMS, i % FORMS));
                }
                List<PenGlyph> drawn = drawer.draw(hand, forms);
                for (String grapheme : Alphabet.standard().recipes()) {
                    for (int form = 0; form < FORMS; form++) {
                        int index = form;
                        Composition composition = Alphabet.standard()
                                .composition(grapheme, other -> !other.equals(grapheme) && model.hasClass(other))
                                .orElseThrow();
                        List<PenGlyph> own = composition.characters().stream()
                                .map(character -> drawn.get(model.classOf(character) * FORMS + index))
                                .toList();
                        PenGlyph glyph = GraphemeComposer.compose(
                                composition, own, hand.markHabits(List.of()), hand.compositionRandom(0, form));
                        float[] box = glyph.strokes().bounds();
                        widths.merge(grapheme, (box[2] - box[0]) / (double) (HANDS.size() * FORMS), Double::sum);
                    }
                }
            }
        }
        return widths;
    }
}
