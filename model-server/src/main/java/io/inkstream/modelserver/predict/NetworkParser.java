package io.inkstream.modelserver.predict;

import static io.inkstream.modelserver.predict.Network.ROWS;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import io.inkstream.modelserver.predict.Network.Element;
import io.inkstream.modelserver.predict.Network.Operator;
import io.inkstream.modelserver.predict.Network.Port;
import io.inkstream.modelserver.predict.Network.Step;
import io.inkstream.modelserver.predict.Network.Weights;
import io.inkstream.modelserver.predict.onnx.AttributeProto;
import io.inkstream.modelserver.predict.onnx.GraphProto;
import io.inkstream.modelserver.predict.onnx.ModelProto;
import io.inkstream.modelserver.predict.onnx.NodeProto;
import io.inkstream.modelserver.predict.onnx.OperatorSetIdProto;
import io.inkstream.modelserver.predict.onnx.TensorProto;
import io.inkstream.modelserver.predict.onnx.ValueInfoProto;
import io.inkstream.schemas.bundle.InvalidBundleException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongBinaryOperator;
import java.util.stream.Collectors;

/**
 * Reads one ONNX file into a {@link Network} and trusts nothing in it: whatever is not known to be harmless is refused.
 *
 * <p>Shapes are followed from the inputs to the output. Integers that only describe shapes, as PyTorch's exporter leaves
 * them in the graph, are computed here, so that what remains are steps on floats.
 */
final class NetworkParser {
    private static final int LEAST_OPSET = 13;
    private static final int GREATEST_OPSET = 21;
    private static final int MAX_STEPS = 2000;
    private static final long MAX_ELEMENTS_PER_ROW = 1 << 18;
    private static final long MAX_MULTIPLICATIONS_PER_ROW = 1 << 28;

    private static final int FLOAT = 1;
    private static final int INT64 = 7;
    /** An integer of a shape that is the number of rows. */
    private static final long UNKNOWN = Long.MIN_VALUE;

    private static final Map<String, Operator> OPERATORS =
            Arrays.stream(Operator.values()).collect(Collectors.toMap(NetworkParser::onnxName, operator -> operator));

    private final Map<String, Value> values = new HashMap<>();
    private final Map<String, Weights> constants = new LinkedHashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private long multiplications;

    /** What is known of a named value: its shape, and its content where it is integers of a shape. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Value(Element element, long[] shape, long[] integers) {
        static Value floats(long... shape) {
            return new Value(Element.FLOAT, shape, null);
        }

        static Value known(boolean scalar, long... integers) {
            return new Value(Element.INT64, scalar ? new long[0] : new long[] {integers.length}, integers);
        }

        int rank() {
            return shape.length;
        }
    }

    /** Says what is wrong, without where. */
    private static final class Fault extends RuntimeException {
        private static final long serialVersionUID = 1;

        Fault(String message) {
            super(message);
        }
    }

    private NetworkParser() {}

    static Network parse(String file, byte[] onnx, List<Port> inputs, Port output) throws InvalidBundleException {
        try {
            OnnxBounds.check(onnx);
            ModelProto model = ModelProto.parseFrom(onnx);
            NetworkParser parser = new NetworkParser();
            parser.read(model, inputs, output);
            return new Network(parser.steps, parser.constants, inputs, output, parser.mostAlive(inputs, output));
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidBundleException(file + " is no ONNX model: " + e.getMessage(), e);
        } catch (Fault e) {
            throw new InvalidBundleException(file + ": " + e.getMessage(), e);
        } catch (ArithmeticException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new InvalidBundleException(file + " has sizes that make no sense: " + e.getMessage(), e);
        }
    }

