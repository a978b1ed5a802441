package io.inkstream.modelserver.predict;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.inkstream.modelserver.predict.Network.Element;
import io.inkstream.modelserver.predict.Network.Weights;
import io.inkstream.schemas.onnx.AttributeProto;
import io.inkstream.schemas.onnx.GraphProto;
import io.inkstream.schemas.onnx.ModelProto;
import io.inkstream.schemas.onnx.NodeProto;
import io.inkstream.schemas.onnx.OnnxFormat;
import io.inkstream.schemas.onnx.OperatorSetIdProto;
import io.inkstream.schemas.onnx.TensorProto;
import io.inkstream.schemas.onnx.ValueInfoProto;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes the protobuf of an ONNX file apart into nodes, constants and names, and refuses whatever it holds beyond them.
 *
 * <p>Each part is looked at when it is asked for, so that the first fault in the order of the file is the one that is told.
 */
final class OnnxGraph {
    private static final int MAX_STEPS = 2000;

    /** Types of whole numbers that a network may compute with in place of floats. */
    private static final Map<Integer, Element> WHOLE =
            Map.of(OnnxFormat.UINT8, Element.UINT8, OnnxFormat.INT8, Element.INT8, OnnxFormat.INT32, Element.INT32);

    private final long opset;
    private final GraphProto graph;

    /**
     * What a tensor of the file holds.
     *
     * @param weights null if it is integers of a shape
     */
    record Constant(Value value, Weights weights) {}

    private OnnxGraph(long opset, GraphProto graph) {
        this.opset = opset;
        this.graph = graph;
    }

    /**
     * Parses a file.
     *
     * @throws InvalidProtocolBufferException if it is no protobuf, or would take too much memory
     * @throws NetworkFault if it is not of ONNX's own operators, of an opset without rules, or of too many steps
     */
    static OnnxGraph parse(byte[] onnx) throws InvalidProtocolBufferException {
        OnnxBounds.check(onnx);
        ModelProto model = ModelProto.parseFrom(onnx);
        refuseUnknown("the model", model);
        if (model.getOpsetImportCount() != 1
                || !isDefault(model.getOpsetImport(0).getDomain())) {
            throw new NetworkFault("needs the operators of "
                    + model.getOpsetImportList().stream()
                            .map(OperatorSetIdProto::getDomain)
                            .toList()
                    + ", only ONNX's own are allowed");
        }
        long opset = model.getOpsetImport(0).getVersion();
        if (!Operator.OPSETS.has(opset)) {
            throw new NetworkFault("is of opset " + opset + ", allowed are " + Operator.OPSETS);
        }
        GraphProto graph = model.getGraph();
        refuseUnknown("the graph", graph);
        if (graph.getNodeCount() == 0 || graph.getNodeCount() > MAX_STEPS) {
            throw new NetworkFault("has " + graph.getNodeCount() + " steps, allowed are 1 to " + MAX_STEPS);
        }
        return new OnnxGraph(opset, graph);
    }

    /** The version of ONNX's operators that the nodes are written in. */
    long opset() {
        return opset;
    }

    List<TensorProto> initializers() {
        return graph.getInitializerList();
    }

    List<NodeProto> nodes() {
        return graph.getNodeList();
    }

    List<String> inputs() {
        return names(graph.getInputList());
    }

    List<String> outputs() {
        return names(graph.getOutputList());
    }

    private static List<String> names(List<ValueInfoProto> values) {
        return values.stream().map(ValueInfoProto::getName).toList();
    }

    /** Fails unless a node holds what is known, and is an operator of ONNX's own. */
    static void check(NodeProto node) {
        refuseUnknown("it", node);
        if (!isDefault(node.getDomain())) {
            throw new NetworkFault("is of domain '" + node.getDomain() + "', only ONNX's own operators are allowed");
        }
    }

    /** What a node holds that computes nothing but is a tensor itself. */
    static Constant constant(NodeProto node, boolean isWhole) {
        AttributeProto only = node.getAttributeCount() == 1 ? node.getAttribute(0) : null;
        if (only == null || !only.getName().equals("value") || !only.hasT()) {
            throw new NetworkFault("needs one attribute, a tensor named value");
        }
        refuseUnknown("its value", only);
        return constant(node.getOutput(0), only.getT(), isWhole);
    }

