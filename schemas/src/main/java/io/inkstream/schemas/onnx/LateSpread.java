package io.inkstream.schemas.onnx;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.LongStream;

/**
 * Lets a generator compute its last layers before it spreads channels over pixels, which draws the same ink in less time.
 *
 * <p>Such a network ends in {@code DepthToSpace}, steps that change pixels one by one (gain, offset, rectifier), and a
 * convolution of few outputs. An engine computes as much for one output as for sixteen, so it is faster to compute all pixels
 * of a cell as outputs at once, and to spread those. The same numbers are added, in another order: ink differs by less than
 * 1e-6. Whether a network ends so is seen by its structure alone; every other is left as it is.
 */
public final class LateSpread {
    /** Outputs of a convolution that cost no more than one: the lanes of a vector. */
    private static final int LANES = 16;

    private static final Set<String> CONV_ATTRIBUTES = Set.of("kernel_shape", "strides", "pads", "dilations", "group");

    private final GraphProto graph;
    private final Map<String, TensorProto> constants = new HashMap<>();
    private final Map<String, NodeProto> makers = new HashMap<>();
    private final Map<String, Integer> uses = new HashMap<>();
    private final Set<String> names = new HashSet<>();

    private LateSpread(GraphProto graph) {
        this.graph = graph;
        graph.getInitializerList().forEach(tensor -> constants.put(tensor.getName(), tensor));
        names.addAll(constants.keySet());
        graph.getInputList().forEach(input -> constants.remove(input.getName())); // which a caller may replace
        graph.getInputList().forEach(input -> names.add(input.getName()));
        graph.getOutputList().forEach(output -> uses.merge(output.getName(), 1, Integer::sum));
        for (NodeProto node : graph.getNodeList()) {
            node.getInputList().forEach(name -> uses.merge(name, 1, Integer::sum));
            node.getOutputList().forEach(name -> makers.put(name, node));
        }
        names.addAll(makers.keySet());
    }

    /**
     * Rewrites a valid network if its last convolution is such an end.
     *
     * @return the same array if it is not
     * @throws IllegalArgumentException if it is not in ONNX's format
     */
    public static byte[] of(byte[] onnx) {
        try {
            ModelProto model = ModelProto.parseFrom(onnx);
            LateSpread network = new LateSpread(model.getGraph());
            End end = network.end();
            return end == null
                    ? onnx
                    : model.toBuilder().setGraph(network.rewritten(end)).build().toByteArray();
        } catch (InvalidProtocolBufferException e) {
            throw new IllegalArgumentException("not in ONNX format: " + e.getMessage(), e);
        }
    }

    /**
     * Takes a kernel over cells of two by two pixels back to the one over pixels that it was made of.
     *
     * @param late weights [4 * outputs, 4 * channels, cells, cells]
     * @return [outputs, channels, side, side]
     */
    public static float[] undone(float[] late, int outputs, int channels, int side) {
        return new Kernel(outputs, channels, side, 2).early(late);
    }

    // What must be there -------------------------------------------------------------------------------------------

    /** The end of a network, from the spreading to the convolution, and the steps between them from the last to the first. */
    private record End(NodeProto spread, List<NodeProto> between, NodeProto conv, Kernel kernel) {}

    private End end() {
        NodeProto conv = graph.getNodeList().stream()
                .filter(node -> is(node, "Conv"))
                .reduce((earlier, later) -> later)
                .orElse(null);
        if (conv == null || !isPlain(conv)) {
            return null;
        }
        long channels = constants.get(conv.getInput(1)).getDims(1);
        List<NodeProto> between = new ArrayList<>();
        NodeProto maker = onlyMaker(conv.getInput(0));
        while (maker != null && !is(maker, "DepthToSpace")) {
            int pixels = pixels(maker, channels);
            between.add(maker);
            maker = pixels < 0 ? null : onlyMaker(maker.getInput(pixels));
        }
        Kernel kernel = maker == null ? null : kernel(maker, constants.get(conv.getInput(1)));
        return kernel == null ? null : new End(maker, between, conv, kernel);
    }

    /** The step that makes a value which only one other asks for; null if there is no such. */
    private NodeProto onlyMaker(String value) {
        return uses.get(value) == 1 ? makers.get(value) : null;
    }

    /** Whether a convolution leaves the size of images as it is, by weights that are known. */
    private boolean isPlain(NodeProto conv) {
        TensorProto weights = constants.get(conv.getInput(1));
        if (weights == null || weights.getDataType() != OnnxFormat.FLOAT || weights.getDimsCount() != 4) {
            return false;
        }
        TensorProto bias = conv.getInputCount() == 3 ? constants.get(conv.getInput(2)) : null;
        long side = weights.getDims(2);
        return conv.getInputCount() == (bias == null ? 2 : 3)
                && (bias == null || bias.getDataType() == OnnxFormat.FLOAT)
                && side % 2 == 1
                && weights.getDims(3) == side
                && conv.getAttributeList().stream().map(AttributeProto::getName).allMatch(CONV_ATTRIBUTES::contains)
                && integer(conv, "group", 1) == 1
                && all(conv, "kernel_shape", 2, side, side)
                && all(conv, "strides", 2, 1, 1)
                && all(conv, "dilations", 2, 1, 1)
                && all(conv, "pads", 4, side / 2, 0);
    }