    private void read(ModelProto model, List<Port> inputs, Port output) {
        refuseUnknown("the model", model);
        if (model.getOpsetImportCount() != 1
                || !isDefault(model.getOpsetImport(0).getDomain())) {
            throw new Fault("needs the operators of "
                    + model.getOpsetImportList().stream()
                            .map(OperatorSetIdProto::getDomain)
                            .toList()
                    + ", only ONNX's own are allowed");
        }
        long opset = model.getOpsetImport(0).getVersion();
        if (opset < LEAST_OPSET || opset > GREATEST_OPSET) {
            throw new Fault("is of opset " + opset + ", allowed are " + LEAST_OPSET + " to " + GREATEST_OPSET);
        }
        GraphProto graph = model.getGraph();
        refuseUnknown("the graph", graph);
        if (graph.getNodeCount() == 0 || graph.getNodeCount() > MAX_STEPS) {
            throw new Fault("has " + graph.getNodeCount() + " steps, allowed are 1 to " + MAX_STEPS);
        }
        graph.getInitializerList().forEach(tensor -> define(tensor.getName(), constant(tensor.getName(), tensor)));
        declare(graph, inputs);
        for (NodeProto node : graph.getNodeList()) {
            try {
                read(node);
            } catch (Fault e) {
                throw new Fault(
                        "step " + node.getOpType() + " that makes " + node.getOutputList() + " " + e.getMessage());
            }
        }
        finish(graph, output);
    }

    private void declare(GraphProto graph, List<Port> inputs) {
        Set<String> declared = graph.getInputList().stream()
                .map(ValueInfoProto::getName)
                .filter(name -> !constants.containsKey(name))
                .collect(Collectors.toSet());
        Set<String> expected = inputs.stream().map(Port::name).collect(Collectors.toSet());
        if (!declared.equals(expected)) {
            throw new Fault("takes " + declared + ", expected " + expected);
        }
        for (Port input : inputs) {
            define(input.name(), new Value(input.element(), unboxed(input.shape()), null));
        }
    }

    private void finish(GraphProto graph, Port output) {
        List<String> names =
                graph.getOutputList().stream().map(ValueInfoProto::getName).toList();
        if (!names.equals(List.of(output.name()))) {
            throw new Fault("gives " + names + ", expected " + output.name());
        }
        Value made = value(output.name());
        if (made.element != output.element() || !Arrays.equals(made.shape, unboxed(output.shape()))) {
            throw new Fault("gives " + output.name() + " of shape " + named(made.shape) + ", expected "
                    + named(unboxed(output.shape())));
        }
    }

