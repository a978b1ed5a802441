package io.inkstream.trainer.style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StyleDirectionsTest {
    /** Which number of a painted hand's latent is which attribute. */
    private static final Map<Attribute, Integer> MEANING =
            Map.of(Attribute.SLANT, 0, Attribute.THICKNESS, 1, Attribute.WIDTH, 2, Attribute.ROUNDNESS, 3);

    private static StyleDirections directions;

    private static StyleDirections estimate(long seed) {
        return StyleDirections.estimate(
                new PaintedHands(), PaintedHands.manifest(), new StyleDirections.Config(120, 40, 1, .8, seed));
    }

    @BeforeAll
    static void estimateDirections() {
        directions = estimate(1);
    }

    @Test
    void eachDirectionIsTheNumberThatPaintsItsAttribute() {
        MEANING.forEach((attribute, number) -> {
            float[] step = directions.of(attribute).step();
            // The share of ink in the corners of a box of so few pixels is a coarse measure of one shape.
            assertThat(step[number] / Latents.length(step)).as("%s", attribute).isGreaterThan(.85);
            assertThat(directions.of(attribute).explained())
                    .as("%s explained", attribute)
                    .isGreaterThan(attribute == Attribute.ROUNDNESS ? .3 : .7);
        });
    }

    @Test
    void stepsChangeHandsThatTheFitHasNotSeen() {
        for (Attribute attribute : Attribute.values()) {
            List<StyleDirections.Effect> effects = directions.effects(attribute, List.of(-1., 1.), 20);
            double back = effects.get(0).change().get(attribute);
            double forth = effects.get(1).change().get(attribute);

            assertThat(back).as("%s", attribute).isBetween(-1.6, -.3);
            assertThat(forth).as("%s", attribute).isBetween(.3, 1.6);
        }
    }

    @Test
    void aStepOfSlantLeavesLegibilityAlone() {
        StyleDirections.Effect effect =
                directions.effects(Attribute.SLANT, List.of(1.), 20).get(0);

        assertThat(effect.legibility()).isCloseTo(0, within(.25));
        assertThat(effect.change().get(Attribute.THICKNESS)).isCloseTo(0, within(.3));
    }

    @Test
    void plainMeasuresGrowWithThoseOfTheScale() {
        float[] hand = {.5f, .5f, .5f, .5f, .5f};
        float[] thicker = hand.clone();
        thicker[1] += 1;

        assertThat(directions.measure(thicker).logThickness())
                .isGreaterThan(directions.measure(hand).logThickness() + .1);
    }

    @Test
    void oneSeedFindsTheSameDirectionsAgain() {
        float[] again = estimate(1).of(Attribute.SLANT).step();

        assertThat(again).isEqualTo(directions.of(Attribute.SLANT).step());
        assertThat(estimate(2).of(Attribute.SLANT).step()).isNotEqualTo(again);
    }

    @Test
    void handsToTestWithAreAsked() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> new StyleDirections.Config(100, 0, 1, .8, 1))
                .withMessageContaining("2 to test");
    }
}
