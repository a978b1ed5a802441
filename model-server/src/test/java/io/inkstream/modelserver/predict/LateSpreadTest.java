package io.inkstream.modelserver.predict;

import static io.inkstream.modelserver.predict.OnnxBuilder.integer;
import static io.inkstream.modelserver.predict.OnnxBuilder.ints;
import static io.inkstream.modelserver.predict.OnnxBuilder.word;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.modelserver.TestBundles;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.onnx.LateSpread;
import io.inkstream.schemas.onnx.ModelProto;
import io.inkstream.schemas.onnx.NodeProto;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What was rewritten must draw the same ink on the engine that runs it, and what was not must be the very same file. */
class LateSpreadTest {
    private static final int ROWS = 64;
    private static final int LATENT = 6;
    private static final int CHANNELS = 5;
    /** The same products of 32-bit floats are added in another order. */
    private static final float TOLERANCE = 1e-6f;

    /** The end of a network, behind a convolution of {@code CHANNELS * 4} outputs. */
    private interface End {
        /** @param perChannel values [n, CHANNELS, 1, 1] that depend on the latent */
        String of(OnnxBuilder g, String cells, String... perChannel);
    }

    @ParameterizedTest
    @CsvSource({
        "12, 1, 3, 2",
        "12, 1, 1, 2",
        "1, 1, 3, 2",
        "3, 4, 3, 2",
        "7, 2, 5, 2",
        "2, 3, 7, 2",
        "4, 1, 3, 3",
        "4, 1, 5, 3",
        "2, 1, 3, 4",
        "2, 1, 9, 4"
    })
    void theEndOfAGeneratorDrawsTheSameInkInCells(int channels, int outputs, int kernel, int block) throws Exception {
        byte[] early = network(channels, block, (g, x, steer) -> {
            x = spread(g, x, block, "CRD");
            x = g.node("Relu", g.node("Add", g.node("Mul", x, steer[0]), steer[1]));
            return g.conv(x, channels, outputs, kernel, 1, .2);
        });
        byte[] late = LateSpread.of(early);

        assertThat(operators(late)).endsWith("Conv", "DepthToSpace", "Sigmoid", "Identity");
        assertThat(LateSpread.of(late)).isSameAs(late);
        assertSame(early, late);
    }

    @Test
    void theShippedGeneratorDrawsTheSameInk() throws Exception {
        ModelBundle shipped = ModelBundle.parse(TestBundles.shipped(), 1 << 26);
        byte[] late = LateSpread.of(shipped.generatorOnnx());

        Network.generator(late, shipped.manifest()); // the checker's rules hold for it, too
        assertThat(operators(late)).endsWith("Conv", "DepthToSpace", "Sigmoid", "Identity");
        int classes = shipped.manifest().classes().size();
        long[] labels = new Random(1).longs(ROWS, 0, classes).toArray();
        try (OnnxTensor style = latents(2, shipped.manifest().styleSize());
                OnnxTensor noise = latents(3, shipped.manifest().noiseSize());
                OnnxTensor character = OnnxTensor.createTensor(
                        OnnxNetwork.ENVIRONMENT, LongBuffer.wrap(labels), new long[] {labels.length})) {
            Map<String, OnnxTensor> inputs = Map.of("style", style, "noise", noise, "char", character);
            assertClose(run(late, inputs), run(shipped.generatorOnnx(), inputs));
        }
    }

    @Test
    void stepsWithoutALatentAreEnough() throws Exception {
        assertRewritten((g, x, steer) -> last(g, g.node("Tanh", spread(g, x, 2, "CRD"))));
        assertRewritten((g, x, steer) -> last(g, spread(g, x, 2, "CRD")));
    }

    @Test
    void aGainMayStandFirstAndServeTwice() throws Exception {
        assertRewritten((g, x, steer) -> {
            x = g.node("Mul", steer[0], spread(g, x, 2, "CRD"));
            return last(g, g.node("Mul", g.node("Add", x, steer[0]), steer[0]));
        });
    }

    @Test
    void whatIsPerChannelMayBeUsedElsewhereToo() throws Exception {
        assertRewritten((g, x, steer) -> {
            String other = g.node("Reshape", g.node("Mul", steer[0], steer[1]), g.integers(0, CHANNELS, 1, 1));
            String beside = g.conv(g.node("Relu", other), CHANNELS, 1, 1, 1, .3);
            return g.node("Add", last(g, g.node("Mul", spread(g, x, 2, "CRD"), other)), beside);
        });
    }

