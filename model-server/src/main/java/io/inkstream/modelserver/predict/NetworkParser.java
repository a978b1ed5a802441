package io.inkstream.modelserver.predict;

import static io.inkstream.modelserver.predict.Network.ROWS;
import static io.inkstream.modelserver.predict.Value.named;
import static io.inkstream.modelserver.predict.Value.perRow;
import static io.inkstream.modelserver.predict.Value.unboxed;

import com.google.protobuf.InvalidProtocolBufferException;
import io.inkstream.modelserver.predict.Network.Port;
import io.inkstream.modelserver.predict.Network.Step;
import io.inkstream.modelserver.predict.Network.Weights;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.onnx.NodeProto;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Follows the shapes of one ONNX file from its inputs to its output, which makes a {@link Network} of it, and trusts nothing
 * in it: whatever is not known to be harmless is refused.
 */
final class NetworkParser {
    private static final long MAX_ELEMENTS_PER_ROW = 1 << 18;
    private static final long MAX_MULTIPLICATIONS_PER_ROW = 1 << 28;

    private final OnnxGraph graph;
    private final Map<String, Value> values = new HashMap<>();
    private final Map<String, Weights> constants = new LinkedHashMap<>();
    private final List<Step> steps = new ArrayList<>();
    private long multiplications;

    private final boolean isWhole;

    private NetworkParser(OnnxGraph graph, boolean isWhole) {
        this.graph = graph;
        this.isWhole = isWhole;
    }

    static Network parse(String file, byte[] onnx, List<Port> inputs, Port output) throws InvalidBundleException {
        return parse(file, onnx, inputs, output, false);
    }

    /** The same for a network that may round numbers to whole ones, and say what those are worth. */
    static Network parseWithWholeNumbers(String file, byte[] onnx, List<Port> inputs, Port output)
            throws InvalidBundleException {
        return parse(file, onnx, inputs, output, true);
    }

    private static Network parse(String file, byte[] onnx, List<Port> inputs, Port output, boolean isWhole)
            throws InvalidBundleException {
        try {
            NetworkParser parser = new NetworkParser(OnnxGraph.parse(onnx), isWhole);
            parser.follow(inputs, output);
            return new Network(parser.steps, parser.constants, inputs, output, parser.mostAlive(inputs, output));
        } catch (InvalidProtocolBufferException e) {
            throw new InvalidBundleException(file + " is not an ONNX model: " + e.getMessage(), e);
        } catch (NetworkFault e) {
            throw new InvalidBundleException(file + ": " + e.getMessage(), e);
        } catch (ArithmeticException | IndexOutOfBoundsException | NegativeArraySizeException e) {
            throw new InvalidBundleException(file + " has sizes that make no sense: " + e.getMessage(), e);
        }
    }

    private void follow(List<Port> inputs, Port output) {
        graph.initializers()
                .forEach(tensor -> define(tensor.getName(), OnnxGraph.constant(tensor.getName(), tensor, isWhole)));
        declare(inputs);
        for (NodeProto node : graph.nodes()) {
            try {
                follow(node);
            } catch (NetworkFault e) {
                throw new NetworkFault(
                        "step " + node.getOpType() + " that makes " + node.getOutputList() + " " + e.getMessage());
            }
        }
        finish(output);
    }

    private void declare(List<Port> inputs) {
        Set<String> declared = graph.inputs().stream()
                .filter(name -> !constants.containsKey(name))
                .collect(Collectors.toSet());
        Set<String> expected = inputs.stream().map(Port::name).collect(Collectors.toSet());
        if (!declared.equals(expected)) {
            throw new NetworkFault("takes " + declared + ", expected " + expected);
        }
        for (Port input : inputs) {
            define(input.name(), new Value(input.element(), unboxed(input.shape()), null));
        }
    }

    private void finish(Port output) {
        if (!graph.outputs().equals(List.of(output.name()))) {
            throw new NetworkFault("gives " + graph.outputs() + ", expected " + output.name());
        }
        Value made = value(output.name());
        if (made.element() != output.element() || !Arrays.equals(made.shape(), unboxed(output.shape()))) {
            throw new NetworkFault("gives " + output.name() + " of shape " + named(made.shape()) + ", expected "
                    + named(unboxed(output.shape())));
        }
    }

