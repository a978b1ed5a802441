package io.inkstream.trainer.export;

import static io.inkstream.schemas.onnx.OnnxFormat.FLOAT;
import static io.inkstream.schemas.onnx.OnnxFormat.INT32;
import static io.inkstream.schemas.onnx.OnnxFormat.INT8;
import static io.inkstream.schemas.onnx.OnnxFormat.UINT8;
import static io.inkstream.schemas.onnx.OnnxFormat.littleEndian;

import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.onnx.GraphProto;
import io.inkstream.schemas.onnx.LateSpread;
import io.inkstream.schemas.onnx.ModelProto;
import io.inkstream.schemas.onnx.NodeProto;
import io.inkstream.schemas.onnx.OnnxFormat;
import io.inkstream.schemas.onnx.TensorProto;
import io.inkstream.schemas.onnx.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.FloatBuffer;
import java.nio.LongBuffer;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Makes the second generator of a bundle: the same network with its convolutions in whole numbers of eight bits.
 *
 * <p>Written as ONNX's pairs of {@code QuantizeLinear} and {@code DequantizeLinear}, which an engine fuses with the
 * convolution between them. Weights have a scale for each output and are symmetric; what is convolved, and what comes out, has
 * one scale and one zero, from the least and the most that seeded drawings come to. Equal generators give equal files on
 * machines of one processor family.
 */
public final class Int8Generator {
    private static final int DRAWINGS = 512;
    private static final int BATCH = 64;
    /**
     * Weights have seven bits: without VNNI a processor adds two products of eight bits in sixteen, which saturates beyond, and
     * one model would draw differently by machine.
     */
    private static final int MOST_WEIGHT = 63;

    private static final int MOST_PIXEL = 255;
    /** A bias is a whole number of 32 bits that products are added to. */
    private static final float MOST_BIAS = 1 << 30;

    /** What a whole number is worth at least, where there is nothing to tell apart. */
    private static final float LEAST_SCALE = 1e-12f;

    private static final OrtEnvironment ENVIRONMENT = OrtEnvironment.getEnvironment();

    private final Map<String, TensorProto> constants;
    private final Map<String, Range> ranges;
    private final Map<String, String> rounded = new HashMap<>();
    private final GraphProto.Builder graph;

    /** The least and the most that a value comes to, and 0. */
    private record Range(float least, float most) {
        Range with(FloatBuffer values) {
            float least = this.least;
            float most = this.most;
            while (values.hasRemaining()) {
                float value = values.get();
                least = Math.min(least, value);
                most = Math.max(most, value);
            }
            return new Range(least, most);
        }

        float scale() {
            return most > least ? (most - least) / MOST_PIXEL : 1;
        }

        byte zero() {
            return (byte) Math.round(-least / scale());
        }
    }

    private Int8Generator(GraphProto from, Map<String, TensorProto> constants, Map<String, Range> ranges) {
        this.constants = constants;
        this.ranges = ranges;
        graph = from.toBuilder().clearNode().clearValueInfo();
    }

    /** Returns the bundle with a second generator, made of the one that it has. */
    public static ModelBundle addTo(ModelBundle bundle) {
        Manifest manifest = bundle.manifest();
        return bundle.withInt8Generator(of(
                bundle.generatorOnnx(),
                manifest.styleSize(),
                manifest.noiseSize(),
                manifest.classes().size()));
    }

    /**
     * Makes one.
     *
     * @param generatorOnnx as {@link OnnxExport#generator} writes it, or wrote it before
     * @throws IllegalArgumentException if it is no such network
     */
    public static byte[] of(byte[] generatorOnnx, int styleSize, int noiseSize, int classes) {
        try {
            ModelProto model = ModelProto.parseFrom(LateSpread.of(generatorOnnx));
            GraphProto graph = model.getGraph();
            Map<String, TensorProto> constants = graph.getInitializerList().stream()
                    .collect(Collectors.toMap(TensorProto::getName, tensor -> tensor));
            Int8Generator int8 =
                    new Int8Generator(graph, constants, ranges(model, constants, styleSize, noiseSize, classes));
            graph.getNodeList().forEach(int8::add);
            int8.dropUnused();
            return model.toBuilder().setGraph(int8.graph).build().toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("the generator is not in ONNX format: " + e.getMessage(), e);
        } catch (OrtException e) {
            throw new IllegalArgumentException("the generator does not draw: " + e.getMessage(), e);
        }
    }

