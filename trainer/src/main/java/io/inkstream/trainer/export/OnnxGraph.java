package io.inkstream.trainer.export;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import onnx.Onnx;
import org.nd4j.shade.protobuf.ByteString;

/**
 * Builds an ONNX model node by node; each method that adds a node returns the name of its output.
 *
 * <p>Writes opset 17, which every ONNX Runtime since 1.12 reads. For one thread.
 */
public final class OnnxGraph {
    private static final int OPSET = 17;
    private static final int IR_VERSION = 8;

    private final Onnx.GraphProto.Builder graph = Onnx.GraphProto.newBuilder();
    private final List<Onnx.StringStringEntryProto> notes = new ArrayList<>();
    private int names;

    /** Begins a graph of that name. */
    public OnnxGraph(String name) {
        graph.setName(name);
    }

    /** Declares a float input whose first dimension is the batch. */
    public String input(String name, int... rest) {
        graph.addInput(value(name, Onnx.TensorProto.DataType.FLOAT, rest));
        return name;
    }

    /** Declares an int64 input whose only dimension is the batch. */
    public String indexInput(String name) {
        graph.addInput(value(name, Onnx.TensorProto.DataType.INT64));
        return name;
    }

    /** Declares {@code from} as a float output named {@code name}, its first dimension the batch. */
    public void output(String from, String name, int... rest) {
        identity(from, name);
        graph.addOutput(value(name, Onnx.TensorProto.DataType.FLOAT, rest));
    }

    /** Adds weights. */
    public String weights(float[] values, int... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        Onnx.TensorProto.Builder tensor = Onnx.TensorProto.newBuilder()
                .setName(fresh("weights"))
                .setDataType(Onnx.TensorProto.DataType.FLOAT.getNumber())
                .setRawData(ByteString.copyFrom(bytes.array()));
        for (int extent : shape) {
            tensor.addDims(extent);
        }
        graph.addInitializer(tensor);
        return tensor.getName();
    }

    /** Adds a list of integers, such as a shape. */
    public String integers(long... values) {
        Onnx.TensorProto.Builder tensor = Onnx.TensorProto.newBuilder()
                .setName(fresh("integers"))
                .setDataType(Onnx.TensorProto.DataType.INT64.getNumber())
                .addDims(values.length);
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        graph.addInitializer(tensor);
        return tensor.getName();
    }

    /** Adds a node without attributes. */
    public String node(String type, String... inputs) {
        return add(type, Onnx.NodeProto.newBuilder(), inputs);
    }

    /** Adds a node with one integer attribute. */
    public String node(String type, String attribute, long value, String... inputs) {
        return add(type, Onnx.NodeProto.newBuilder().addAttribute(integer(attribute, value)), inputs);
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
        notes.add(Onnx.StringStringEntryProto.newBuilder()
                .setKey(key)
                .setValue(value)
                .build());
    }

    /** Adds a recurrent layer of long short-term memory that reads both ways; see ONNX for the weights. */
    public String lstmBothWays(String x, String weights, String stateWeights, String bias, int cells) {
        Onnx.NodeProto.Builder node = Onnx.NodeProto.newBuilder()
                .addAttribute(integer("hidden_size", cells))
                .addAttribute(text("direction", "bidirectional"));
        return add("LSTM", node, x, weights, stateWeights, bias);
    }

    /** Adds a change of the order of the axes. */
    public String transpose(String x, long... axes) {
        return add("Transpose", Onnx.NodeProto.newBuilder().addAttribute(integers("perm", axes)), x);
    }

    /** Adds a convolution with a square kernel. */
    public String conv(String x, String weights, String bias, int kernel, int stride, int padding) {
        return conv(x, weights, bias, kernel, stride, stride, padding);
    }

    /** Adds a convolution with a square kernel that strides differently over rows and columns. */
    public String conv(
            String x, String weights, String bias, int kernel, int downStride, int rightStride, int padding) {
        Onnx.NodeProto.Builder node = Onnx.NodeProto.newBuilder()
                .addAttribute(integers("kernel_shape", kernel, kernel))
                .addAttribute(integers("strides", downStride, rightStride))
                .addAttribute(integers("pads", padding, padding, padding, padding));
        return add("Conv", node, x, weights, bias);
    }