    private void follow(NodeProto node) {
        OnnxGraph.check(node);
        List<Value> inputs = new ArrayList<>();
        for (String name : node.getInputList()) {
            if (name.isEmpty()) {
                throw new NetworkFault("leaves an input out");
            }
            inputs.add(value(name));
        }
        if (node.getOutputCount() == 0) {
            throw new NetworkFault("gives nothing");
        }
        if (node.getOpType().equals("Constant")) {
            define(node.getOutput(0), OnnxGraph.constant(node, isWhole));
            return;
        }
        IntegerFolding.fold(node, inputs)
                .ifPresentOrElse(folded -> define(node.getOutput(0), folded), () -> addStep(node, inputs));
    }

    private void addStep(NodeProto node, List<Value> inputs) {
        Operator operator = Operator.named(node.getOpType(), graph.opset(), isWhole)
                .orElseThrow(() -> new NetworkFault(
                        "is not an allowed operator; allowed are " + Operator.names(graph.opset(), isWhole)));
        Call call = new Call(node, operator, inputs, constants, this::work);
        List<long[]> shapes = operator.shapes(call);
        call.refuseOtherAttributes();
        if (shapes.size() != node.getOutputCount()) {
            throw new NetworkFault("has " + node.getOutputCount() + " outputs, expected " + shapes.size());
        }
        for (int i = 0; i < shapes.size(); i++) {
            checkSize(shapes.get(i));
            define(node.getOutput(i), new Value(operator.makes(), shapes.get(i), null));
        }
        // Integers among the inputs have become attributes.
        List<String> tensors = new ArrayList<>();
        for (int i = 0; i < inputs.size(); i++) {
            if (!inputs.get(i).isKnown()) {
                tensors.add(node.getInput(i));
            }
        }
        steps.add(new Step(operator, tensors, List.copyOf(node.getOutputList()), call.attributes()));
    }

    private void define(String name, OnnxGraph.Constant constant) {
        if (constant.weights() != null) {
            constants.put(name, constant.weights());
        }
        define(name, constant.value());
    }

    private void define(String name, Value value) {
        if (name.isEmpty() || values.put(name, value) != null) {
            throw new NetworkFault("names a value '" + name + "' that has no name or two meanings");
        }
    }

    private Value value(String name) {
        Value value = values.get(name);
        if (value == null) {
            throw new NetworkFault("uses '" + name + "', which nothing before it makes");
        }
        return value;
    }

    // What a row costs ---------------------------------------------------------------------------------------------

    private void work(long multiplicationsPerRow) {
        multiplications = Math.addExact(multiplications, multiplicationsPerRow);
        if (multiplications > MAX_MULTIPLICATIONS_PER_ROW) {
            throw new NetworkFault(
                    "takes the network beyond " + MAX_MULTIPLICATIONS_PER_ROW + " multiplications a glyph");
        }
    }

    private static void checkSize(long[] shape) {
        for (int i = 0; i < shape.length; i++) {
            if (shape[i] == ROWS ? i > 0 : shape[i] < 1) {
                throw new NetworkFault("makes the shape " + named(shape));
            }
        }
        if (perRow(shape) > MAX_ELEMENTS_PER_ROW) {
            throw new NetworkFault("makes " + perRow(shape) + " values a glyph, allowed are " + MAX_ELEMENTS_PER_ROW);
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
            alive += perRow(value(input.name()).shape());
        }
        long most = alive;
        for (int i = 0; i < steps.size(); i++) {
            Step step = steps.get(i);
            for (String made : step.outputs()) {
                alive += perRow(value(made).shape());
            }
            most = Math.max(most, alive);
            for (String made : step.outputs()) {
                if (!lastUse.containsKey(made)) {
                    alive -= perRow(value(made).shape()); // nobody looks at it
                }
            }
            for (String used : Set.copyOf(step.inputs())) {
                if (lastUse.get(used) == i && !constants.containsKey(used)) {
                    alive -= perRow(value(used).shape());
                }
            }
        }
        return most;
    }
}
