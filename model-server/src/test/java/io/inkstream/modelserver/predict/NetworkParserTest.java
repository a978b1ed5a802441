package io.inkstream.modelserver.predict;

import static io.inkstream.modelserver.predict.OnnxBuilder.integer;
import static io.inkstream.modelserver.predict.OnnxBuilder.ints;
import static io.inkstream.modelserver.predict.OnnxBuilder.word;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.UnknownFieldSet;
import io.inkstream.modelserver.TestBundles;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.onnx.ModelProto;
import io.inkstream.schemas.onnx.NodeProto;
import io.inkstream.schemas.onnx.TensorProto;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.api.Test;

class NetworkParserTest {
    private static final Manifest MANIFEST = TestBundles.manifest("test", "1");
    private static final int CLASSES = TestBundles.CHARACTERS.length();

    @Test
    void networksOfOurExporterAndOfPyTorchsAreTaken() throws InvalidBundleException {
        assertThat(Network.generator(TestBundles.generator(1), MANIFEST).steps())
                .isNotEmpty();
        assertThat(Network.generator(TestBundles.torchLikeGenerator(1), MANIFEST)
                        .steps())
                .isNotEmpty();
        assertThat(Network.reader(TestBundles.reader(1), MANIFEST).output().name())
                .isEqualTo("logits");
    }

    @Test
    void whatIsNoOnnxIsRefused() {
        assertRefused("not a network".getBytes(UTF_8), "reader.onnx");
        assertRefused(new byte[0], "reader.onnx");
        byte[] good = TestBundles.reader(1);
        assertRefused(Arrays.copyOf(good, good.length / 2), "reader.onnx is not an ONNX model");
    }

    @Test
    void anyBytesAreEitherANetworkOrRefused() {
        byte[] good = TestBundles.reader(1);
        Random random = new Random(11);
        for (int i = 0; i < 2_000; i++) {
            byte[] bytes = good.clone();
            // Where the structure is; in the weights a flip is just another weight.
            for (int flips = 0; flips <= i % 3; flips++) {
                bytes[random.nextInt(i % 2 == 0 ? bytes.length : 600)] ^= (byte) (1 << random.nextInt(8));
            }
            try {
                Network.reader(bytes, MANIFEST);
            } catch (InvalidBundleException refused) {
                assertThat(refused).hasMessageContaining("reader.onnx");
            }
        }
    }

    /** Two bytes of a file become an object of a hundred. */
    @Test
    void aFileOfNothingButEmptyPartsIsRefusedBeforeAnythingIsMadeOfIt() throws IOException {
        for (int[] path : new int[][] {{7, 1}, {7, 5}, {7, 11}, {7, 1, 5}, {8}, {14}}) {
            assertRefused(bomb(path, new byte[0], 600_000), "more than");
        }
        for (int unknown : new int[] {15, 2_000}) {
            assertRefused(bomb(new int[] {7, unknown}, new byte[0], 600_000), "more than");
        }
        byte[] small = new byte[1 << 20];
        assertRefused(bomb(new int[] {7, 5, 7}, small, 16), "more than"); // a million integers
        assertRefused(bomb(new int[] {7, 5, 1}, small, 16), "more than");
    }

    /** A message within messages, by field numbers, whose innermost is there many times. */
    private static byte[] bomb(int[] path, byte[] innermost, int times) throws IOException {
        ByteArrayOutputStream parts = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(parts);
        for (int i = 0; i < times; i++) {
            out.writeByteArray(path[path.length - 1], innermost);
        }
        out.flush();
        byte[] bytes = parts.toByteArray();
        for (int i = path.length - 2; i >= 0; i--) {
            ByteArrayOutputStream outer = new ByteArrayOutputStream();
            CodedOutputStream outerOut = CodedOutputStream.newInstance(outer);
            outerOut.writeByteArray(path[i], bytes);
            outerOut.flush();
            bytes = outer.toByteArray();
        }
        return bytes;
    }

