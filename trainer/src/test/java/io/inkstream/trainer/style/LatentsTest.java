package io.inkstream.trainer.style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.trainer.nn.Numbers;
import org.junit.jupiter.api.Test;

class LatentsTest {
    private static final int SIZE = 32;
    private static final float ROUNDING = 1e-5f;

    private final float[] a = Numbers.normal(SIZE, 1);
    private final float[] b = Numbers.normal(SIZE, 2);
    private final float[] c = Numbers.normal(SIZE, 3);

    private static float[] times(double factor, float[] latent) {
        float[] times = new float[latent.length];
        for (int i = 0; i < times.length; i++) {
            times[i] = (float) (factor * latent[i]);
        }
        return times;
    }

    @Test
    void everyWalkBeginsAndEndsWhereItWasToldTo() {
        for (Walk walk : Walk.values()) {
            assertThat(walk.at(a, b, 0)).as("begin, %s", walk).containsExactly(a, within(ROUNDING));
            assertThat(walk.at(a, b, 1)).as("end, %s", walk).containsExactly(b, within(ROUNDING));
        }
    }

    @Test
    void anArcTurnsByEqualAnglesInEqualSteps() {
        double whole = Latents.angle(a, b);
        for (int i = 1; i <= 10; i++) {
            double turn = Latents.angle(Latents.spherical(a, b, (i - 1) / 10.), Latents.spherical(a, b, i / 10.));
            assertThat(turn).as("step %d", i).isCloseTo(whole / 10, within(1e-5));
        }
    }

    @Test
    void aStraightLineDoesNot() {
        double first = Latents.angle(a, Latents.linear(a, b, .1));
        double middle = Latents.angle(Latents.linear(a, b, .45), Latents.linear(a, b, .55));

        assertThat(middle).isGreaterThan(1.3 * first);
    }

    @Test
    void theLengthGoesEvenlyAlongAnArcAndSagsAlongALine() {
        float[] shorter = Latents.scaled(b, Latents.length(a) / 2);

        assertThat(Latents.length(Latents.spherical(a, shorter, .25)))
                .isCloseTo(Latents.length(a) * .875, within(1e-4));
        assertThat(Latents.length(Latents.linear(a, Latents.scaled(b, Latents.length(a)), .5)))
                .isLessThan(.85 * Latents.length(a));
    }

    @Test
    void anArcStaysInThePlaneOfItsEnds() {
        float[] x = {3, 0, 0};
        float[] y = {0, 3, 0};

        assertThat(Latents.spherical(x, y, 1 / 3.))
                .containsExactly(new float[] {(float) (3 * Math.cos(Math.PI / 6)), 1.5f, 0}, within(ROUNDING));
    }

    @Test
    void latentsOfOneDirectionAreALineApart() {
        assertThat(Latents.spherical(a, times(3, a), .5)).containsExactly(times(2, a), within(ROUNDING));
    }

    @Test
    void oppositeLatentsHaveNoShortestArcButALine() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Latents.spherical(a, times(-2, a), .5))
                .withMessageContaining("opposite");
        assertThat(Latents.linear(a, times(-1, a), .25)).containsExactly(times(.5, a), within(ROUNDING));
    }

    @Test
    void theOriginHasNoDirection() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Latents.spherical(a, new float[SIZE], .5))
                .withMessageContaining("origin");
    }

    @Test
    void anglesAreRightNearTheirEndsToo() {
        assertThat(Latents.angle(a, a)).isZero();
        assertThat(Latents.angle(a, times(-1, a))).isCloseTo(Math.PI, within(1e-9));
        assertThat(Latents.angle(new float[] {1, 0}, new float[] {1, 1e-5f})).isCloseTo(1e-5, within(1e-9));
    }

    @Test
    void anAnalogyTakesOneAwayAndAddsAnotherAndIsAsLongAsTheyAre() {
        float[] made = Latents.analogy(a, b, c);
        float[] sum = new float[SIZE];
        for (int i = 0; i < SIZE; i++) {
            sum[i] = a[i] - b[i] + c[i];
        }

        assertThat(Latents.angle(made, sum)).isCloseTo(0, within(1e-6));
        assertThat(Latents.length(made))
                .isCloseTo((Latents.length(a) + Latents.length(b) + Latents.length(c)) / 3, within(1e-4));
        assertThat(Latents.analogy(a, a, a)).containsExactly(a, within(ROUNDING));
    }

    @Test
    void anAnalogyThatCancelsOutIsNone() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Latents.analogy(a, times(2, a), a))
                .withMessageContaining("origin");
    }

    @Test
    void aMovedLatentGoesTheWayOfTheStepAndKeepsItsLength() {
        float[] moved = Latents.moved(a, b);

        assertThat(Latents.length(moved)).isCloseTo(Latents.length(a), within(1e-4));
        assertThat(Latents.angle(moved, b)).isLessThan(Latents.angle(a, b));
        assertThat(Latents.moved(a, new float[SIZE])).containsExactly(a, within(ROUNDING));
    }

    @Test
    void latentsOfTwoModelsDoNotMix() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Latents.linear(a, new float[] {1}, .5))
                .withMessageContaining("32 and 1");
    }
}