    @Test
    void constantsThatOthersUseStayForThem() throws Exception {
        byte[] early = network(4, 2, (g, x, steer) -> {
            String weights = g.random(.2, 4, 4, 3, 3);
            String bias = g.random(.2, 4);
            x = convOf(g, spread(g, x, 2, "CRD"), weights, bias);
            return convOf(g, spread(g, g.conv(x, 4, 16, 1, 1, .3), 2, "CRD"), weights, bias);
        });
        byte[] late = LateSpread.of(early);

        assertThat(late).isNotSameAs(early);
        assertSame(early, late);
    }

    @Test
    void aNameThatIsTakenIsNotTakenAgain() throws Exception {
        byte[] early = network(CHANNELS, 2, LateSpreadTest::plainEnd);
        List<String> made = ModelProto.parseFrom(LateSpread.of(early)).getGraph().getNodeList().stream()
                .map(node -> node.getOutput(0))
                .filter(name -> name.startsWith("late"))
                .toList();
        ModelProto.Builder taken = ModelProto.parseFrom(early).toBuilder();
        taken.getGraphBuilder()
                .addNode(NodeProto.newBuilder()
                        .setOpType("Identity")
                        .addInput("latent")
                        .addOutput(made.get(made.size() - 1)));
        assertSame(early, LateSpread.of(taken.build().toByteArray()));
    }

    @Test
    void shapesThatTheFileTellsOfStepsBetweenAreForgotten() throws Exception {
        byte[] early = network(CHANNELS, 2, LateSpreadTest::plainEnd);
        ModelProto.Builder told = ModelProto.parseFrom(early).toBuilder();
        String relu = told.getGraph().getNodeList().stream()
                .filter(node -> node.getOpType().equals("Relu"))
                .map(node -> node.getOutput(0))
                .findFirst()
                .orElseThrow();
        told.getGraphBuilder().addValueInfo(OnnxBuilder.floats(relu, CHANNELS, 14, 14));
        byte[] late = LateSpread.of(told.build().toByteArray());

        assertThat(operators(late)).endsWith("Conv", "DepthToSpace", "Sigmoid", "Identity");
        assertSame(early, late);
    }

    @Test
    void endsThatAreAlmostSuchStayAsTheyAre() throws Exception {
        assertUntouched((g, x, steer) -> last(g, spread(g, x, 2, "DCR")));
        assertUntouched((g, x, steer) -> g.conv(spread(g, x, 2, "CRD"), CHANNELS, 5, 3, 1, .2)); // more than 16 outputs
        assertUntouched((g, x, steer) -> g.conv(spread(g, x, 2, "CRD"), CHANNELS, 1, 3, 2, .2)); // strides
        assertUntouched((g, x, steer) -> padded(g, spread(g, x, 2, "CRD"), 3, 0)); // not padded
        assertUntouched((g, x, steer) -> padded(g, spread(g, x, 2, "CRD"), 3, 2)); // padded too far
        assertUntouched((g, x, steer) -> padded(g, spread(g, x, 2, "CRD"), 4, 1)); // even
        assertUntouched((g, x, steer) -> last(g, g.conv(spread(g, x, 2, "CRD"), CHANNELS, CHANNELS, 3, 1, .2)));
        assertUntouched((g, x, steer) -> last(g, g.node("Add", spread(g, x, 2, "CRD"), g.random(1, 14, 14))));
        assertUntouched((g, x, steer) -> last(g, g.node("Mul", spread(g, x, 2, "CRD"), g.random(1, CHANNELS, 1, 1))));
        assertUntouched((g, x, steer) -> last(g, g.node("Add", steer[0], steer[1])));
    }

    @Test
    void anImageThatAnotherStepNeedsIsSpreadEarly() throws Exception {
        assertUntouched((g, x, steer) -> {
            x = spread(g, x, 2, "CRD");
            return last(g, g.node("Add", x, g.conv(x, CHANNELS, CHANNELS, 3, 1, .2)));
        });
        assertUntouched((g, x, steer) -> {
            x = spread(g, x, 2, "CRD");
            return last(g, g.node("Mul", x, x));
        });
        assertUntouched((g, x, steer) -> {
            x = g.node("Relu", spread(g, x, 2, "CRD"));
            return g.node("Add", last(g, x), x);
        });
    }

    @Test
    void aSingleChannelThatIsMadeManyStaysSo() throws Exception {
        assertUntouched((g, x, steer) -> {
            String one = spread(g, g.conv(x, 4 * CHANNELS, 4, 3, 1, .2), 2, "CRD");
            return last(g, g.node("Mul", one, steer[0]));
        });
    }

    @Test
    void aGainForEachRowAndNotEachChannelStays() throws Exception {
        assertUntouched((g, x, steer) -> {
            String perRow =
                    g.node("Reshape", g.node("Gemm", "latent", g.random(.3, LATENT, 1)), g.integers(0, 1, 1, 1));
            return last(g, g.node("Mul", spread(g, x, 2, "CRD"), perRow));
        });
    }

