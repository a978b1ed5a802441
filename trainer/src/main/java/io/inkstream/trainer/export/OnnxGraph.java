package io.inkstream.trainer.export;

import io.inkstream.schemas.onnx.GraphProto;
import io.inkstream.schemas.onnx.ModelProto;
import io.inkstream.schemas.onnx.NodeProto;
import io.inkstream.schemas.onnx.OnnxFormat;
import io.inkstream.schemas.onnx.OperatorSetIdProto;
import io.inkstream.schemas.onnx.StringStringEntryProto;
import io.inkstream.schemas.onnx.TensorProto;
import io.inkstream.schemas.onnx.TensorShapeProto;
import io.inkstream.schemas.onnx.TypeProto;
import io.inkstream.schemas.onnx.ValueInfoProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Builds an ONNX model node by node; each method that adds a node returns the name of its output.
 *
 * <p>Writes opset 17, which every ONNX Runtime since 1.12 reads. For one thread.
 */
public final class OnnxGraph {
    private static final int OPSET = 17;
    private static final int IR_VERSION = 8;

    private final GraphProto.Builder graph = GraphProto.newBuilder();
    private final List<StringStringEntryProto> notes = new ArrayList<>();
    private int names;

    /** Begins a graph of that name. */
    public OnnxGraph(String name) {
        graph.setName(name);
    }

    /** Declares a float input whose first dimension is the batch. */
    public String input(String name, int... rest) {
        graph.addInput(value(name, OnnxFormat.FLOAT, rest));
        return name;
    }

    /** Declares an int64 input whose only dimension is the batch. */
    public String indexInput(String name) {
        graph.addInput(value(name, OnnxFormat.INT64));
        return name;
    }

    /** Declares {@code from} as a float output named {@code name}, its first dimension the batch. */
    public void output(String from, String name, int... rest) {
        identity(from, name);
        graph.addOutput(value(name, OnnxFormat.FLOAT, rest));
    }

    /** Adds weights. */
    public String weights(float[] values, int... shape) {
        return constant(OnnxFormat.tensor(
                fresh("weights"), values, Arrays.stream(shape).asLongStream().toArray()));
    }

    /** Adds a list of integers, such as a shape. */
    public String integers(long... values) {
        return constant(OnnxFormat.integers(fresh("integers"), values));
    }

    private String constant(TensorProto tensor) {
        graph.addInitializer(tensor);
        return tensor.getName();
    }

    /** Adds a node without attributes. */
    public String node(String type, String... inputs) {
        return add(type, NodeProto.newBuilder(), inputs);
    }

    /** Adds a node with one integer attribute. */
    public String node(String type, String attribute, long value, String... inputs) {
        return add(type, NodeProto.newBuilder().addAttribute(OnnxFormat.attribute(attribute, value)), inputs);
    }

    /** Declares a float input of extents by name or number. */
    public String namedInput(String name, Object... extents) {
        graph.addInput(named(name, extents));
        return name;
    }

    /** Declares {@code from} as a float output of extents by name or number. */
    public void namedOutput(String from, String name, Object... extents) {
        identity(from, name);
        graph.addOutput(named(name, extents));
    }

    /** Says something about the model that is no part of its computation. */
    public void note(String key, String value) {
        notes.add(
                StringStringEntryProto.newBuilder().setKey(key).setValue(value).build());
    }

    /** Adds a recurrent layer of long short-term memory that reads both ways; see ONNX for the weights. */
    public String lstmBothWays(String x, String weights, String stateWeights, String bias, int cells) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .addAttribute(OnnxFormat.attribute("hidden_size", cells))
                .addAttribute(OnnxFormat.attribute("direction", "bidirectional"));
        return add("LSTM", node, x, weights, stateWeights, bias);
    }

    /** Adds a change of the order of the axes. */
    public String transpose(String x, long... axes) {
        return add("Transpose", NodeProto.newBuilder().addAttribute(OnnxFormat.attribute("perm", axes)), x);
    }

    /** Adds a convolution with a square kernel. */
    public String conv(String x, String weights, String bias, int kernel, int stride, int padding) {
        return conv(x, weights, bias, kernel, stride, stride, padding);
    }

    /** Adds a convolution with a square kernel that strides differently over rows and columns. */
    public String conv(
            String x, String weights, String bias, int kernel, int downStride, int rightStride, int padding) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .addAttribute(OnnxFormat.attribute("kernel_shape", new long[] {kernel, kernel}))
                .addAttribute(OnnxFormat.attribute("strides", new long[] {downStride, rightStride}))
                .addAttribute(OnnxFormat.attribute("pads", new long[] {padding, padding, padding, padding}));
        return add("Conv", node, x, weights, bias);
    }

    /** Adds a max-pooling of 2x2 windows. */
    public String maxPool2(String x) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .addAttribute(OnnxFormat.attribute("kernel_shape", new long[] {2, 2}))
                .addAttribute(OnnxFormat.attribute("strides", new long[] {2, 2}));
        return add("MaxPool", node, x);
    }

    /** Adds a depth to space in CRD order. */
    public String depthToSpace2(String x) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .addAttribute(OnnxFormat.attribute("blocksize", 2))
                .addAttribute(OnnxFormat.attribute("mode", "CRD"));
        return add("DepthToSpace", node, x);
    }

    /** Adds a split along axis 1 and returns the names of the parts. */
    public String[] split(String x, long... widths) {
        String[] parts = new String[widths.length];
        NodeProto.Builder node = NodeProto.newBuilder()
                .setOpType("Split")
                .addInput(x)
                .addInput(integers(widths))
                .addAttribute(OnnxFormat.attribute("axis", 1));
        for (int i = 0; i < parts.length; i++) {
            parts[i] = fresh("part");
            node.addOutput(parts[i]);
        }
        graph.addNode(node.setName(parts[0]));
        return parts;
    }

    /** Returns the finished model in ONNX's file format. */
    public byte[] toBytes() {
        return ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("inkstream")
                .addOpsetImport(OperatorSetIdProto.newBuilder().setVersion(OPSET))
                .setGraph(graph)
                .addAllMetadataProps(notes)
                .build()
                .toByteArray();
    }

    private String add(String type, NodeProto.Builder node, String... inputs) {
        String output = fresh(type);
        node.setOpType(type).setName(output).addOutput(output);
        for (String input : inputs) {
            node.addInput(input);
        }
        graph.addNode(node);
        return output;
    }

    private String fresh(String prefix) {
        return prefix + "_" + names++;
    }

    private void identity(String from, String name) {
        graph.addNode(NodeProto.newBuilder()
                .setOpType("Identity")
                .addInput(from)
                .addOutput(name)
                .setName(name));
    }

    private static ValueInfoProto value(String name, int type, int... rest) {
        Object[] extents = new Object[rest.length + 1];
        extents[0] = "n";
        for (int i = 0; i < rest.length; i++) {
            extents[i + 1] = rest[i];
        }
        return value(name, type, extents);
    }

    private static ValueInfoProto named(String name, Object... extents) {
        return value(name, OnnxFormat.FLOAT, extents);
    }

    private static ValueInfoProto value(String name, int type, Object[] extents) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder();
        for (Object extent : extents) {
            TensorShapeProto.Dimension.Builder dimension = TensorShapeProto.Dimension.newBuilder();
            shape.addDim(
                    extent instanceof Integer number
                            ? dimension.setDimValue(number)
                            : dimension.setDimParam((String) extent));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
                .build();
    }
}