    /** What is convolved behind a spreading, or null if that is of another kind, or nothing would be won. */
    private Kernel kernel(NodeProto spread, TensorProto weights) {
        NodeProto before = makers.get(spread.getInput(0));
        TensorProto wide = before == null || !is(before, "Conv") ? null : constants.get(before.getInput(1));
        long block = integer(spread, "blocksize", 0);
        boolean isChannelFirst = attribute(spread, "mode").getS().equals(ByteString.copyFromUtf8("CRD"));
        // As many channels go in as are convolved: no step between makes many of a single one.
        boolean fits =
                wide != null && wide.getDimsCount() == 4 && wide.getDims(0) == block * block * weights.getDims(1);
        boolean isCheap = block > 1 && block <= LANES && block * block * weights.getDims(0) <= LANES;
        return isChannelFirst && fits && isCheap
                ? new Kernel((int) weights.getDims(0), (int) weights.getDims(1), (int) weights.getDims(2), (int) block)
                : null;
    }

    /** Which input of a step is the image, if it changes pixels one by one, all of a channel alike; -1 for other steps. */
    private int pixels(NodeProto node, long channels) {
        if (is(node, "Relu") || is(node, "Sigmoid") || is(node, "Tanh")) {
            return 0;
        }
        boolean isJoin = is(node, "Mul") || is(node, "Add");
        return !isJoin
                ? -1
                : isOneAChannel(node.getInput(1), channels) ? 0 : isOneAChannel(node.getInput(0), channels) ? 1 : -1;
    }

    /** Whether a value is [n, channels, 1, 1]: made so, or one part of what was made so. */
    private boolean isOneAChannel(String value, long channels) {
        NodeProto maker = makers.get(value);
        if (maker == null || !is(maker, "Split") || maker.getInputCount() != 2 || integer(maker, "axis", 0) != 1) {
            return isReshaped(maker, channels);
        }
        List<Long> widths = integers(maker.getInput(1));
        return widths.size() == maker.getOutputCount()
                && widths.get(maker.getOutputList().indexOf(value)) == channels
                && isReshaped(
                        makers.get(maker.getInput(0)),
                        widths.stream().mapToLong(Long::longValue).sum());
    }

    private boolean isReshaped(NodeProto maker, long channels) {
        if (maker == null || !is(maker, "Reshape") || integer(maker, "allowzero", 0) != 0) {
            return false;
        }
        List<Long> shape = integers(maker.getInput(1));
        return shape.size() == 4 && shape.get(0) < 1 && shape.subList(1, 4).equals(List.of(channels, 1L, 1L));
    }

    // What is written in its place ---------------------------------------------------------------------------------

    private GraphProto rewritten(End end) {
        Kernel kernel = end.kernel;
        GraphProto.Builder late = graph.toBuilder().clearNode().clearValueInfo(); // which may tell shapes of before
        for (NodeProto node : graph.getNodeList()) {
            NodeProto.Builder own = node.toBuilder();
            if (node == end.spread) {
                continue;
            } else if (end.between.contains(node)) {
                if (node.getInputCount() == 2) {
                    int perChannel = 1 - pixels(node, kernel.channels);
                    own.setInput(perChannel, repeated(node.getInput(perChannel), kernel, late));
                }
            } else if (node == end.conv) {
                convolveCells(own, kernel, late);
            }
            for (int i = 0; i < own.getInputCount(); i++) {
                if (own.getInput(i).equals(end.spread.getOutput(0))) {
                    own.setInput(i, end.spread.getInput(0));
                }
            }
            late.addNode(own);
            if (node == end.conv) {
                late.addNode(
                        end.spread.toBuilder().setInput(0, own.getOutput(0)).setOutput(0, node.getOutput(0)));
            }
        }
        return late.build();
    }

    /** Adds what gives each of a cell's pixels the value of its channel: [n, c, 1, 1] to [n, c * pixels, 1, 1]. */
    private String repeated(String value, Kernel kernel, GraphProto.Builder late) {
        NodeProto.Builder beside = NodeProto.newBuilder()
                .setOpType("Concat")
                .addAllInput(Collections.nCopies(kernel.pixels(), value))
                .addOutput(fresh())
                .addAttribute(OnnxFormat.attribute("axis", 2));
        TensorProto shape = OnnxFormat.integers(fresh(), 0, (long) kernel.channels * kernel.pixels(), 1, 1);
        NodeProto.Builder inOrder = NodeProto.newBuilder()
                .setOpType("Reshape")
                .addInput(beside.getOutput(0))
                .addInput(shape.getName())
                .addOutput(fresh());
        late.addInitializer(shape).addNode(beside).addNode(inOrder);
        return inOrder.getOutput(0);
    }

