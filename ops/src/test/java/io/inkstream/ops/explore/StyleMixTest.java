package io.inkstream.ops.explore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.schemas.hand.Trait;
import io.inkstream.trainer.style.HandMeasures;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class StyleMixTest {
    private static final float[] LATENT = {1, 2};

    private final StyleSpec upright = hand(0, .1, .2, .5, Map.of());
    private final StyleSpec slanted = hand(.3, .2, .4, .9, Map.of("joining", new StyleSpec.Said(1.0, 0)));

    private static StyleSpec hand(
            double slant, double pen, double gap, double noiseScale, Map<String, StyleSpec.Said> traits) {
        return new StyleSpec("hand", "", new float[] {0, 1}, 0, slant, 0, pen, gap, 1, noiseScale, traits);
    }

    private static HandMeasures measures(double slantAngle, double logThickness, double logWidth) {
        return new HandMeasures(0, 0, 0, 0, 0, 0, slantAngle, logThickness, logWidth);
    }

    private static double trait(StyleSpec style, Trait trait) {
        return style.distributions().get(trait).median();
    }

    @Test
    void aMixtureLiesBetweenItsHands() {
        StyleSpec mixed = StyleMix.of(LATENT, List.of(upright, slanted), .25, .75);

        assertThat(mixed.latent()).containsExactly(LATENT);
        assertThat(mixed.spread()).isZero();
        assertThat(mixed.slant()).isCloseTo(.225, within(1e-9));
        assertThat(mixed.pen()).isCloseTo(.175, within(1e-9));
        assertThat(mixed.gap()).isCloseTo(.35, within(1e-9));
        assertThat(mixed.noiseScale()).isCloseTo(.8, within(1e-9));
        assertThat(trait(mixed, Trait.JOINING)).isCloseTo(.75, within(1e-9));
    }

    @Test
    void theWholeOfOneHandIsThatHand() {
        StyleSpec mixed = StyleMix.of(slanted.latent(), List.of(upright, slanted), 0, 1);

        for (Trait trait : Trait.values()) {
            assertThat(trait(mixed, trait)).as("%s", trait).isCloseTo(trait(slanted, trait), within(1e-9));
        }
    }

    @Test
    void whatASumWouldMakeImpossibleStaysAtTheEndOfItsRange() {
        StyleSpec sum = StyleMix.of(LATENT, List.of(slanted, upright, slanted), 1, -1, 1);

        assertThat(sum.slant()).isEqualTo(.5);
        assertThat(sum.pen()).isEqualTo(.3);
        assertThat(sum.noiseScale()).isEqualTo(1);
        assertThat(trait(sum, Trait.JOINING)).isEqualTo(1);
    }

    @Test
    void aMovedHandLeansAndThickensByAsMuchAsItsDrawingsDo() {
        StyleSpec moved = StyleMix.moved(slanted, LATENT, measures(.1, -.2, .3), measures(.2, 0, .1));

        assertThat(moved.latent()).containsExactly(LATENT);
        assertThat(moved.slant()).isCloseTo(.4, within(1e-9));
        assertThat(moved.pen()).isCloseTo(.2 * Math.exp(.2), within(1e-9));
        assertThat(trait(moved, Trait.WIDTH)).isCloseTo(Math.exp(-.2), within(1e-9));
        assertThat(moved.gap()).isEqualTo(slanted.gap());
        assertThat(trait(moved, Trait.JOINING)).isEqualTo(1);
    }
}
