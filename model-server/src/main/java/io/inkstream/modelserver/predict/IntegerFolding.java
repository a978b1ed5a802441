package io.inkstream.modelserver.predict;

import static io.inkstream.modelserver.predict.Value.UNKNOWN;
import static java.util.Map.entry;

import io.inkstream.schemas.onnx.NodeProto;
import io.inkstream.schemas.onnx.OnnxFormat;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongBinaryOperator;

/** Computes the integers that only describe shapes, as exporters leave them in a graph, so that no engine has to. */
final class IntegerFolding {
    private static final Map<String, Fold> FOLDS = Map.ofEntries(
            entry("Add", arithmetic(Math::addExact)),
            entry("Sub", arithmetic(Math::subtractExact)),
            entry("Mul", arithmetic(Math::multiplyExact)),
            entry("Div", arithmetic((a, b) -> a / b)),
            entry("Cast", IntegerFolding::cast),
            entry(
                    "Unsqueeze",
                    (node, inputs) -> Value.known(false, inputs.get(0).integers())),
            entry("Squeeze", (node, inputs) -> Value.known(true, inputs.get(0).integers()[0])),
            entry("Concat", IntegerFolding::concat),
            entry("Gather", IntegerFolding::gather));

    /** How one operator computes with integers, all of which are known. */
    private interface Fold {
        Value of(NodeProto node, List<Value> inputs);
    }

    private IntegerFolding() {}

    /**
     * What a node makes if it does nothing but ask for a shape, or compute with integers of one.
     *
     * @throws NetworkFault if it computes with them in a way that is not allowed
     */
    static Optional<Value> fold(NodeProto node, List<Value> inputs) {
        if (node.getOpType().equals("Shape") && inputs.size() == 1 && node.getAttributeCount() == 0) {
            return Optional.of(shapeOf(inputs.get(0)));
        }
        if (inputs.isEmpty() || !inputs.stream().allMatch(Value::isKnown)) {
            return Optional.empty();
        }
        Fold fold = FOLDS.get(node.getOpType());
        if (fold == null) {
            throw new NetworkFault("computes with integers that describe shapes, which it may not");
        }
        Value folded = fold.of(node, inputs);
        if (node.getOutputCount() != 1 || folded.rank() > 1 || folded.integers().length > Value.MOST_INTEGERS) {
            throw new NetworkFault("makes more than one list of integers, or a long one");
        }
        return Optional.of(folded);
    }

    private static Value shapeOf(Value input) {
        return Value.known(
                false,
                Arrays.stream(input.shape())
                        .map(extent -> extent == Network.ROWS ? UNKNOWN : extent)
                        .toArray());
    }

    private static Fold arithmetic(LongBinaryOperator operator) {
        return (node, inputs) -> {
            Value a = inputs.get(0);
            Value b = inputs.get(1);
            if (inputs.size() != 2 || a.integers().length != 1 || b.integers().length != 1) {
                throw new NetworkFault("computes with lists of integers, where one is expected");
            }
            boolean isUnknown = a.integers()[0] == UNKNOWN || b.integers()[0] == UNKNOWN;
            return Value.known(
                    a.rank() == 0 && b.rank() == 0,
                    isUnknown ? UNKNOWN : operator.applyAsLong(a.integers()[0], b.integers()[0]));
        };
    }

    private static Value cast(NodeProto node, List<Value> inputs) {
        if (node.getAttributeCount() != 1 || node.getAttribute(0).getI() != OnnxFormat.INT64) {
            throw new NetworkFault("may turn integers into 64-bit integers only");
        }
        return inputs.get(0);
    }

    private static Value concat(NodeProto node, List<Value> inputs) {
        return Value.known(
                false,
                inputs.stream()
                        .flatMapToLong(input -> Arrays.stream(input.integers()))
                        .toArray());
    }

    private static Value gather(NodeProto node, List<Value> inputs) {
        long[] from = inputs.get(0).integers();
        Value index = inputs.get(1);
        return Value.known(
                index.rank() == 0,
                Arrays.stream(index.integers())
                        .map(i -> from[Math.toIntExact(i < 0 ? i + from.length : i)])
                        .toArray());
    }
}