    /** What a tensor holds: finite floats, a few integers, or whole numbers in place of floats where they are allowed. */
    static Constant constant(String name, TensorProto tensor, boolean isWhole) {
        refuseUnknown("tensor " + name, tensor); // among them: data in another file
        long count = 1;
        for (long extent : tensor.getDimsList()) {
            if (extent < 1) {
                throw new NetworkFault("tensor " + name + " has an extent of " + extent);
            }
            count = Math.multiplyExact(count, extent);
        }
        long[] shape = Value.unboxed(tensor.getDimsList());
        Element whole = isWhole ? WHOLE.get(tensor.getDataType()) : null;
        if (whole != null) {
            return new Constant(
                    new Value(whole, shape, null),
                    new Weights(List.copyOf(tensor.getDimsList()), wholeNumbers(name, tensor, whole, count)));
        }
        return switch (tensor.getDataType()) {
            case OnnxFormat.FLOAT ->
                new Constant(
                        Value.floats(shape),
                        new Weights(List.copyOf(tensor.getDimsList()), floats(name, tensor, count)));
            case OnnxFormat.INT64 -> {
                long[] integers = integers(name, tensor, count);
                if (shape.length > 1 || integers.length > Value.MOST_INTEGERS) {
                    throw new NetworkFault("tensor " + name + " holds integers for more than a shape");
                }
                yield new Constant(Value.known(shape.length == 0, integers), null);
            }
            default ->
                throw new NetworkFault("tensor " + name + " is of type " + tensor.getDataType()
                        + ", allowed are floats and 64-bit integers");
        };
    }

    private static float[] floats(String name, TensorProto tensor, long count) {
        ByteString raw = tensor.getRawData();
        float[] floats =
                new float[checkedCount(name, count, presentCount(raw, Float.BYTES, tensor.getFloatDataCount()))];
        if (raw.isEmpty()) {
            for (int i = 0; i < floats.length; i++) {
                floats[i] = tensor.getFloatData(i);
            }
        } else {
            littleEndian(raw).asFloatBuffer().get(floats);
        }
        for (float weight : floats) {
            if (!Float.isFinite(weight)) {
                throw new NetworkFault("tensor " + name + " holds " + weight);
            }
        }
        return floats;
    }

    private static float[] wholeNumbers(String name, TensorProto tensor, Element element, long count) {
        ByteBuffer raw = littleEndian(tensor.getRawData());
        int bytes = element == Element.INT32 ? Integer.BYTES : 1;
        float[] numbers = new float[checkedCount(name, count, presentCount(tensor.getRawData(), bytes, 0))];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = switch (element) {
                case UINT8 -> Byte.toUnsignedInt(raw.get());
                case INT8 -> raw.get();
                default -> raw.getInt();
            };
        }
        return numbers;
    }

    private static long[] integers(String name, TensorProto tensor, long count) {
        ByteString raw = tensor.getRawData();
        long[] integers =
                new long[checkedCount(name, count, presentCount(raw, Long.BYTES, tensor.getInt64DataCount()))];
        if (raw.isEmpty()) {
            Arrays.setAll(integers, tensor::getInt64Data);
        } else {
            littleEndian(raw).asLongBuffer().get(integers);
        }
        return integers;
    }

    /** How many values of a size a tensor holds, raw or listed; -1 if the last one is cut off. */
    private static long presentCount(ByteString raw, int valueBytes, int listed) {
        if (raw.isEmpty()) {
            return listed;
        }
        return raw.size() % valueBytes == 0 ? raw.size() / valueBytes : -1;
    }

    private static int checkedCount(String name, long claimed, long present) {
        if (present != claimed) {
            throw new NetworkFault("tensor " + name + " holds " + present + " values, its shape " + claimed);
        }
        return Math.toIntExact(claimed);
    }

    private static ByteBuffer littleEndian(ByteString raw) {
        return raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    private static boolean isDefault(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    /** What our part of the format does not know: data in other files, functions, nested graphs, training, devices. */
    static void refuseUnknown(String what, Message message) {
        Set<Integer> unknown = message.getUnknownFields().asMap().keySet();
        if (!unknown.isEmpty()) {
            throw new NetworkFault(
                    what + " has parts that are not allowed (field numbers " + unknown + " of ONNX's format)");
        }
    }
}
