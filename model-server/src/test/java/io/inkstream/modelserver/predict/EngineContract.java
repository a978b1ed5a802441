package io.inkstream.modelserver.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.modelserver.TestBundles;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** What an engine promises that is not the default one: the same drawings, to what rounding leaves. */
abstract class EngineContract extends PredictorContract {
    /** Both add the same products of 32-bit floats in another order: measured 1e-6, promised 1e-4. */
    private static final float TOLERANCE = 1e-4f;

    @Test
    void agreesWithOnnxRuntimeOnTheOperatorsOfOurExporter() throws InvalidBundleException {
        agree(TestBundles.good("test", "1", 7));
    }

    @Test
    void agreesWithOnnxRuntimeOnTheOperatorsOfPyTorchsExporter() throws InvalidBundleException {
        agree(new ModelBundle(
                TestBundles.manifest("test", "1"), TestBundles.torchLikeGenerator(7), TestBundles.reader(7), Map.of()));
    }

    private void agree(ModelBundle bundle) throws InvalidBundleException {
        Random random = new Random(5);
        float[][] styles = new float[40][TestBundles.STYLE];
        float[][] noises = new float[40][TestBundles.NOISE];
        int[] classes = random.ints(40, 0, TestBundles.CHARACTERS.length()).toArray();
        for (int row = 0; row < 40; row++) {
            for (int i = 0; i < TestBundles.STYLE; i++) {
                styles[row][i] = (float) random.nextGaussian();
            }
            for (int i = 0; i < TestBundles.NOISE; i++) {
                noises[row][i] = (float) random.nextGaussian();
            }
        }
        try (Predictor ours = open(bundle);
                Predictor oracle = OnnxPredictor.open(bundle, 1)) {
            float[][] inks = oracle.draw(styles, noises, classes);
            assertThat(spread(inks)).isGreaterThan(.1f); // agreeing on blank paper would prove nothing
            assertClose(ours.draw(styles, noises, classes), inks);
            assertClose(ours.read(inks), oracle.read(inks));
        }
    }

    private static float spread(float[][] rows) {
        float least = Float.MAX_VALUE;
        float most = -Float.MAX_VALUE;
        for (float[] row : rows) {
            for (float value : row) {
                least = Math.min(least, value);
                most = Math.max(most, value);
            }
        }
        return most - least;
    }

    private static void assertClose(float[][] actual, float[][] expected) {
        assertThat(actual).hasDimensions(expected.length, expected[0].length);
        for (int row = 0; row < expected.length; row++) {
            for (int i = 0; i < expected[row].length; i++) {
                assertThat(actual[row][i])
                        .as("row %d, value %d", row, i)
                        .isCloseTo(expected[row][i], within(TOLERANCE));
            }
        }
    }
}