    private void convolveCells(NodeProto.Builder conv, Kernel kernel, GraphProto.Builder late) {
        String weights = conv.getInput(1);
        conv.setInput(
                1,
                constant(
                        late,
                        kernel.late(OnnxFormat.floats(constants.get(weights))),
                        kernel.outputs * kernel.pixels(),
                        kernel.channels * kernel.pixels(),
                        kernel.cells(),
                        kernel.cells()));
        dropUnused(weights, late);
        if (conv.getInputCount() == 3) {
            String bias = conv.getInput(2);
            float[] each = OnnxFormat.floats(constants.get(bias));
            float[] repeated = new float[each.length * kernel.pixels()];
            for (int i = 0; i < repeated.length; i++) {
                repeated[i] = each[i / kernel.pixels()];
            }
            conv.setInput(2, constant(late, repeated, repeated.length));
            dropUnused(bias, late);
        }
        conv.clearAttribute()
                .addAttribute(OnnxFormat.attribute("kernel_shape", new long[] {kernel.cells(), kernel.cells()}))
                .addAttribute(OnnxFormat.attribute(
                        "pads", LongStream.generate(kernel::reach).limit(4).toArray()))
                .setOutput(0, fresh());
    }

    private String constant(GraphProto.Builder late, float[] values, long... shape) {
        TensorProto tensor = OnnxFormat.tensor(fresh(), values, shape);
        late.addInitializer(tensor);
        return tensor.getName();
    }

    private void dropUnused(String constant, GraphProto.Builder late) {
        for (int i = 0; uses.get(constant) == 1 && i < late.getInitializerCount(); i++) {
            if (late.getInitializer(i).getName().equals(constant)) {
                late.removeInitializer(i);
            }
        }
    }

    private String fresh() {
        String name = "late_" + names.size();
        while (!names.add(name)) {
            name += "_";
        }
        return name;
    }

    // Parts of the format ------------------------------------------------------------------------------------------

    private static boolean is(NodeProto node, String type) {
        return node.getOpType().equals(type) && node.getDomain().isEmpty();
    }

    private static AttributeProto attribute(NodeProto node, String name) {
        return node.getAttributeList().stream()
                .filter(attribute -> attribute.getName().equals(name))
                .findFirst()
                .orElse(AttributeProto.getDefaultInstance());
    }

    private static long integer(NodeProto node, String name, long otherwise) {
        AttributeProto attribute = attribute(node, name);
        return attribute.hasI() ? attribute.getI() : otherwise;
    }

    /** Whether a list has so many numbers, each as expected; one that is left out holds the given ones. */
    private static boolean all(NodeProto node, String name, int count, long expected, long otherwise) {
        AttributeProto attribute = attribute(node, name);
        return attribute.hasName()
                ? attribute.getIntsList().equals(Collections.nCopies(count, expected))
                : otherwise == expected;
    }

    /** What a constant list holds; nothing if it is none. */
    private List<Long> integers(String value) {
        TensorProto tensor = constants.get(value);
        return tensor == null || tensor.getDataType() != OnnxFormat.INT64
                ? List.of()
                : LongStream.of(OnnxFormat.integers(tensor)).boxed().toList();
    }

    /** A square kernel of odd side over images whose cells have block x block pixels. */
    private record Kernel(int outputs, int channels, int side, int block) {
        /** Pixels of a cell. */
        int pixels() {
            return block * block;
        }

        /** How many cells beside its own a pixel sees, to each side. */
        int reach() {
            return (side / 2 + block - 1) / block;
        }

        /** Side of the kernel over cells. */
        int cells() {
            return 2 * reach() + 1;
        }

        /** The same kernel over cells, for each pixel of one. */
        float[] late(float[] early) {
            float[] late = new float[outputs * pixels() * channels * pixels() * cells() * cells()];
            forEachWeight((at, weight) -> late[at] = early[weight], block);
            return late;
        }

        /** The kernel over pixels, as the first pixel of a cell sees it. */
        float[] early(float[] late) {
            float[] early = new float[outputs * channels * side * side];
            forEachWeight((at, weight) -> early[weight] = late[at], 1);
            return early;
        }

        /** Visits the place of each weight in both kernels, for the pixels in the first rows and columns of a cell. */
        private void forEachWeight(Visitor visitor, int pixelRows) {
            for (int weight = 0; weight < outputs * channels * side * side; weight++) {
                int kernelX = weight % side;
                int kernelY = weight / side % side;
                int channel = weight / (side * side) % channels;
                int output = weight / (side * side * channels);
                for (int pixel = 0; pixel < pixelRows * pixelRows; pixel++) {
                    // Where the weight finds its pixel, from the corner of the cell.
                    int y = pixel / pixelRows + kernelY - side / 2;
                    int x = pixel % pixelRows + kernelX - side / 2;
                    int to = (output * block + pixel / pixelRows) * block + pixel % pixelRows;
                    int from = (channel * block + Math.floorMod(y, block)) * block + Math.floorMod(x, block);
                    int row = Math.floorDiv(y, block) + reach();
                    int column = Math.floorDiv(x, block) + reach();
                    visitor.visit(((to * channels * pixels() + from) * cells() + row) * cells() + column, weight);
                }
            }
        }

        private interface Visitor {
            void visit(int late, int early);
        }
    }
}