    @Test
    void whatIsAliveAtTheSameTimeIsCountedAndNotWhatIsForgotten() throws InvalidBundleException {
        OnnxBuilder chain = new OnnxBuilder(1);
        String x = chain.input("ink", 1, 28, 28);
        for (int i = 0; i < 50; i++) {
            x = chain.node("Relu", x);
        }
        long forgetful = Network.reader(identity(chain, x), MANIFEST).valuesPerRow();
        assertThat(forgetful).isBetween(2L * 28 * 28, 4L * 28 * 28);
        OnnxBuilder fan = new OnnxBuilder(1);
        String ink = fan.input("ink", 1, 28, 28);
        String[] all = new String[50];
        Arrays.setAll(all, i -> fan.node("Relu", ink));
        String sum = all[0];
        for (int i = 1; i < all.length; i++) {
            sum = fan.node("Add", sum, all[i]);
        }
        assertThat(Network.reader(identity(fan, sum), MANIFEST).valuesPerRow()).isBetween(50L * 28 * 28, 53L * 28 * 28);
    }

    private static byte[] identity(OnnxBuilder g, String x) {
        String flat = g.node("Flatten", integer("axis", 1), x);
        return g.output(g.node("MatMul", flat, g.random(1, 28 * 28, CLASSES)), "logits", CLASSES)
                .toBytes();
    }

    @Test
    void otherOpsetsAreRefused() {
        assertRefused(identityReader(new OnnxBuilder(1).opset(9)), "is of opset 9, allowed are 13 to 21");
        assertRefused(identityReader(new OnnxBuilder(1).opset(99)), "is of opset 99");
        assertRefused(identityReader(new OnnxBuilder(1).domain("com.microsoft")), "com.microsoft");
    }

    @Test
    void anOperatorThatIsNotAllowedIsRefusedByName() {
        OnnxBuilder g = new OnnxBuilder(1);
        String x = g.node("NonZero", g.input("ink", 1, 28, 28));
        assertRefused(
                g.output(x, "logits", CLASSES).toBytes(), "step NonZero that makes [v0] is not an allowed operator");
    }

    @Test
    void anInputBeyondThoseOfItsOperatorIsRefused() throws InvalidBundleException {
        NodeProto.Builder attributes =
                NodeProto.newBuilder().addAttribute(integer("blocksize", 1)).addAttribute(word("mode", "CRD"));
        OnnxBuilder one = new OnnxBuilder(1);
        String plain = one.node(attributes.clone(), "DepthToSpace", one.input("ink", 1, 28, 28));
        assertThat(Network.reader(identity(one, plain), MANIFEST).steps()).isNotEmpty();
        OnnxBuilder two = new OnnxBuilder(1);
        String ink = two.input("ink", 1, 28, 28);
        String doubled = two.node(attributes.clone(), "DepthToSpace", ink, ink);
        assertRefused(identity(two, doubled), "step DepthToSpace that makes [v0] has 2 inputs");
    }

    @Test
    void operatorsOfOtherDomainsAreRefused() {
        OnnxBuilder g = new OnnxBuilder(1);
        String x = g.node(NodeProto.newBuilder().setDomain("evil"), "Relu", g.input("ink", 1, 28, 28));
        assertRefused(g.output(x, "logits", CLASSES).toBytes(), "is of domain 'evil'");
    }

    @Test
    void weightsInAnotherFileAreRefused() {
        OnnxBuilder g = new OnnxBuilder(1);
        String x = g.node("Flatten", g.input("ink", 1, 28, 28));
        // external_data (field 13) and data_location (14), which our part of the format does not know
        TensorProto.Builder outside = TensorProto.newBuilder()
                .setDataType(1)
                .setUnknownFields(UnknownFieldSet.newBuilder()
                        .addField(
                                13,
                                UnknownFieldSet.Field.newBuilder()
                                        .addLengthDelimited(ByteString.copyFromUtf8("../../etc/passwd"))
                                        .build())
                        .addField(
                                14,
                                UnknownFieldSet.Field.newBuilder().addVarint(1).build())
                        .build());
        String w = g.tensor(outside, 784, CLASSES);
        assertRefused(g.output(g.node("Gemm", x, w), "logits", CLASSES).toBytes(), "parts that are not allowed");
    }

    @Test
    void functionsAndNestedGraphsAreRefused() {
        ModelProto good = identityReaderModel(new OnnxBuilder(1));
        UnknownFieldSet functions = UnknownFieldSet.newBuilder()
                .addField(
                        25,
                        UnknownFieldSet.Field.newBuilder()
                                .addLengthDelimited(ByteString.copyFromUtf8("f"))
                                .build())
                .build();
        assertRefused(good.toBuilder().setUnknownFields(functions).build().toByteArray(), "field numbers [25]");
    }