    @Test
    void whatIsNoNetworkIsRefused() {
        assertThatThrownBy(() -> LateSpread.of(new byte[] {1, 2, 3})).isInstanceOf(IllegalArgumentException.class);
        assertThat(LateSpread.of(new byte[0])).isEmpty();
    }

    // Networks -----------------------------------------------------------------------------------------------------

    private static String plainEnd(OnnxBuilder g, String x, String... steer) {
        return last(g, g.node("Relu", g.node("Mul", spread(g, x, 2, "CRD"), steer[0])));
    }

    private static String last(OnnxBuilder g, String x) {
        return g.conv(x, CHANNELS, 1, 3, 1, .2);
    }

    private static String padded(OnnxBuilder g, String x, int kernel, long pad) {
        return g.node("Conv", ints("pads", pad, pad, pad, pad), x, g.random(.2, 1, CHANNELS, kernel, kernel));
    }

    private static String convOf(OnnxBuilder g, String x, String weights, String bias) {
        return g.node("Conv", ints("pads", 1, 1, 1, 1), x, weights, bias);
    }

    private static String spread(OnnxBuilder g, String x, int block, String mode) {
        return g.node(
                NodeProto.newBuilder().addAttribute(integer("blocksize", block)).addAttribute(word("mode", mode)),
                "DepthToSpace",
                x);
    }

    private static byte[] network(int channels, int block, End end) {
        OnnxBuilder g = new OnnxBuilder(3);
        String latent = g.input("latent", LATENT);
        String[] steer = g.split(
                g.node(
                        "Reshape",
                        g.node("Gemm", latent, g.random(.3, LATENT, 2 * channels), g.random(.5, 2 * channels)),
                        g.integers(0, 2 * channels, 1, 1)),
                channels,
                channels);
        String x = g.node("Gemm", latent, g.random(.3, LATENT, 3 * 49), g.random(.2, 3 * 49));
        x = g.conv(g.node("Reshape", x, g.integers(0, 3, 7, 7)), 3, channels * block * block, 3, 1, .3);
        ModelProto.Builder model = g.output(g.node("Sigmoid", end.of(g, x, steer)), "ink").model().toBuilder();
        model.getGraphBuilder()
                .getOutputBuilder(0)
                .getTypeBuilder()
                .getTensorTypeBuilder()
                .clearShape(); // it differs with the end
        return model.build().toByteArray();
    }

    private static void assertRewritten(End end) throws Exception {
        byte[] early = network(CHANNELS, 2, end);
        byte[] late = LateSpread.of(early);
        assertThat(operators(late)).isNotEqualTo(operators(early));
        assertSame(early, late);
    }

    private static void assertUntouched(End end) {
        byte[] early = network(CHANNELS, 2, end);
        assertThat(LateSpread.of(early)).isSameAs(early);
    }

    private static void assertSame(byte[] early, byte[] late) throws OrtException {
        try (OnnxTensor input = latents(5, LATENT)) {
            assertClose(run(late, Map.of("latent", input)), run(early, Map.of("latent", input)));
        }
    }

    private static OnnxTensor latents(long seed, int size) throws OrtException {
        Random random = new Random(seed);
        FloatBuffer latents = FloatBuffer.allocate(ROWS * size);
        for (int i = 0; i < latents.capacity(); i++) {
            latents.put(i, (float) random.nextGaussian());
        }
        return OnnxTensor.createTensor(OnnxNetwork.ENVIRONMENT, latents, new long[] {ROWS, size});
    }

    private static void assertClose(float[] actual, float[] expected) {
        assertThat(actual).hasSameSizeAs(expected).containsExactly(expected, within(TOLERANCE));
        assertThat(expected).doesNotContain(Float.NaN);
        float most = Float.NEGATIVE_INFINITY;
        float least = Float.POSITIVE_INFINITY;
        for (float ink : expected) {
            most = Math.max(most, ink);
            least = Math.min(least, ink);
        }
        assertThat(most - least).isGreaterThan(.1f); // agreeing on blank paper would prove nothing
    }

    private static float[] run(byte[] onnx, Map<String, OnnxTensor> inputs) throws OrtException {
        try (OrtSession session = OnnxNetwork.ENVIRONMENT.createSession(onnx);
                OrtSession.Result result = session.run(inputs)) {
            FloatBuffer buffer = ((OnnxTensor) result.get(0)).getFloatBuffer();
            float[] values = new float[buffer.remaining()];
            buffer.get(values);
            return values;
        }
    }

    private static List<String> operators(byte[] onnx) throws InvalidProtocolBufferException {
        return ModelProto.parseFrom(onnx).getGraph().getNodeList().stream()
                .map(NodeProto::getOpType)
                .toList();
    }
}
