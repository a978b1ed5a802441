package io.inkstream.trainer.style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.trainer.nn.Numbers;
import org.junit.jupiter.api.Test;

class SlopesTest {
    private static final int SIZE = 6;
    private static final int HANDS = 400;
    private static final double[][] TRUE = {{2, 0, 0, 1, 0, 0}, {1, 1, 0, 0, 0, -1}};

    private static float[][] latents(long seed) {
        float[] all = Numbers.normal(HANDS * SIZE, seed);
        float[][] latents = new float[HANDS][SIZE];
        for (int n = 0; n < HANDS; n++) {
            System.arraycopy(all, n * SIZE, latents[n], 0, SIZE);
        }
        return latents;
    }

    private static double[][] measures(float[][] latents, double noise, long seed) {
        float[] off = Numbers.normal(latents.length * TRUE.length, seed);
        double[][] measures = new double[latents.length][TRUE.length];
        for (int n = 0; n < latents.length; n++) {
            for (int m = 0; m < TRUE.length; m++) {
                measures[n][m] = 5 + dot(TRUE[m], latents[n]) + noise * off[n * TRUE.length + m];
            }
        }
        return measures;
    }

    private static double dot(double[] slope, float[] latent) {
        double dot = 0;
        for (int i = 0; i < SIZE; i++) {
            dot += slope[i] * latent[i];
        }
        return dot;
    }

    @Test
    void stepsRaiseTheirMeasureByOneAndLeaveTheOtherAlone() {
        float[][] latents = latents(1);
        float[][] steps = Slopes.fit(latents, measures(latents, .3, 2)).steps();

        assertThat(dot(TRUE[0], steps[0])).isCloseTo(1, within(.05));
        assertThat(dot(TRUE[1], steps[0])).isCloseTo(0, within(.05));
        assertThat(dot(TRUE[1], steps[1])).isCloseTo(1, within(.05));
        assertThat(dot(TRUE[0], steps[1])).isCloseTo(0, within(.05));
    }

    @Test
    void stepsDoNotGoWhereNothingChanges() {
        float[][] latents = latents(1);
        float[][] steps = Slopes.fit(latents, measures(latents, 0, 2)).steps();

        assertThat(steps[0][2]).isCloseTo(0, within(1e-5f));
        assertThat(steps[0][4]).isCloseTo(0, within(1e-5f));
    }

    @Test
    void whatIsExplainedIsWhatIsNotNoise() {
        float[][] latents = latents(1);
        float[][] others = latents(7);

        double[] clean = Slopes.fit(latents, measures(latents, 0, 2)).explained(others, measures(others, 0, 8));
        double[] noisy = Slopes.fit(latents, measures(latents, 2, 2)).explained(others, measures(others, 2, 8));

        assertThat(clean).containsExactly(new double[] {1, 1}, within(1e-6));
        assertThat(noisy[0]).isCloseTo(5. / 9, within(.12)); // variance 5 of the slope, 4 of the noise
        assertThat(noisy[1]).isCloseTo(3. / 7, within(.12));
    }

    @Test
    void tooFewHandsAreRefused() {
        float[][] few = java.util.Arrays.copyOf(latents(1), SIZE + 1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Slopes.fit(few, measures(few, 0, 2)))
                .withMessageContaining("more than 7 hands, not 7");
    }

    @Test
    void measuresThatDoNotChangeHaveNoDirection() {
        float[][] latents = latents(1);

        assertThatIllegalArgumentException()
                .isThrownBy(() -> Slopes.fit(latents, new double[HANDS][2]).steps())
                .withMessageContaining("by themselves");
    }
}
