package io.inkstream.modelserver.predict;

import io.inkstream.modelserver.predict.Network.Element;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the networks may compute, as ONNX defines it, one constant an operator: its name, the opsets whose definition of it
 * the rule follows, how many inputs it takes, how the shapes of its outputs follow from them, and the attributes that it may
 * have. Everything else is refused.
 *
 * @see <a href="https://onnx.ai/onnx/operators/">ONNX's definition of each operator</a>
 */
enum Operator {
    ADD("Add", opsets(13, 21), inputs(2), ShapeRules::broadcast),
    BATCH_NORMALIZATION(
            "BatchNormalization",
            opsets(13, 21),
            inputs(5),
            ShapeRules::batchNormalization,
            reals("momentum", "epsilon"),
            integers("training_mode")),
    CONCAT("Concat", opsets(13, 21), anyInputs(), ShapeRules::concat, integers("axis")),
    CONV(
            "Conv",
            opsets(13, 21),
            inputs(2, 3),
            ShapeRules::conv,
            integers("group"),
            lists("kernel_shape", "strides", "pads", "dilations")),
    DEPTH_TO_SPACE(
            "DepthToSpace", opsets(13, 21), inputs(1), ShapeRules::depthToSpace, integers("blocksize"), words("mode")),
    DEQUANTIZE_LINEAR("DequantizeLinear", opsets(13, 21), inputs(3), ShapeRules::dequantize, integers("axis")),
    DIV("Div", opsets(13, 21), inputs(2), ShapeRules::broadcast),
    FLATTEN("Flatten", opsets(13, 21), inputs(1), ShapeRules::flatten, integers("axis")),
    GATHER("Gather", opsets(13, 21), inputs(2), ShapeRules::gather, integers("axis")),
    GEMM("Gemm", opsets(13, 21), inputs(2, 3), ShapeRules::gemm, reals("alpha", "beta"), integers("transA", "transB")),
    IDENTITY("Identity", opsets(13, 21), inputs(1), ShapeRules::same),
    MAT_MUL("MatMul", opsets(13, 21), inputs(2), ShapeRules::matMul),
    MAX_POOL(
            "MaxPool",
            opsets(13, 21),
            inputs(1),
            ShapeRules::maxPool,
            integers("ceil_mode", "storage_order"),
            lists("kernel_shape", "strides", "pads", "dilations")),
    MUL("Mul", opsets(13, 21), inputs(2), ShapeRules::broadcast),
    QUANTIZE_LINEAR("QuantizeLinear", opsets(13, 21), inputs(3), ShapeRules::quantize),
    RECIPROCAL("Reciprocal", opsets(13, 21), inputs(1), ShapeRules::same),
    RELU("Relu", opsets(13, 21), inputs(1), ShapeRules::same),
    RESHAPE("Reshape", opsets(13, 21), inputs(2), ShapeRules::reshape, integers("allowzero")),
    SIGMOID("Sigmoid", opsets(13, 21), inputs(1), ShapeRules::same),
    SLICE("Slice", opsets(13, 21), inputs(4, 5), ShapeRules::slice),
    SPLIT("Split", opsets(13, 21), inputs(2), ShapeRules::split, integers("axis")),
    SUB("Sub", opsets(13, 21), inputs(2), ShapeRules::broadcast),
    TANH("Tanh", opsets(13, 21), inputs(1), ShapeRules::same),
    TRANSPOSE("Transpose", opsets(13, 21), inputs(1), ShapeRules::transpose, lists("perm"));

    /** Opsets that any of the operators has a rule for. */
    static final Range OPSETS = new Range(
            Arrays.stream(values())
                    .mapToInt(operator -> operator.opsets.least)
                    .min()
                    .orElseThrow(),
            Arrays.stream(values())
                    .mapToInt(operator -> operator.opsets.most)
                    .max()
                    .orElseThrow());

    private final String onnxName;
    private final Range opsets;
    private final Range inputs;
    private final Function<Call, List<long[]>> shapes;
    private final Map<String, Kind> attributes;

    /** What an attribute holds. */
    enum Kind {
        INTEGER,
        INTEGERS,
        REAL,
        WORD
    }

    /** Whole numbers from the least to the most, both included. */
    record Range(int least, int most) {
        boolean has(long number) {
            return number >= least && number <= most;
        }

        @Override
        public String toString() {
            return least + " to " + most;
        }
    }

    /** Attributes that hold the same kind of thing. */
    private record Allowed(Kind kind, List<String> names) {}

    Operator(String onnxName, Range opsets, Range inputs, Function<Call, List<long[]>> shapes, Allowed... attributes) {
        this.onnxName = onnxName;
        this.opsets = opsets;
        this.inputs = inputs;
        this.shapes = shapes;
        this.attributes = Arrays.stream(attributes)
                .flatMap(allowed -> allowed.names.stream().map(name -> Map.entry(name, allowed.kind)))
                .collect(Collectors.toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /**
     * The operator that has a name in an opset, if it is allowed there.
     *
     * @param isWhole whether those of whole numbers are
     */
    static Optional<Operator> named(String onnxName, long opset, boolean isWhole) {
        return in(opset, isWhole)
                .filter(operator -> operator.onnxName.equals(onnxName))
                .findFirst();
    }

    /** Names of all that is allowed in an opset, sorted. */
    static List<String> names(long opset, boolean isWhole) {
        return in(opset, isWhole).map(operator -> operator.onnxName).sorted().toList();
    }

    private static Stream<Operator> in(long opset, boolean isWhole) {
        return Arrays.stream(values())
                .filter(operator -> operator.opsets.has(opset))
                .filter(operator -> isWhole || (operator != QUANTIZE_LINEAR && operator != DEQUANTIZE_LINEAR));
    }

    /** What its outputs are made of. */
    Element makes() {
        return this == QUANTIZE_LINEAR ? Element.UINT8 : Element.FLOAT;
    }

    /** How many inputs it may have. */
    Range inputs() {
        return inputs;
    }

    /** The attributes that it may have, by name. */
    Map<String, Kind> attributes() {
        return attributes;
    }

    /**
     * Shapes of its outputs; what it computes with becomes attributes of the call.
     *
     * @throws NetworkFault if the inputs do not fit, or the attributes ask for what none of our engines computes
     */
    List<long[]> shapes(Call call) {
        return shapes.apply(call);
    }

    private static Range opsets(int least, int most) {
        return new Range(least, most);
    }

    private static Range inputs(int count) {
        return new Range(count, count);
    }

    private static Range inputs(int least, int most) {
        return new Range(least, most);
    }

    private static Range anyInputs() {
        return new Range(1, Integer.MAX_VALUE);
    }

    private static Allowed integers(String... names) {
        return new Allowed(Kind.INTEGER, List.of(names));
    }

    private static Allowed lists(String... names) {
        return new Allowed(Kind.INTEGERS, List.of(names));
    }

    private static Allowed reals(String... names) {
        return new Allowed(Kind.REAL, List.of(names));
    }

    private static Allowed words(String... names) {
        return new Allowed(Kind.WORD, List.of(names));
    }
}
