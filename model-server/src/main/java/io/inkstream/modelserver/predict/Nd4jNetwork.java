package io.inkstream.modelserver.predict;

import io.inkstream.modelserver.predict.Network.Step;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.DynamicCustomOp;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.linalg.indexing.NDArrayIndex;
import org.nd4j.linalg.ops.transforms.Transforms;

/** Runs the steps of a {@link Network} as ND4J operations. Thread-safe: a run touches no state but the weights. */
final class Nd4jNetwork implements AutoCloseable {
    private final Network network;
    private final Map<String, INDArray> weights = new HashMap<>();

    /** A named tensor to run on. */
    record Input(String name, INDArray array) {}

    Nd4jNetwork(Network network) {
        this.network = network;
        network.constants().forEach((name, constant) -> {
            long[] shape = constant.shape().stream().mapToLong(Long::longValue).toArray();
            weights.put(name, Nd4j.create(constant.values(), shape.length == 0 ? new long[] {1} : shape, 'c'));
        });
    }

    static Input floats(String name, float[][] rows, long... shape) {
        INDArray array = Nd4j.createFromArray(rows);
        return new Input(name, shape.length == 0 ? array : array.reshape('c', shape));
    }

    static Input indices(String name, int[] values) {
        return new Input(name, Nd4j.createFromArray(values));
    }

    /** Runs on the inputs and returns the first rows of the output. */
    float[][] run(int rows, Input... inputs) {
        Map<String, INDArray> values = new HashMap<>(weights);
        // Off-heap memory is freed here and not by some later garbage collection, which would let it grow.
        Set<INDArray> made = Collections.newSetFromMap(new IdentityHashMap<>());
        try {
            for (Input input : inputs) {
                values.put(input.name(), input.array());
                made.add(input.array());
            }
            for (Step step : network.steps()) {
                INDArray[] outputs =
                        compute(step, step.inputs().stream().map(values::get).toArray(INDArray[]::new));
                for (int i = 0; i < outputs.length; i++) {
                    values.put(step.outputs().get(i), outputs[i]);
                    made.add(outputs[i]);
                }
            }
            INDArray output = values.get(network.output().name());
            INDArray flat = output.reshape('c', output.size(0), output.length() / output.size(0));
            float[][] result = new float[rows][];
            for (int row = 0; row < rows; row++) {
                result[row] = flat.getRow(row).toFloatVector();
            }
            return result;
        } finally {
            made.stream().filter(INDArray::closeable).forEach(INDArray::close);
        }
    }

    @Override
    public void close() {
        weights.values().stream().filter(INDArray::closeable).forEach(INDArray::close);
    }

    private static INDArray[] compute(Step step, INDArray... x) {
        Attributes a = step.attributes();
        return switch (step.operator()) {
            case ADD -> execute("add", x);
            case SUB -> execute("subtract", x);
            case MUL -> execute("multiply", x);
            case DIV -> execute("divide", x);
            case RECIPROCAL -> one(x[0].rdiv(1));
            case RELU -> one(Transforms.relu(x[0], true));
            case SIGMOID -> one(Transforms.sigmoid(x[0], true));
            case TANH -> execute("tanh", x);
            case IDENTITY -> one(x[0].dup('c'));
            case GATHER -> execute("gather", new int[] {0}, x);
            case CONCAT -> one(Nd4j.concat((int) a.integer("axis", 0), x));
            case GEMM -> one(gemm(a.integer("transB", 0) != 0, x));
            case MAT_MUL -> one(x[0].mmul(x[1]));
            case RESHAPE, FLATTEN -> one(rowsOf(x[0], a.integers("shape")).dup('c'));
            case TRANSPOSE -> one(x[0].permute(a.ints("perm")).dup('c'));
            case SLICE -> one(columns(x[0], a.integer("from", 0), a.integer("to", 0)));
            case SPLIT -> split(x[0], a.integers("widths"));
            case CONV -> execute("conv2d", window(a, 1), x);
            case MAX_POOL -> execute("maxpool2d", window(a, 0), x);
            case DEPTH_TO_SPACE -> one(depthToSpace(x[0], a));
            case QUANTIZE_LINEAR, DEQUANTIZE_LINEAR ->
                throw new IllegalStateException("only ONNX Runtime computes with whole numbers");
            case BATCH_NORMALIZATION -> one(batchNormalization(a.real("epsilon", 1e-5f), x));
        };
    }

    private static INDArray gemm(boolean transposed, INDArray[] x) {
        INDArray product = Nd4j.gemm(x[0], x[1], false, transposed);
        return x.length == 3 ? product.addiRowVector(x[2]) : product;
    }

    /** Kernel, stride, padding, dilation (height, width each); explicit padding; then what depends on the operation. */
    private static int[] window(Attributes a, int weightsFormat) {
        int[] kernel = a.ints("kernel_shape");
        int[] strides = a.ints("strides", 1, 1);
        int[] pads = a.ints("pads", 0, 0, 0, 0);
        // conv2d: NCHW, weights [out, in, height, width]; maxpool2d: unused, NCHW
        return new int[] {kernel[0], kernel[1], strides[0], strides[1], pads[0], pads[1], 1, 1, 0, 0, weightsFormat};
    }

    private static INDArray columns(INDArray x, long from, long to) {
        return x.get(NDArrayIndex.all(), NDArrayIndex.interval(from, to)).dup('c');
    }

    private static INDArray[] split(INDArray x, long[] widths) {
        INDArray[] parts = new INDArray[widths.length];
        long from = 0;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = columns(x, from, from + widths[i]);
            from += widths[i];
        }
        return parts;
    }

    private static INDArray depthToSpace(INDArray x, Attributes a) {
        int block = (int) a.integer("blocksize", 0);
        long[] shape = a.integers("shape"); // channels out, height in, width in
        boolean crd = a.integer("crd", 0) != 0;
        INDArray blocks = crd
                ? rowsOf(x, shape[0], block, block, shape[1], shape[2]).permute(0, 1, 4, 2, 5, 3)
                : rowsOf(x, block, block, shape[0], shape[1], shape[2]).permute(0, 3, 4, 1, 5, 2);
        return rowsOf(blocks.dup('c'), shape[0], shape[1] * block, shape[2] * block);
    }

    private static INDArray batchNormalization(float epsilon, INDArray[] x) {
        long[] alongChannels = new long[x[0].rank()];
        java.util.Arrays.fill(alongChannels, 1);
        alongChannels[1] = x[0].size(1);
        INDArray scale = x[1].div(Transforms.sqrt(x[4].add(epsilon), false));
        INDArray shift = x[2].sub(x[3].mul(scale));
        INDArray scaled = execute("multiply", x[0], scale.reshape(alongChannels))[0];
        INDArray result = execute("add", scaled, shift.reshape(alongChannels))[0];
        scaled.close();
        return result;
    }

    /** The same values, the rows' extents as given. */
    private static INDArray rowsOf(INDArray x, long... shape) {
        long[] whole = new long[shape.length + 1];
        whole[0] = x.size(0);
        System.arraycopy(shape, 0, whole, 1, shape.length);
        return x.reshape('c', whole);
    }

    private static INDArray[] execute(String operation, INDArray... x) {
        return execute(operation, new int[0], x);
    }

    private static INDArray[] execute(String operation, int[] arguments, INDArray... x) {
        return Nd4j.exec(DynamicCustomOp.builder(operation)
                .addInputs(x)
                .addIntegerArguments(arguments)
                .build());
    }

    private static INDArray[] one(INDArray array) {
        return new INDArray[] {array};
    }
}
