package io.inkstream.modelserver.predict;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.modelserver.TestBundles;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class OnnxInt8PredictorTest extends PredictorContract {
    private static final Manifest MANIFEST = TestBundles.manifest("test", "1");

    @Override
    Predictor open(ModelBundle bundle) throws InvalidBundleException {
        return OnnxPredictor.openInt8(bundle.withInt8Generator(new Int8Networks().generator()), 1);
    }

    @Test
    void theEnginesNameSaysWhichGeneratorDraws() throws InvalidBundleException {
        ModelBundle both = Int8Networks.bundle(7);
        try (Predictor floats = OnnxPredictor.open(both, 1);
                Predictor whole = OnnxPredictor.openInt8(both, 1);
                Predictor none = OnnxPredictor.openInt8(TestBundles.good("test", "1", 7), 1)) {
            assertThat(whole.engine()).isEqualTo(floats.engine() + "-int8");
            assertThat(none.engine()).as("a bundle without one").isEqualTo(floats.engine());
            float[][] styles = new float[1][TestBundles.STYLE];
            float[][] noises = new float[1][TestBundles.NOISE];
            assertThat(whole.draw(styles, noises, new int[1])).isNotEqualTo(floats.draw(styles, noises, new int[1]));
            assertThat(none.draw(styles, noises, new int[1])).isDeepEqualTo(floats.draw(styles, noises, new int[1]));
        }
    }

    @Test
    void nd4jDrawsWithTheOther() throws InvalidBundleException {
        assertThat(Nd4jPredictor.open(Int8Networks.bundle(7)).engine()).doesNotContain("int8");
    }

    @Test
    void scalesMustBeNumbersAboveZero() {
        assertRefused(network -> network.scale = 0, "above 0");
        assertRefused(network -> network.scale = -1, "above 0");
        assertRefused(network -> network.scale = Float.NaN, "NaN");
        assertRefused(network -> network.scale = Float.POSITIVE_INFINITY, "Infinity");
        assertRefused(network -> network.weightScales[1] = 0, "above 0");
        assertRefused(network -> network.weightScales[2] = Float.NaN, "NaN");
    }

    @Test
    void scalesAndZerosMustBeAsManyAsTheyAreFor() {
        assertRefused(network -> network.weightScales = new float[] {.1f}, "1 scales");
        assertRefused(network -> network.weightScales = new float[] {.1f, .1f, .1f, .1f}, "4 scales");
        assertRefused(network -> network.zeros = 2, "2 zeros");
        assertRefused(network -> network.axis = 1, "axis");
    }

    @Test
    void zerosMustBeOfTheTypeOfWhatTheyAreFor() {
        assertRefused(network -> network.zeroType = Int8Networks.INT8, "UINT8");
        assertRefused(network -> network.zeroType = Int8Networks.INT32, "UINT8");
        assertRefused(network -> network.weightType = Int8Networks.UINT8, "type INT8 or INT32");
        assertRefused(network -> network.weightZero = 1, "zeros of weights 0");
    }

    @Test
    void weightsThatAreCutOffAreRefused() {
        assertRefused(network -> network.cutWeights = 1, "holds 53 values, its shape 54");
    }

    @Test
    void theOtherNetworksMayNotRound() {
        byte[] rounds = new Int8Networks().generator();
        assertThatThrownBy(() -> Network.generator(rounds, MANIFEST))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageStartingWith("generator.onnx")
                .hasMessageContaining("type 2, allowed are floats");
    }

    @Test
    void aBundleIsCheckedWholeByWhoeverOpensIt() {
        Int8Networks wrong = new Int8Networks();
        wrong.scale = 0;
        ModelBundle bundle = TestBundles.good("test", "1", 7).withInt8Generator(wrong.generator());

        assertThatThrownBy(() -> OnnxPredictor.open(bundle, 1)).hasMessageStartingWith("generator-int8.onnx");
        assertThatThrownBy(() -> NetworkCost.of(bundle)).hasMessageStartingWith("generator-int8.onnx");
    }

    private static void assertRefused(Consumer<Int8Networks> change, String why) {
        Int8Networks network = new Int8Networks();
        change.accept(network);
        assertThatThrownBy(() -> Network.int8Generator(network.generator(), MANIFEST))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageStartingWith("generator-int8.onnx")
                .hasMessageContaining(why);
    }
}