    /** Adds a max-pooling of 2x2 windows. */
    public String maxPool2(String x) {
        Onnx.NodeProto.Builder node = Onnx.NodeProto.newBuilder()
                .addAttribute(integers("kernel_shape", 2, 2))
                .addAttribute(integers("strides", 2, 2));
        return add("MaxPool", node, x);
    }

    /** Adds a depth to space in CRD order. */
    public String depthToSpace2(String x) {
        Onnx.NodeProto.Builder node = Onnx.NodeProto.newBuilder()
                .addAttribute(integer("blocksize", 2))
                .addAttribute(text("mode", "CRD"));
        return add("DepthToSpace", node, x);
    }

    /** Adds a split along axis 1 and returns the names of the parts. */
    public String[] split(String x, long... widths) {
        String[] parts = new String[widths.length];
        Onnx.NodeProto.Builder node = Onnx.NodeProto.newBuilder()
                .setOpType("Split")
                .addInput(x)
                .addInput(integers(widths))
                .addAttribute(integer("axis", 1));
        for (int i = 0; i < parts.length; i++) {
            parts[i] = fresh("part");
            node.addOutput(parts[i]);
        }
        graph.addNode(node.setName(parts[0]));
        return parts;
    }

    /** Returns the finished model in ONNX's file format. */
    public byte[] toBytes() {
        return Onnx.ModelProto.newBuilder()
                .setIrVersion(IR_VERSION)
                .setProducerName("inkstream")
                .addOpsetImport(
                        Onnx.OperatorSetIdProto.newBuilder().setDomain("").setVersion(OPSET))
                .setGraph(graph)
                .addAllMetadataProps(notes)
                .build()
                .toByteArray();
    }

    private String add(String type, Onnx.NodeProto.Builder node, String... inputs) {
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
        graph.addNode(Onnx.NodeProto.newBuilder()
                .setOpType("Identity")
                .addInput(from)
                .addOutput(name)
                .setName(name));
    }

    private static Onnx.AttributeProto text(String name, String value) {
        return Onnx.AttributeProto.newBuilder()
                .setName(name)
                .setType(Onnx.AttributeProto.AttributeType.STRING)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    private static Onnx.AttributeProto integer(String name, long value) {
        return Onnx.AttributeProto.newBuilder()
                .setName(name)
                .setType(Onnx.AttributeProto.AttributeType.INT)
                .setI(value)
                .build();
    }

    private static Onnx.AttributeProto integers(String name, long... values) {
        Onnx.AttributeProto.Builder attribute =
                Onnx.AttributeProto.newBuilder().setName(name).setType(Onnx.AttributeProto.AttributeType.INTS);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    private static Onnx.ValueInfoProto value(String name, Onnx.TensorProto.DataType type, int... rest) {
        Object[] extents = new Object[rest.length + 1];
        extents[0] = "n";
        for (int i = 0; i < rest.length; i++) {
            extents[i + 1] = rest[i];
        }
        return value(name, type, extents);
    }

    private static Onnx.ValueInfoProto named(String name, Object... extents) {
        return value(name, Onnx.TensorProto.DataType.FLOAT, extents);
    }

    private static Onnx.ValueInfoProto value(String name, Onnx.TensorProto.DataType type, Object[] extents) {
        Onnx.TensorShapeProto.Builder shape = Onnx.TensorShapeProto.newBuilder();
        for (Object extent : extents) {
            Onnx.TensorShapeProto.Dimension.Builder dimension = Onnx.TensorShapeProto.Dimension.newBuilder();
            shape.addDim(
                    extent instanceof Integer number
                            ? dimension.setDimValue(number)
                            : dimension.setDimParam((String) extent));
        }
        return Onnx.ValueInfoProto.newBuilder()
                .setName(name)
                .setType(Onnx.TypeProto.newBuilder()
                        .setTensorType(Onnx.TypeProto.Tensor.newBuilder()
                                .setElemType(type.getNumber())
                                .setShape(shape)))
                .build();
    }
}
