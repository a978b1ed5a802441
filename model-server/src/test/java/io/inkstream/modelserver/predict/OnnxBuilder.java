package io.inkstream.modelserver.predict;

import com.google.protobuf.ByteString;
import io.inkstream.schemas.onnx.AttributeProto;
import io.inkstream.schemas.onnx.GraphProto;
import io.inkstream.schemas.onnx.ModelProto;
import io.inkstream.schemas.onnx.NodeProto;
import io.inkstream.schemas.onnx.OperatorSetIdProto;
import io.inkstream.schemas.onnx.TensorProto;
import io.inkstream.schemas.onnx.TensorShapeProto;
import io.inkstream.schemas.onnx.TypeProto;
import io.inkstream.schemas.onnx.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Random;

/** Writes small ONNX models; every method that adds a value returns its name. */
public final class OnnxBuilder {
    private final GraphProto.Builder graph = GraphProto.newBuilder().setName("test");
    private final Random random;
    private int opset = 17;
    private String domain = "";
    private int names;

    public OnnxBuilder(long seed) {
        random = new Random(seed);
    }

    public OnnxBuilder opset(int version) {
        opset = version;
        return this;
    }

    public OnnxBuilder domain(String name) {
        domain = name;
        return this;
    }

    public String input(String name, int... rest) {
        graph.addInput(value(name, 1, rest));
        return name;
    }

    public String indexInput(String name) {
        graph.addInput(value(name, 7));
        return name;
    }

    /** Weights drawn from a normal distribution. */
    public String random(double sd, long... shape) {
        long count = 1;
        for (long extent : shape) {
            count *= extent;
        }
        float[] values = new float[(int) count];
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) (sd * random.nextGaussian());
        }
        return weights(values, shape);
    }

    public String weights(float[] values, long... shape) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(values);
        return tensor(TensorProto.newBuilder().setDataType(1).setRawData(ByteString.copyFrom(bytes.array())), shape);
    }

    public String integers(long... values) {
        TensorProto.Builder tensor = TensorProto.newBuilder().setDataType(7);
        for (long value : values) {
            tensor.addInt64Data(value);
        }
        return tensor(tensor, values.length);
    }

    public String scalar(long value) {
        return tensor(TensorProto.newBuilder().setDataType(7).addInt64Data(value));
    }

    public String tensor(TensorProto.Builder tensor, long... shape) {
        for (long extent : shape) {
            tensor.addDims(extent);
        }
        graph.addInitializer(tensor.setName(fresh()));
        return tensor.getName();
    }

    public String node(String type, String... inputs) {
        return node(NodeProto.newBuilder(), type, inputs);
    }

    public String node(String type, AttributeProto attribute, String... inputs) {
        return node(NodeProto.newBuilder().addAttribute(attribute), type, inputs);
    }

    public String node(NodeProto.Builder node, String type, String... inputs) {
        String output = fresh();
        node.setOpType(type).addOutput(output);
        for (String input : inputs) {
            node.addInput(input);
        }
        graph.addNode(node);
        return output;
    }

    public String conv(String x, int in, int out, int kernel, int stride, double sd) {
        return node(
                NodeProto.newBuilder()
                        .addAttribute(ints("kernel_shape", kernel, kernel))
                        .addAttribute(ints("strides", stride, stride))
                        .addAttribute(ints("pads", kernel / 2, kernel / 2, kernel / 2, kernel / 2)),
                "Conv",
                x,
                random(sd, out, in, kernel, kernel),
                random(sd, out));
    }

    public String[] split(String x, long... widths) {
        NodeProto.Builder node = NodeProto.newBuilder()
                .setOpType("Split")
                .addInput(x)
                .addInput(integers(widths))
                .addAttribute(integer("axis", 1));
        String[] parts = new String[widths.length];
        for (int i = 0; i < parts.length; i++) {
            parts[i] = fresh();
            node.addOutput(parts[i]);
        }
        graph.addNode(node);
        return parts;
    }

    public OnnxBuilder output(String from, String name, int... rest) {
        graph.addNode(
                NodeProto.newBuilder().setOpType("Identity").addInput(from).addOutput(name));
        graph.addOutput(value(name, 1, rest));
        return this;
    }

    public ModelProto model() {
        return ModelProto.newBuilder()
                .setIrVersion(8)
                .addOpsetImport(
                        OperatorSetIdProto.newBuilder().setDomain(domain).setVersion(opset))
                .setGraph(graph)
                .build();
    }

    public byte[] toBytes() {
        return model().toByteArray();
    }

    public static AttributeProto integer(String name, long value) {
        return AttributeProto.newBuilder().setName(name).setType(2).setI(value).build();
    }

    public static AttributeProto ints(String name, long... values) {
        AttributeProto.Builder attribute =
                AttributeProto.newBuilder().setName(name).setType(7);
        for (long value : values) {
            attribute.addInts(value);
        }
        return attribute.build();
    }

    public static AttributeProto word(String name, String value) {
        return AttributeProto.newBuilder()
                .setName(name)
                .setType(3)
                .setS(ByteString.copyFromUtf8(value))
                .build();
    }

    private String fresh() {
        return "v" + names++;
    }

    /** What a file may say of a value: floats, of so many extents behind the rows. */
    public static ValueInfoProto floats(String name, int... rest) {
        return value(name, 1, rest);
    }

    private static ValueInfoProto value(String name, int type, int... rest) {
        TensorShapeProto.Builder shape = TensorShapeProto.newBuilder()
                .addDim(TensorShapeProto.Dimension.newBuilder().setDimParam("n"));
        for (int extent : rest) {
            shape.addDim(TensorShapeProto.Dimension.newBuilder().setDimValue(extent));
        }
        return ValueInfoProto.newBuilder()
                .setName(name)
                .setType(TypeProto.newBuilder()
                        .setTensorType(
                                TypeProto.Tensor.newBuilder().setElemType(type).setShape(shape)))
                .build();
    }
}
