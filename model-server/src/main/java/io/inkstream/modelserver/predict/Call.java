package io.inkstream.modelserver.predict;

import static io.inkstream.modelserver.predict.Network.ROWS;

import io.inkstream.modelserver.predict.Network.Element;
import io.inkstream.modelserver.predict.Network.Weights;
import io.inkstream.schemas.onnx.AttributeProto;
import io.inkstream.schemas.onnx.NodeProto;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongConsumer;

/** One node's inputs and attributes for the rule of its operator, which asks for them and adds what engines need to know. */
final class Call {
    private final List<Value> inputs;
    private final List<float[]> constants;
    private final LongConsumer work;
    private final Map<String, long[]> integers = new HashMap<>();
    private final Map<String, Float> reals = new HashMap<>();
    private final Map<String, String> words = new HashMap<>();
    private final Set<String> notAllowed;

    /**
     * Reads the attributes that the operator may have.
     *
     * @param constants weights by name
     * @param work receives the number of multiplications of a row
     * @throws NetworkFault if it has more or fewer inputs than it may have, or an attribute that cannot be read
     */
    Call(NodeProto node, Operator operator, List<Value> inputs, Map<String, Weights> constants, LongConsumer work) {
        this.inputs = inputs;
        this.constants = new ArrayList<>();
        for (String input : node.getInputList()) {
            this.constants.add(
                    constants.containsKey(input) ? constants.get(input).values() : null);
        }
        this.work = work;
        Map<String, AttributeProto> unread = new HashMap<>();
        for (AttributeProto attribute : node.getAttributeList()) {
            OnnxGraph.refuseUnknown("its attribute " + attribute.getName(), attribute);
            unread.put(attribute.getName(), attribute);
        }
        operator.attributes().forEach((name, kind) -> {
            AttributeProto attribute = unread.remove(name);
            if (attribute != null) {
                read(name, kind, attribute);
            }
        });
        notAllowed = unread.keySet();
        if (!operator.inputs().has(inputs.size())) {
            throw new NetworkFault("has " + inputs.size() + " inputs, expected " + operator.inputs());
        }
    }

    private void read(String name, Operator.Kind kind, AttributeProto attribute) {
        switch (kind) {
            case INTEGER -> put(name, attribute.getI());
            case INTEGERS -> put(name, Value.unboxed(attribute.getIntsList()));
            case REAL -> reals.put(name, attribute.getF());
            case WORD -> words.put(name, attribute.getS().toStringUtf8());
        }
    }

    int count() {
        return inputs.size();
    }

    Value input(int index) {
        return inputs.get(index);
    }

    Value floats(int index) {
        Value value = inputs.get(index);
        if (value.element() != Element.FLOAT) {
            throw new NetworkFault("computes with integers");
        }
        return value;
    }

    /** Numbers of an input that are known beforehand. */
    float[] constant(int index) {
        if (constants.get(index) == null) {
            throw new NetworkFault("needs numbers that are known beforehand as input " + index);
        }
        return constants.get(index);
    }

    /** Shape of an input [n, channels, height, width]. */
    long[] image(int index) {
        Value value = floats(index);
        if (value.rank() != 4 || value.shape()[0] != ROWS) {
            throw new NetworkFault("needs images [n, channels, height, width], got " + Value.named(value.shape()));
        }
        return value.shape();
    }

    /** Content of an input that describes shapes. */
    long[] integersOf(int index) {
        if (index >= inputs.size() || !inputs.get(index).isKnown()) {
            throw new NetworkFault("needs integers that are known beforehand as input " + index);
        }
        return inputs.get(index).integers().clone();
    }

    long integer(String name, long otherwise) {
        long[] values = integers.get(name);
        return values == null ? otherwise : values[0];
    }

    long[] integers(String name, long... otherwise) {
        return integers.getOrDefault(name, otherwise);
    }

    float real(String name, float otherwise) {
        return reals.getOrDefault(name, otherwise);
    }

    String word(String name, String otherwise) {
        return words.getOrDefault(name, otherwise);
    }

    /** Tells the engines what to compute with. */
    void put(String name, long... values) {
        integers.put(name, values);
    }

    /** Counts multiplications that each row takes. */
    void work(long multiplications) {
        work.accept(multiplications);
    }

    void refuseOtherAttributes() {
        if (!notAllowed.isEmpty()) {
            throw new NetworkFault("has attributes that are not allowed: " + notAllowed);
        }
    }

    Attributes attributes() {
        return new Attributes(integers, reals);
    }
}