    @Test
    void weightsThatAreNotNumbersAreRefused() {
        OnnxBuilder g = new OnnxBuilder(1);
        float[] weights = new float[784 * CLASSES];
        weights[77] = Float.NaN;
        String x = g.node("Flatten", g.input("ink", 1, 28, 28));
        assertRefused(
                g.output(g.node("Gemm", x, g.weights(weights, 784, CLASSES)), "logits", CLASSES)
                        .toBytes(),
                "holds NaN");
    }

    @Test
    void aTensorThatClaimsMoreThanItHoldsIsRefused() {
        OnnxBuilder g = new OnnxBuilder(1);
        g.input("ink", 1, 28, 28);
        g.weights(new float[4], 1L << 40, 1L << 40);
        assertRefused(g.output("ink", "logits", CLASSES).toBytes(), "reader.onnx");
        OnnxBuilder h = new OnnxBuilder(1);
        h.input("ink", 1, 28, 28);
        h.weights(new float[4], 1_000_000_000);
        assertRefused(h.output("ink", "logits", CLASSES).toBytes(), "holds 4 values, its shape 1000000000");
    }

    @Test
    void aGraphThatGrowsWithoutBoundIsRefused() {
        OnnxBuilder g = new OnnxBuilder(1);
        String x = g.node("Flatten", g.input("ink", 1, 28, 28));
        for (int i = 0; i < 30; i++) {
            x = g.node("Concat", integer("axis", 1), x, x);
        }
        assertRefused(g.output(x, "logits", CLASSES).toBytes(), "values a glyph, allowed are");
    }

    @Test
    void aGraphThatComputesWithoutBoundIsRefused() {
        OnnxBuilder g = new OnnxBuilder(1);
        String w = g.random(.1, 784, 784);
        String x = g.node("Flatten", g.input("ink", 1, 28, 28));
        for (int i = 0; i < 600; i++) {
            x = g.node("MatMul", x, w);
        }
        assertRefused(
                g.output(g.node("Gemm", x, g.random(.1, 784, CLASSES)), "logits", CLASSES)
                        .toBytes(),
                "multiplications a glyph");
    }

    @Test
    void aNetworkForAnotherManifestIsRefused() {
        OnnxBuilder g = new OnnxBuilder(1);
        String x = g.node("Flatten", g.input("ink", 1, 28, 28));
        assertRefused(
                g.output(g.node("Gemm", x, g.random(.1, 784, CLASSES + 1)), "logits", CLASSES)
                        .toBytes(),
                "gives logits of shape [n, 11], expected [n, 10]");
        assertRefused(TestBundles.generator(1), "takes [");
    }

    @Test
    void attributesThatChangeTheMeaningAreRefused() {
        OnnxBuilder g = new OnnxBuilder(1);
        String x = g.node("Flatten", g.input("ink", 1, 28, 28));
        String y = g.node(
                NodeProto.newBuilder().addAttribute(integer("transA", 1)), "Gemm", x, g.random(.1, 784, CLASSES));
        assertRefused(g.output(y, "logits", CLASSES).toBytes(), "transA 0");
        OnnxBuilder h = new OnnxBuilder(1);
        String pooled = h.node(
                NodeProto.newBuilder().addAttribute(ints("kernel_shape", 2, 2)).addAttribute(ints("dilations", 2, 2)),
                "MaxPool",
                h.input("ink", 1, 28, 28));
        assertRefused(h.output(pooled, "logits", CLASSES).toBytes(), "is dilated");
    }

    @Test
    void nestingBombsAreRefused() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (int i = 0; i < 100_000; i++) {
            out.writeTag(7, 3); // begins a group inside a group inside a group ...
        }
        out.flush();
        assertRefused(bytes.toByteArray(), "reader.onnx is not an ONNX model");
    }

    private static byte[] identityReader(OnnxBuilder g) {
        return identityReaderModel(g).toByteArray();
    }

    private static ModelProto identityReaderModel(OnnxBuilder g) {
        String x = g.node("Flatten", g.input("ink", 1, 28, 28));
        return g.output(g.node("Gemm", x, g.random(.1, 784, CLASSES)), "logits", CLASSES)
                .model();
    }

    private static void assertRefused(byte[] reader, String why) {
        assertThatThrownBy(() -> Network.reader(reader, MANIFEST))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining(why);
    }
}
