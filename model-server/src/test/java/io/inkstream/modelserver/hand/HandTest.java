package io.inkstream.modelserver.hand;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.schemas.bundle.StyleSpec;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class HandTest {
    private final DrawingModel model = VectorLetters.model(new VectorLetters());

    @Test
    void aLineGoesRoundItsVariantsBeforeItRepeatsOne() {
        Hand hand = new Hand(model, "plain", 9);
        for (int line = 0; line < 20; line++) {
            int variants = Math.min(Hand.VARIANTS, 2 + line);
            List<Hand.Form> seen = new ArrayList<>();
            for (int occurrence = 0; occurrence < 3 * variants; occurrence++) {
                Hand.Form form = hand.variantFor(3, line, occurrence);
                assertThat(form.index()).isBetween(0, Hand.VARIANTS - 1);
                seen.add(form);
            }
            assertThat(seen.subList(0, variants)).doesNotHaveDuplicates();
            assertThat(seen.subList(variants, 3 * variants)).isEqualTo(seen.subList(0, 2 * variants));
        }
    }

    @Test
    void aDocumentOfAFewLinesComesToAllVariants() {
        Hand hand = new Hand(model, "plain", 9);
        Set<Hand.Form> seen = new HashSet<>();
        for (int line = 0; line < 6; line++) {
            for (int occurrence = 0; occurrence < 5; occurrence++) {
                seen.add(hand.variantFor(3, line, occurrence));
            }
        }
        assertThat(seen).hasSize(Hand.VARIANTS);
    }

    @Test
    void neighbouringLinesBeginWithOtherVariants() {
        Hand hand = new Hand(model, "plain", 9);
        for (int line = 0; line < 50; line++) {
            List<Hand.Form> forms = new ArrayList<>();
            List<Hand.Form> below = new ArrayList<>();
            for (int occurrence = 0; occurrence < 3; occurrence++) {
                forms.add(hand.variantFor(3, line, occurrence));
                below.add(hand.variantFor(3, line + 1, occurrence));
            }
            assertThat(forms).doesNotContainAnyElementsOf(below);
        }
    }

    @Test
    void aStyleOfAHandIsThatHandForEverySeed() {
        Hand hand = new Hand(model, "plain", 9);
        StyleSpec style = model.styleOf("plain", 9, "mine", "");
        DrawingModel more = VectorLetters.model(new VectorLetters(), style);

        for (long seed : new long[] {9, 10}) {
            Hand kept = new Hand(more, "mine", seed);
            assertThat(kept.traits()).isEqualTo(hand.traits());
            assertThat(kept.latent(Hand.Form.variant(3, 1), 0).style())
                    .isEqualTo(hand.latent(Hand.Form.variant(3, 1), 0).style());
        }
        assertThat(new Hand(more, "mine", 9).latent(Hand.Form.variant(3, 1), 0).noise())
                .isEqualTo(hand.latent(Hand.Form.variant(3, 1), 0).noise());
    }

    @Test
    void extremeLinesAndSeedsHaveVariantsToo() {
        Hand hand = new Hand(model, "plain", Long.MIN_VALUE);
        assertThat(hand.variantFor(0, Integer.MAX_VALUE, 4095).index()).isBetween(0, 11);
    }

    @Test
    void latentsOfAFormDependOnSeedFormAndAttemptOnly() {
        Hand hand = new Hand(model, "plain", 9);
        float[] noise = hand.latent(Hand.Form.variant(3, 1), 0).noise();
        assertThat(new Hand(model, "plain", 9)
                        .latent(Hand.Form.variant(3, 1), 0)
                        .noise())
                .isEqualTo(noise);
        assertThat(hand.latent(Hand.Form.variant(3, 1), 1).noise()).isNotEqualTo(noise);
        assertThat(hand.latent(Hand.Form.variant(3, 2), 0).noise()).isNotEqualTo(noise);
        assertThat(hand.latent(Hand.Form.variant(4, 1), 0).noise()).isNotEqualTo(noise);
        assertThat(hand.latent(new Hand.Form(3, 0, 1), 0).noise()).isNotEqualTo(noise);
        assertThat(new Hand(model, "plain", 10)
                        .latent(Hand.Form.variant(3, 1), 0)
                        .noise())
                .isNotEqualTo(noise);
    }

    @Test
    void seedsOfAStyleAreDifferentWritersThatHoldThePenAsTheStyleSays() {
        Hand one = new Hand(model, "bold", 1);
        Hand other = new Hand(model, "bold", 2);
        assertThat(one.latent(Hand.Form.variant(0, 0), 0).style())
                .isNotEqualTo(other.latent(Hand.Form.variant(0, 0), 0).style());
        assertThat(one.traits().slant()).isNotEqualTo(other.traits().slant()).isBetween(.2, .4);
        assertThat(one.traits().pen()).isEqualTo(.2);
    }
}
