package io.inkstream.modelserver.predict;

import static io.inkstream.modelserver.predict.OnnxBuilder.integer;
import static io.inkstream.modelserver.predict.OnnxBuilder.ints;

import com.google.protobuf.ByteString;
import io.inkstream.modelserver.TestBundles;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.onnx.NodeProto;
import io.inkstream.schemas.onnx.TensorProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Small generators whose one convolution is in whole numbers of eight bits, right unless a part is changed. */
public final class Int8Networks {
    static final int UINT8 = 2;
    static final int INT8 = 3;
    static final int INT32 = 6;
    private static final int OUTPUTS = 3;
    private static final int SIDE = TestBundles.SIDE;

    float scale = .05f;
    int zeroType = UINT8;
    int zeros = 1;
    int weightType = INT8;
    int weightZero;
    float[] weightScales = {.01f, .02f, .03f};
    long axis = 0;
    int cutWeights;

    public static ModelBundle bundle(long seed) {
        return TestBundles.good("test", "1", seed).withInt8Generator(new Int8Networks().generator());
    }

    public byte[] generator() {
        OnnxBuilder g = new OnnxBuilder(3);
        int latents = TestBundles.STYLE + TestBundles.NOISE;
        String latent = g.node(
                "Concat", integer("axis", 1), g.input("style", TestBundles.STYLE), g.input("noise", TestBundles.NOISE));
        String form =
                g.node("Gather", g.random(2, TestBundles.CHARACTERS.length(), 2 * SIDE * SIDE), g.indexInput("char"));
        String x = g.node(
                "Add",
                form,
                g.node("Gemm", latent, g.random(.3, latents, 2 * SIDE * SIDE), g.random(.1, 2 * SIDE * SIDE)));
        x = rounded(g, g.node("Reshape", x, g.integers(0, 2, SIDE, SIDE)));
        byte[] weights = new byte[OUTPUTS * 2 * 9];
        new Random(4).nextBytes(weights);
        for (int i = 0; i < weights.length; i++) {
            weights[i] /= 2;
        }
        ByteBuffer bias = ByteBuffer.allocate(OUTPUTS * Integer.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bias.asIntBuffer().put(new int[] {100, -200, 300});
        x = g.node(
                "Conv",
                ints("pads", 1, 1, 1, 1),
                x,
                worth(g, weightType, Arrays.copyOf(weights, weights.length - cutWeights), OUTPUTS, 2, 3, 3),
                worth(g, INT32, bias.array(), OUTPUTS));
        x = g.conv(rounded(g, x), OUTPUTS, 1, 3, 1, .5);
        return g.output(g.node("Sigmoid", x), "ink", 1, SIDE, SIDE).toBytes();
    }

    private String rounded(OnnxBuilder g, String x) {
        String scales = g.weights(new float[] {scale});
        String zero =
                tensor(g, zeroType, new byte[zeros * bytes(zeroType)], zeros == 1 ? new long[0] : new long[] {zeros});
        return g.node("DequantizeLinear", g.node("QuantizeLinear", x, scales, zero), scales, zero);
    }

    private String worth(OnnxBuilder g, int type, byte[] numbers, long... shape) {
        byte[] zero = new byte[weightScales.length * bytes(type)];
        zero[0] = (byte) weightZero;
        return g.node(
                NodeProto.newBuilder().addAttribute(integer("axis", axis)),
                "DequantizeLinear",
                tensor(g, type, numbers, shape),
                g.weights(weightScales, weightScales.length),
                tensor(g, type, zero, weightScales.length));
    }

    private static int bytes(int type) {
        return type == INT32 ? Integer.BYTES : 1;
    }

    private static String tensor(OnnxBuilder g, int type, byte[] values, long... shape) {
        return g.tensor(TensorProto.newBuilder().setDataType(type).setRawData(ByteString.copyFrom(values)), shape);
    }
}