    private static boolean isConv(NodeProto node, Map<String, TensorProto> constants) {
        return node.getOpType().equals("Conv") && constants.containsKey(node.getInput(1));
    }

    // What values come to ------------------------------------------------------------------------------------------

    private static Map<String, Range> ranges(
            ModelProto model, Map<String, TensorProto> constants, int styleSize, int noiseSize, int classes)
            throws OrtException {
        Set<String> watched = new LinkedHashSet<>();
        for (NodeProto node : model.getGraph().getNodeList()) {
            if (isConv(node, constants)) {
                watched.add(node.getInput(0));
                watched.add(node.getOutput(0));
            }
        }
        if (watched.isEmpty()) {
            throw new IllegalArgumentException("the generator has no convolution with constant weights");
        }
        ModelProto.Builder seen = model.toBuilder();
        watched.forEach(name ->
                seen.getGraphBuilder().addOutput(ValueInfoProto.newBuilder().setName(name)));
        Map<String, Range> ranges = new HashMap<>();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            try (OrtSession session = ENVIRONMENT.createSession(seen.build().toByteArray(), options)) {
                for (int from = 0; from < DRAWINGS; from += BATCH) {
                    watch(session, watched, ranges, from, styleSize, noiseSize, classes);
                }
            }
        }
        return ranges;
    }

    private static void watch(
            OrtSession session,
            Set<String> watched,
            Map<String, Range> ranges,
            int from,
            int styleSize,
            int noiseSize,
            int classes)
            throws OrtException {
        long[] labels = new long[BATCH];
        for (int i = 0; i < BATCH; i++) {
            labels[i] = (from + i) % classes;
        }
        try (OnnxTensor style = normal(styleSize, 2L * from);
                OnnxTensor noise = normal(noiseSize, 2L * from + 1);
                OnnxTensor character =
                        OnnxTensor.createTensor(ENVIRONMENT, LongBuffer.wrap(labels), new long[] {BATCH});
                OrtSession.Result result =
                        session.run(Map.of("style", style, "noise", noise, "char", character), watched)) {
            for (String name : watched) {
                FloatBuffer values = ((OnnxTensor) result.get(name).orElseThrow()).getFloatBuffer();
                ranges.merge(
                        name,
                        new Range(0, 0).with(values),
                        (a, b) -> new Range(Math.min(a.least, b.least), Math.max(a.most, b.most)));
            }
        }
    }

    private static OnnxTensor normal(int size, long seed) throws OrtException {
        Random random = new Random(seed);
        FloatBuffer values = FloatBuffer.allocate(BATCH * size);
        while (values.hasRemaining()) {
            values.put((float) random.nextGaussian());
        }
        return OnnxTensor.createTensor(ENVIRONMENT, values.flip(), new long[] {BATCH, size});
    }

    // The network in whole numbers ---------------------------------------------------------------------------------

    private void add(NodeProto node) {
        if (!isConv(node, constants)) {
            graph.addNode(node);
            return;
        }
        String x = node.getInput(0);
        String y = node.getOutput(0);
        float inputScale = ranges.get(x).scale();
        float[] weights = OnnxFormat.floats(constants.get(node.getInput(1)));
        float[] bias = node.getInputCount() == 3 ? OnnxFormat.floats(constants.get(node.getInput(2))) : new float[0];
        float[] scales =
                scales(weights, bias, (int) constants.get(node.getInput(1)).getDims(0), inputScale);
        int perOutput = weights.length / scales.length;
        ByteBuffer wholeWeights = littleEndian(weights.length);
        for (int i = 0; i < weights.length; i++) {
            wholeWeights.put((byte) Math.round(weights[i] / scales[i / perOutput]));
        }
        NodeProto.Builder conv = node.toBuilder()
                .setInput(0, rounded.computeIfAbsent(x, value -> round(value, ranges.get(value), value + "_rounded")))
                .setInput(1, whole(node.getInput(1), INT8, wholeWeights, scales))
                .setOutput(0, y + "_unrounded");
        if (bias.length > 0) {
            ByteBuffer wholeBias = littleEndian(bias.length * Integer.BYTES);
            float[] biasScales = new float[bias.length];
            for (int i = 0; i < bias.length; i++) {
                biasScales[i] = inputScale * scales[i];
                wholeBias.putInt(Math.round(bias[i] / biasScales[i]));
            }
            conv.setInput(2, whole(node.getInput(2), INT32, wholeBias, biasScales));
        }
        graph.addNode(conv);
        round(y + "_unrounded", ranges.get(y), y);
    }

    /** What one is worth in the weights of each output, so that its largest weight and its bias have room. */
    private static float[] scales(float[] weights, float[] bias, int outputs, float inputScale) {
        float[] scales = new float[outputs];
        int perOutput = weights.length / outputs;
        for (int i = 0; i < weights.length; i++) {
            scales[i / perOutput] = Math.max(scales[i / perOutput], Math.abs(weights[i]) / MOST_WEIGHT);
        }
        for (int output = 0; output < outputs; output++) {
            float forBias = bias.length == 0 ? 0 : Math.abs(bias[output]) / (inputScale * MOST_BIAS);
            scales[output] = Math.max(Math.max(scales[output], forBias), LEAST_SCALE);
        }
        return scales;
    }

    /** Adds the pair of steps that rounds a value to eight bits. */
    private String round(String value, Range range, String to) {
        String scale = constant(to + "_scale", FLOAT, littleEndian(Float.BYTES).putFloat(range.scale()));
        String zero = constant(to + "_zero", UINT8, littleEndian(1).put(range.zero()));
        graph.addNode(NodeProto.newBuilder()
                .setOpType("QuantizeLinear")
                .addAllInput(List.of(value, scale, zero))
                .addOutput(to + "_whole"));
        graph.addNode(NodeProto.newBuilder()
                .setOpType("DequantizeLinear")
                .addAllInput(List.of(to + "_whole", scale, zero))
                .addOutput(to));
        return to;
    }

    /** Adds a constant in whole numbers, and the step that says by the scale of each output what they are worth. */
    private String whole(String constant, int type, ByteBuffer numbers, float[] scales) {
        String to = constant + "_" + graph.getInitializerCount(); // a constant may be shared, its scales are not
        TensorProto floats = constants.get(constant);
        ByteBuffer each = littleEndian(scales.length * Float.BYTES);
        each.asFloatBuffer().put(scales);
        long outputs = scales.length;
        graph.addNode(NodeProto.newBuilder()
                .setOpType("DequantizeLinear")
                .addInput(constant(to + "_whole", type, numbers, dims(floats)))
                .addInput(constant(to + "_scales", FLOAT, each, outputs))
                .addInput(constant(to + "_zeros", type, littleEndian(scales.length * bytes(type)), outputs))
                .addAttribute(OnnxFormat.attribute("axis", 0))
                .addOutput(to));
        return to;
    }

    private String constant(String name, int type, ByteBuffer values, long... shape) {
        graph.addInitializer(OnnxFormat.tensor(name, type, values, shape));
        return name;
    }

    private void dropUnused() {
        Set<String> used = graph.getNodeList().stream()
                .flatMap(node -> node.getInputList().stream())
                .collect(Collectors.toSet());
        List<TensorProto> kept = graph.getInitializerList().stream()
                .filter(tensor -> used.contains(tensor.getName()))
                .toList();
        graph.clearInitializer().addAllInitializer(kept);
    }

    private static long[] dims(TensorProto tensor) {
        return tensor.getDimsList().stream().mapToLong(Long::longValue).toArray();
    }

    private static int bytes(int type) {
        return type == INT32 ? Integer.BYTES : 1;
    }
}
