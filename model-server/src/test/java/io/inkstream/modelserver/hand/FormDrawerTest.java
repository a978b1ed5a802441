package io.inkstream.modelserver.hand;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;

class FormDrawerTest {
    private final FormDrawer drawer = new FormDrawer();

    /** Delegates, but draws blank paper for the attempts of a form that are to fail. */
    private static final class Failing implements GlyphModel {
        private final VectorLetters letters = new VectorLetters();
        private final int failures;
        int drawn;

        Failing(int failures) {
            this.failures = failures;
        }

        @Override
        public float[][] draw(List<GlyphLatent> latents) {
            float[][] inks = letters.draw(latents);
            for (float[] ink : inks) {
                if (drawn++ < failures) {
                    Arrays.fill(ink, 0);
                }
            }
            return inks;
        }

        @Override
        public float[][] read(List<float[]> inks) {
            return letters.read(inks);
        }
    }

    @Test
    void aFormThatReadsWellTakesTwoDrawings() {
        Failing glyphs = new Failing(0);
        Hand hand = new Hand(VectorLetters.model(glyphs), "plain", 1);
        drawer.draw(hand, List.of(Hand.Form.variant(VectorLetters.glyphs("o")[0], 0)));
        assertThat(glyphs.drawn).isEqualTo(2);
    }

    @Test
    void failedDrawingsAreReplacedAndTheirNumberIsBounded() {
        Failing some = new Failing(5);
        Hand hand = new Hand(VectorLetters.model(some), "plain", 1);
        Hand.Form form = Hand.Form.variant(VectorLetters.glyphs("o")[0], 0);
        assertThat(drawer.draw(hand, List.of(form)).get(0).weightBytes()).isGreaterThan(100);

        Failing all = new Failing(Integer.MAX_VALUE);
        Hand blank = new Hand(VectorLetters.model(all), "plain", 1);
        assertThat(drawer.draw(blank, List.of(form)))
                .containsExactly(io.inkstream.modelserver.compositing.PenGlyph.BLANK);
        assertThat(all.drawn).isEqualTo(8);
    }

    @Test
    void aFormIsTheSameAloneAndInCompany() {
        DrawingModel model = VectorLetters.model(new VectorLetters());
        Hand hand = new Hand(model, "plain", 1);
        List<Hand.Form> forms = new ArrayList<>();
        for (int i = 0; i < model.classes().size(); i++) {
            forms.add(Hand.Form.variant(i, i % 3));
        }
        List<Integer> together =
                drawer.draw(hand, forms).stream().map(g -> g.weightBytes()).toList();
        List<Integer> alone = forms.stream()
                .map(form -> drawer.draw(hand, List.of(form)).get(0).weightBytes())
                .toList();
        assertThat(alone).isEqualTo(together);
    }
}