    /** The most numbers of a row that are alive at once when the steps run in their order. */
    private long mostAlive(List<Port> inputs, Port output) {
        Map<String, Integer> lastUse = new HashMap<>();
        for (int i = 0; i < steps.size(); i++) {
            for (String input : steps.get(i).inputs()) {
                lastUse.put(input, i);
            }
        }
        lastUse.put(output.name(), steps.size());
        long alive = 0;
        for (Port input : inputs) {
            alive += perRow(value(input.name()).shape);
        }
        long most = alive;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            for (String made : step.outputs()) {
                alive += perRow(value(made).shape);
            }
            most = Math.max(most, alive);
            for (String made : step.outputs()) {
                if (!lastUse.containsKey(made)) {
                    alive -= perRow(value(made).shape); // nobody looks at it
                }
            }
            for (String used : Set.copyOf(step.inputs())) {
                if (lastUse.get(used) == i && !constants.containsKey(used)) {
                    alive -= perRow(value(used).shape);
                }
            }
        }
        return most;
    }

    private void read(NodeProto node) {
        refuseUnknown("it", node);
        if (!isDefault(node.getDomain())) {
            throw new Fault("is of domain '" + node.getDomain() + "', only ONNX's own operators are allowed");
        }
        List<Value> inputs = new ArrayList<>();
        for (String name : node.getInputList()) {
            if (name.isEmpty()) {
                throw new Fault("leaves an input out");
            }
            inputs.add(value(name));
        }
        if (node.getOutputCount() == 0) {
            throw new Fault("gives nothing");
        }
        if (foldsIntegers(node, inputs)) {
            return;
        }
        Operator operator = OPERATORS.get(node.getOpType());
        if (operator == null) {
            throw new Fault("is no allowed operator; allowed are "
                    + OPERATORS.keySet().stream().sorted().toList());
        }
        Call call = new Call(node, inputs);
        List<long[]> shapes = shapes(operator, call);
        call.refuseUnread();
        if (shapes.size() != node.getOutputCount()) {
            throw new Fault("has " + node.getOutputCount() + " outputs, expected " + shapes.size());
        }
        for (int i = 0; i < shapes.size(); i++) {
            checkSize(shapes.get(i));
            define(node.getOutput(i), new Value(Element.FLOAT, shapes.get(i), null));
        }
        // Integers among the inputs have become attributes.
        List<String> tensors = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            if (inputs.get(i).integers == null) {
                tensors.add(node.getInput(i));
            }
        }
        steps.add(new Step(operator, tensors, List.copyOf(node.getOutputList()), call.attributes()));
    }

    // Integers that describe shapes --------------------------------------------------------------------------------

    private boolean foldsIntegers(NodeProto node, List<Value> inputs) {
        String type = node.getOpType();
        if (type.equals("Constant")) {
            AttributeProto only = node.getAttributeCount() == 1 ? node.getAttribute(0) : null;
            if (only == null || !only.getName().equals("value") || !only.hasT()) {
                throw new Fault("needs one attribute, a tensor named value");
            }
            refuseUnknown("its value", only);
            define(node.getOutput(0), constant(node.getOutput(0), only.getT()));
            return true;
        }
        if (type.equals("Shape") && inputs.size() == 1 && node.getAttributeCount() == 0) {
            define(
                    node.getOutput(0),
                    Value.known(
                            false,
                            Arrays.stream(inputs.get(0).shape)
                                    .map(extent -> extent == ROWS ? UNKNOWN : extent)
                                    .toArray()));
            return true;
        }
        if (inputs.isEmpty() || inputs.stream().anyMatch(input -> input.integers == null)) {
            return false;
        }
        Value first = inputs.get(0);
        Value folded =
                switch (type) {
                    case "Add" -> arithmetic(inputs, Math::addExact);
                    case "Sub" -> arithmetic(inputs, Math::subtractExact);
                    case "Mul" -> arithmetic(inputs, Math::multiplyExact);
                    case "Div" -> arithmetic(inputs, (a, b) -> a / b);
                    case "Cast" -> {
                        if (node.getAttributeCount() != 1
                                || node.getAttribute(0).getI() != INT64) {
                            throw new Fault("may turn integers into 64-bit integers only");
                        }
                        yield first;
                    }
                    case "Unsqueeze" -> Value.known(false, first.integers);
                    case "Squeeze" -> Value.known(true, first.integers[0]);
                    case "Concat" ->
                        Value.known(
                                false,
                                inputs.stream()
                                        .flatMapToLong(input -> Arrays.stream(input.integers))
                                        .toArray());
                    case "Gather" -> {
                        Value index = inputs.get(1);
                        yield Value.known(
                                index.rank() == 0,
                                Arrays.stream(index.integers)
                                        .map(i ->
                                                first.integers[Math.toIntExact(i < 0 ? i + first.integers.length : i)])
                                        .toArray());
                    }
                    default -> throw new Fault("computes with integers that describe shapes, which it may not");
                };
        if (node.getOutputCount() != 1 || folded.rank() > 1 || folded.integers.length > 16) {
            throw new Fault("makes more than one list of integers, or a long one");
        }
        define(node.getOutput(0), folded);
        return true;
    }

    private static Value arithmetic(List<Value> inputs, LongBinaryOperator operator) {
        Value a = inputs.get(0);
        Value b = inputs.get(1);
        if (inputs.size() != 2 || a.integers.length != 1 || b.integers.length != 1) {
            throw new Fault("computes with lists of integers, where one is expected");
        }
        boolean isUnknown = a.integers[0] == UNKNOWN || b.integers[0] == UNKNOWN;
        return Value.known(
                a.rank() == 0 && b.rank() == 0,
                isUnknown ? UNKNOWN : operator.applyAsLong(a.integers[0], b.integers[0]));
    }

    // Shapes of tensors --------------------------------------------------------------------------------------------

    private List<long[]> shapes(Operator operator, Call call) {
        return switch (operator) {
            case IDENTITY, RELU, SIGMOID, TANH, RECIPROCAL -> List.of(call.floats(0, 1).shape);
            case ADD, SUB, MUL, DIV -> List.of(broadcast(call.floats(0, 2).shape, call.floats(1, 2).shape));
            case GATHER -> List.of(gather(call));
            case CONCAT -> List.of(concat(call));
            case GEMM -> List.of(gemm(call));
            case MAT_MUL -> List.of(matMul(call));
            case RESHAPE -> List.of(reshape(call));
            case FLATTEN -> List.of(flatten(call));
            case TRANSPOSE -> List.of(transpose(call));
            case SLICE -> List.of(slice(call));
            case SPLIT -> split(call);
            case CONV -> List.of(conv(call));
            case MAX_POOL -> List.of(maxPool(call));
            case DEPTH_TO_SPACE -> List.of(depthToSpace(call));
            case BATCH_NORMALIZATION -> List.of(batchNormalization(call));
        };
    }

    private static long[] broadcast(long[] a, long[] b) {
        int rank = Math.max(a.length, b.length);
        long[] shape = new long[rank];
        for (int i = 0; i < rank; i++) {
            int fromA = i - (rank - a.length);
            int fromB = i - (rank - b.length);
            long left = fromA < 0 ? 1 : a[fromA];
            long right = fromB < 0 ? 1 : b[fromB];
            if (left != right && left != 1 && right != 1) {
                throw new Fault("joins " + named(a) + " and " + named(b) + ", which do not fit");
            }
            shape[i] = left == 1 ? right : left;
        }
        return shape;
    }

    private static long[] gather(Call call) {
        Value table = call.floats(0, 2);
        Value index = call.input(1);
        boolean isLookUp = table.rank() == 2
                && table.shape[0] != ROWS
                && index.element == Element.INT64
                && Arrays.equals(index.shape, new long[] {ROWS});
        if (!isLookUp || call.integer("axis", 0) != 0) {
            throw new Fault("must look rows of a table up by class");
        }
        return new long[] {ROWS, table.shape[1]};
    }

    private static long[] concat(Call call) {
        Value first = call.floats(0, call.count());
        int axis = axis(call.integer("axis", 0), first.rank());
        call.put("axis", axis);
        long[] shape = first.shape.clone();
        for (int i = 1; i < call.count(); i++) {
            long[] other = call.floats(i, call.count()).shape;
            for (int d = 0; d < shape.length; d++) {
                if (other.length != shape.length || (d != axis && other[d] != shape[d]) || shape[axis] == ROWS) {
                    throw new Fault("joins " + named(first.shape) + " and " + named(other) + ", which do not fit");
                }
            }
            shape[axis] = Math.addExact(shape[axis], other[axis]);
        }
        return shape;
    }

    private long[] gemm(Call call) {
        call.count(2, 3);
        Value a = call.floats(0, call.count());
        Value b = call.floats(1, call.count());
        if (call.integer("transA", 0) != 0 || call.real("alpha", 1) != 1 || call.real("beta", 1) != 1) {
            throw new Fault("must be a plain product: alpha and beta 1, transA 0");
        }
        boolean transposed = call.integer("transB", 0) != 0;
        long[] shape = product(a.shape, transposed && b.rank() == 2 ? new long[] {b.shape[1], b.shape[0]} : b.shape);
        if (call.count() == 3) {
            long[] bias = call.floats(2, 3).shape;
            if (bias.length != 1 || bias[0] != shape[1]) {
                throw new Fault("has a bias of shape " + named(bias) + ", expected [" + shape[1] + "]");
            }
        }
        return shape;
    }

    private long[] matMul(Call call) {
        return product(call.floats(0, 2).shape, call.floats(1, 2).shape);
    }

    private long[] product(long[] a, long[] b) {
        if (a.length != 2 || b.length != 2 || a[0] != ROWS || b[0] == ROWS || a[1] != b[0]) {
            throw new Fault("multiplies " + named(a) + " by " + named(b) + ", which do not fit");
        }
        work(Math.multiplyExact(b[0], b[1]));
        return new long[] {ROWS, b[1]};
    }

    private static long[] reshape(Call call) {
        Value x = call.floats(0, 2);
        long[] wanted = call.integersOf(1);
        if (call.integer("allowzero", 0) != 0 || wanted.length < 1 || wanted.length > 6 || x.shape[0] != ROWS) {
            throw new Fault("must keep the rows and have 1 to 6 dimensions");
        }
        boolean keepsRows = wanted[0] == 0 || wanted[0] == -1 || wanted[0] == UNKNOWN;
        long perRow = perRow(x.shape);
        long[] shape = new long[wanted.length];
        shape[0] = ROWS;
        long rest = 1;
        for (int i = 1; i < shape.length; i++) {
            shape[i] = wanted[i] == 0 && i < x.rank() ? x.shape[i] : wanted[i];
            if (shape[i] < 1) {
                throw new Fault("must say every extent but the rows', not " + named(wanted));
            }
            rest = Math.multiplyExact(rest, shape[i]);
        }
        if (!keepsRows || rest != perRow) {
            throw new Fault("makes " + named(wanted) + " of " + named(x.shape) + ", which does not fit");
        }
        call.put("shape", Arrays.copyOfRange(shape, 1, shape.length));
        return shape;
    }

    private static long[] flatten(Call call) {
        Value x = call.floats(0, 1);
        if (call.integer("axis", 1) != 1 || x.shape[0] != ROWS) {
            throw new Fault("must keep the rows");
        }
        call.put("shape", perRow(x.shape));
        return new long[] {ROWS, perRow(x.shape)};
    }

    private static long[] transpose(Call call) {
        Value x = call.floats(0, 1);
        long[] order = call.integers("perm");
        long[] sorted = order.clone();
        Arrays.sort(sorted);
        boolean isOrder = order.length == x.rank();
        for (int i = 0; isOrder && i < order.length; i++) {
            isOrder = sorted[i] == i;
        }
        if (!isOrder || order[0] != 0) {
            throw new Fault("must order the dimensions anew and keep the rows first");
        }
        return Arrays.stream(order).map(i -> x.shape[(int) i]).toArray();
    }

    private static long[] slice(Call call) {
        call.count(4, 5);
        Value x = call.floats(0, call.count());
        long[] starts = call.integersOf(1);
        long[] ends = call.integersOf(2);
        long[] axes = call.integersOf(3);
        boolean isPlain = starts.length == 1
                && ends.length == 1
                && Arrays.equals(axes, new long[] {1})
                && (call.count() == 4 || Arrays.equals(call.integersOf(4), new long[] {1}));
        if (!isPlain || x.rank() != 2) {
            throw new Fault("must cut columns of a matrix, step 1");
        }
        long from = starts[0];
        long to = Math.min(ends[0], x.shape[1]);
        if (from < 0 || from >= to) {
            throw new Fault("cuts columns " + from + " to " + ends[0] + " of " + named(x.shape));
        }
        call.put("from", from);
        call.put("to", to);
        return new long[] {ROWS, to - from};
    }

    private static List<long[]> split(Call call) {
        Value x = call.floats(0, 2);
        long[] widths = call.integersOf(1);
        int axis = axis(call.integer("axis", 0), x.rank());
        if (axis != 1
                || Arrays.stream(widths).anyMatch(width -> width < 1)
                || Arrays.stream(widths).reduce(0, Math::addExact) != x.shape[1]) {
            throw new Fault("must cut dimension 1 of " + named(x.shape) + " whole, got " + named(widths));
        }
        call.put("widths", widths);
        List<long[]> shapes = new ArrayList<>();
        for (long width : widths) {
            long[] shape = x.shape.clone();
            shape[1] = width;
            shapes.add(shape);
        }
        return shapes;
    }

    private long[] conv(Call call) {
        call.count(2, 3);
        long[] x = call.image(0);
        long[] w = call.floats(1, call.count()).shape;
        if (w.length != 4 || w[0] == ROWS || w[1] != x[1] || call.integer("group", 1) != 1) {
            throw new Fault("convolves " + named(x) + " with " + named(w) + ", which do not fit");
        }
        if (call.count() == 3 && !Arrays.equals(call.floats(2, 3).shape, new long[] {w[0]})) {
            throw new Fault("has a bias of another size than its outputs");
        }
        long[] shape = window(call, x, w[2], w[3], w[0]);
        work(product(w) * shape[2] * shape[3]);
        return shape;
    }

    private static long[] maxPool(Call call) {
        long[] x = call.image(0);
        call.count(1, 1);
        long[] kernel = call.integers("kernel_shape");
        if (kernel.length != 2 || call.integer("ceil_mode", 0) != 0 || call.integer("storage_order", 0) != 0) {
            throw new Fault("must have a kernel of two dimensions and round down");
        }
        return window(call, x, kernel[0], kernel[1], x[1]);
    }

    private static long[] window(Call call, long[] x, long height, long width, long channels) {
        long[] kernel = call.integers("kernel_shape", height, width);
        long[] strides = call.integers("strides", 1, 1);
        long[] pads = call.integers("pads", 0, 0, 0, 0);
        boolean isPlain = Arrays.equals(kernel, new long[] {height, width})
                && Arrays.equals(call.integers("dilations", 1, 1), new long[] {1, 1})
                && height >= 1
                && width >= 1
                && strides.length == 2
                && strides[0] >= 1
                && strides[1] >= 1
                && pads.length == 4
                && pads[0] == pads[2]
                && pads[1] == pads[3]
                && pads[0] >= 0
                && pads[1] >= 0
                && pads[0] < height
                && pads[1] < width;
        long down = x[2] + 2 * pads[0] - height;
        long right = x[3] + 2 * pads[1] - width;
        if (!isPlain || down < 0 || right < 0) {
            throw new Fault("has a window that does not fit " + named(x) + ", or pads unevenly, or is dilated");
        }
        call.put("kernel_shape", height, width);
        return new long[] {ROWS, channels, down / strides[0] + 1, right / strides[1] + 1};
    }

    private static long[] depthToSpace(Call call) {
        long[] x = call.image(0);
        long block = call.integer("blocksize", 0);
        if (block < 1 || block > 8 || x[1] % (block * block) != 0) {
            throw new Fault("has blocks of " + block + ", which do not fit " + named(x));
        }
        call.put("crd", call.word("mode", "DCR").equals("CRD") ? 1 : 0);
        call.put("shape", x[1] / (block * block), x[2], x[3]);
        return new long[] {ROWS, x[1] / (block * block), x[2] * block, x[3] * block};
    }

    private static long[] batchNormalization(Call call) {
        Value x = call.floats(0, 5);
        for (int i = 1; i < 5; i++) {
            if (x.rank() < 2 || !Arrays.equals(call.floats(i, 5).shape, new long[] {x.shape[1]})) {
                throw new Fault("needs four vectors as long as the channels of " + named(x.shape));
            }
        }
        float ignored = call.real("momentum", .9f) + call.real("epsilon", 1e-5f);
        if (call.integer("training_mode", 0) != 0) {
            throw new Fault("is in training mode");
        }
        return x.shape;
    }

    /** One node's inputs and attributes; what was not read in the end is refused. */
    private static final class Call {
        private final List<Value> inputs;
        private final Map<String, AttributeProto> unread = new HashMap<>();
        private final Map<String, long[]> integers = new HashMap<>();
        private final Map<String, Float> reals = new HashMap<>();

        Call(NodeProto node, List<Value> inputs) {
            this.inputs = inputs;
            for (AttributeProto attribute : node.getAttributeList()) {
                refuseUnknown("its attribute " + attribute.getName(), attribute);
                unread.put(attribute.getName(), attribute);
            }
        }

        int count() {
            return inputs.size();
        }

        void count(int least, int most) {
            if (inputs.size() < least || inputs.size() > most) {
                throw new Fault("has " + inputs.size() + " inputs, expected " + least + " to " + most);
            }
        }

        Value input(int index) {
            return inputs.get(index);
        }

        Value floats(int index, int of) {
            count(of, of);
            Value value = inputs.get(index);
            if (value.element != Element.FLOAT) {
                throw new Fault("computes with integers");
            }
            return value;
        }

        long[] image(int index) {
            Value value = floats(index, inputs.size());
            if (value.rank() != 4 || value.shape[0] != ROWS) {
                throw new Fault("needs images [n, channels, height, width], got " + named(value.shape));
            }
            return value.shape;
        }

        long[] integersOf(int index) {
            if (index >= inputs.size() || inputs.get(index).integers == null) {
                throw new Fault("needs integers that are known beforehand as input " + index);
            }
            return inputs.get(index).integers.clone();
        }

        long integer(String name, long otherwise) {
            AttributeProto attribute = unread.remove(name);
            if (attribute == null) {
                return integers.containsKey(name) ? integers.get(name)[0] : otherwise;
            }
            put(name, attribute.getI());
            return attribute.getI();
        }

        long[] integers(String name, long... otherwise) {
            AttributeProto attribute = unread.remove(name);
            if (attribute != null) {
                put(
                        name,
                        attribute.getIntsList().stream()
                                .mapToLong(Long::longValue)
                                .toArray());
            }
            return integers.getOrDefault(name, otherwise);
        }

        float real(String name, float otherwise) {
            AttributeProto attribute = unread.remove(name);
            if (attribute != null) {
                reals.put(name, attribute.getF());
            }
            return reals.getOrDefault(name, otherwise);
        }

        String word(String name, String otherwise) {
            AttributeProto attribute = unread.remove(name);
            return attribute == null ? otherwise : attribute.getS().toStringUtf8();
        }

        void put(String name, long... values) {
            integers.put(name, values);
        }

        void refuseUnread() {
            if (!unread.isEmpty()) {
                throw new Fault("has attributes that are not allowed: " + unread.keySet());
            }
        }

        Attributes attributes() {
            return new Attributes(integers, reals);
        }
    }

    // Constants ----------------------------------------------------------------------------------------------------

    private Value constant(String name, TensorProto tensor) {
        refuseUnknown("tensor " + name, tensor); // among them: data in another file
        long count = 1;
        for (long extent : tensor.getDimsList()) {
            if (extent < 1) {
                throw new Fault("tensor " + name + " has an extent of " + extent);
            }
            count = Math.multiplyExact(count, extent);
        }
        long[] shape = unboxed(tensor.getDimsList());
        ByteString raw = tensor.getRawData();
        return switch (tensor.getDataType()) {
            case FLOAT -> {
                float[] floats = new float
                        [checkedCount(name, count, presentCount(raw, Float.BYTES, tensor.getFloatDataCount()))];
                if (raw.isEmpty()) {
                    for (int i = 0; i < floats.length; i++) {
                        floats[i] = tensor.getFloatData(i);
                    }
                } else {
                    littleEndian(raw).asFloatBuffer().get(floats);
                }
                for (float weight : floats) {
                    if (!Float.isFinite(weight)) {
                        throw new Fault("tensor " + name + " holds " + weight);
                    }
                }
                constants.put(name, new Weights(List.copyOf(tensor.getDimsList()), floats));
                yield Value.floats(shape);
            }
            case INT64 -> {
                long[] integers =
                        new long[checkedCount(name, count, presentCount(raw, Long.BYTES, tensor.getInt64DataCount()))];
                if (raw.isEmpty()) {
                    Arrays.setAll(integers, tensor::getInt64Data);
                } else {
                    littleEndian(raw).asLongBuffer().get(integers);
                }
                if (shape.length > 1 || integers.length > 16) {
                    throw new Fault("tensor " + name + " holds integers for more than a shape");
                }
                yield Value.known(shape.length == 0, integers);
            }
            default ->
                throw new Fault("tensor " + name + " is of type " + tensor.getDataType()
                        + ", allowed are floats and 64-bit integers");
        };
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
            throw new Fault("tensor " + name + " holds " + present + " values, its shape " + claimed);
        }
        return Math.toIntExact(claimed);
    }

    private static ByteBuffer littleEndian(ByteString raw) {
        return raw.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
    }

    // Small things -------------------------------------------------------------------------------------------------

    private void define(String name, Value value) {
        if (name.isEmpty() || values.put(name, value) != null) {
            throw new Fault("names a value '" + name + "' that has no name or two meanings");
        }
    }

    private Value value(String name) {
        Value value = values.get(name);
        if (value == null) {
            throw new Fault("uses '" + name + "', which nothing before it makes");
        }
        return value;
    }

    private void work(long multiplicationsPerRow) {
        multiplications = Math.addExact(multiplications, multiplicationsPerRow);
        if (multiplications > MAX_MULTIPLICATIONS_PER_ROW) {
            throw new Fault("takes the network beyond " + MAX_MULTIPLICATIONS_PER_ROW + " multiplications a glyph");
        }
    }

    private static void checkSize(long[] shape) {
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] == ROWS ? i > 0 : shape[i] < 1) {
                throw new Fault("makes the shape " + named(shape));
            }
        }
        if (perRow(shape) > MAX_ELEMENTS_PER_ROW) {
            throw new Fault("makes " + perRow(shape) + " values a glyph, allowed are " + MAX_ELEMENTS_PER_ROW);
        }
    }

    private static long perRow(long[] shape) {
        return product(Arrays.stream(shape).filter(extent -> extent != ROWS).toArray());
    }

    private static long product(long[] extents) {
        return Arrays.stream(extents).reduce(1, Math::multiplyExact);
    }

    private static int axis(long axis, int rank) {
        long positive = axis < 0 ? axis + rank : axis;
        if (positive < 0 || positive >= rank) {
            throw new Fault("has axis " + axis + " of " + rank + " dimensions");
        }
        return (int) positive;
    }

    private static boolean isDefault(String domain) {
        return domain.isEmpty() || domain.equals("ai.onnx");
    }

    private static long[] unboxed(List<Long> shape) {
        return shape.stream().mapToLong(Long::longValue).toArray();
    }

    private static String named(long[] shape) {
        return Arrays.stream(shape)
                .mapToObj(extent -> extent == ROWS || extent == UNKNOWN ? "n" : Long.toString(extent))
                .collect(Collectors.joining(", ", "[", "]"));
    }

    /** What our part of the format does not know: data in other files, functions, nested graphs, training, devices. */
    private static void refuseUnknown(String what, Message message) {
        Set<Integer> unknown = message.getUnknownFields().asMap().keySet();
        if (!unknown.isEmpty()) {
            throw new Fault(what + " has parts that are not allowed (field numbers " + unknown + " of ONNX's format)");
        }
    }

    private static String onnxName(Operator operator) {
        return Arrays.stream(operator.name().split("_"))
                .map(word -> word.charAt(0) + word.substring(1).toLowerCase(java.util.Locale.ROOT))
                .collect(Collectors.joining());
    }
}
