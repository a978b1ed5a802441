package io.inkstream.modelserver.predict;

import static io.inkstream.modelserver.predict.Network.ROWS;
import static io.inkstream.modelserver.predict.Value.UNKNOWN;
import static io.inkstream.modelserver.predict.Value.named;
import static io.inkstream.modelserver.predict.Value.perRow;

import io.inkstream.modelserver.predict.Network.Element;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * How the shapes of an operator's outputs follow from its inputs and attributes, one rule an {@link Operator}.
 *
 * <p>A rule is stricter than ONNX: rows stay first and apart, and a variant that our networks do not need is a
 * {@link NetworkFault}.
 */
final class ShapeRules {
    private ShapeRules() {}

    /** The output is like the one input. */
    static List<long[]> same(Call call) {
        return List.of(call.floats(0).shape());
    }

    /** Two inputs are joined number by number; what one lacks is repeated. */
    static List<long[]> broadcast(Call call) {
        long[] a = call.floats(0).shape();
        long[] b = call.floats(1).shape();
        int rank = Math.max(a.length, b.length);
        long[] shape = new long[rank];
        for (int i = 0; i < rank; i++) {
            int fromA = i - (rank - a.length);
            int fromB = i - (rank - b.length);
            long left = fromA < 0 ? 1 : a[fromA];
            long right = fromB < 0 ? 1 : b[fromB];
            if (left != right && left != 1 && right != 1) {
                throw new NetworkFault("joins " + named(a) + " and " + named(b) + ", which do not fit");
            }
            shape[i] = left == 1 ? right : left;
        }
        return List.of(shape);
    }

    static List<long[]> gather(Call call) {
        Value table = call.floats(0);
        Value index = call.input(1);
        boolean isLookUp = table.rank() == 2
                && table.shape()[0] != ROWS
                && index.element() == Element.INT64
                && Arrays.equals(index.shape(), new long[] {ROWS});
        if (!isLookUp || call.integer("axis", 0) != 0) {
            throw new NetworkFault("must look rows of a table up by class");
        }
        return List.of(new long[] {ROWS, table.shape()[1]});
    }

    static List<long[]> concat(Call call) {
        Value first = call.floats(0);
        int axis = axis(call.integer("axis", 0), first.rank());
        call.put("axis", axis);
        long[] shape = first.shape().clone();
        for (int i = 1; i < call.count(); i++) {
            long[] other = call.floats(i).shape();
            for (int d = 0; d < shape.length; d++) {
                if (other.length != shape.length || (d != axis && other[d] != shape[d]) || shape[axis] == ROWS) {
                    throw new NetworkFault(
                            "joins " + named(first.shape()) + " and " + named(other) + ", which do not fit");
                }
            }
            shape[axis] = Math.addExact(shape[axis], other[axis]);
        }
        return List.of(shape);
    }

    static List<long[]> gemm(Call call) {
        Value a = call.floats(0);
        Value b = call.floats(1);
        if (call.integer("transA", 0) != 0 || call.real("alpha", 1) != 1 || call.real("beta", 1) != 1) {
            throw new NetworkFault("must be a plain product: alpha and beta 1, transA 0");
        }
        boolean transposed = call.integer("transB", 0) != 0;
        long[] shape = product(
                call, a.shape(), transposed && b.rank() == 2 ? new long[] {b.shape()[1], b.shape()[0]} : b.shape());
        if (call.count() == 3) {
            long[] bias = call.floats(2).shape();
            if (bias.length != 1 || bias[0] != shape[1]) {
                throw new NetworkFault("has a bias of shape " + named(bias) + ", expected [" + shape[1] + "]");
            }
        }
        return List.of(shape);
    }

    static List<long[]> matMul(Call call) {
        return List.of(product(call, call.floats(0).shape(), call.floats(1).shape()));
    }

    /** Of rows by a matrix of weights. */
    private static long[] product(Call call, long[] a, long[] b) {
        if (a.length != 2 || b.length != 2 || a[0] != ROWS || b[0] == ROWS || a[1] != b[0]) {
            throw new NetworkFault("multiplies " + named(a) + " by " + named(b) + ", which do not fit");
        }
        call.work(Math.multiplyExact(b[0], b[1]));
        return new long[] {ROWS, b[1]};
    }

    static List<long[]> reshape(Call call) {
        Value x = call.floats(0);
        long[] wanted = call.integersOf(1);
        if (call.integer("allowzero", 0) != 0 || wanted.length < 1 || wanted.length > 6 || x.shape()[0] != ROWS) {
            throw new NetworkFault("must keep the rows and have 1 to 6 dimensions");
        }
        boolean keepsRows = wanted[0] == 0 || wanted[0] == -1 || wanted[0] == UNKNOWN;
        long perRow = perRow(x.shape());
        long[] shape = new long[wanted.length];
        shape[0] = ROWS;
        long rest = 1;
        for (int i = 1; i < shape.length; i++) {
            shape[i] = wanted[i] == 0 && i < x.rank() ? x.shape()[i] : wanted[i];
            if (shape[i] < 1) {
                throw new NetworkFault("must say every extent but the rows', not " + named(wanted));
            }
            rest = Math.multiplyExact(rest, shape[i]);
        }
        if (!keepsRows || rest != perRow) {
            throw new NetworkFault("makes " + named(wanted) + " of " + named(x.shape()) + ", which does not fit");
        }
        call.put("shape", Arrays.copyOfRange(shape, 1, shape.length));
        return List.of(shape);
    }

    static List<long[]> flatten(Call call) {
        Value x = call.floats(0);
        if (call.integer("axis", 1) != 1 || x.shape()[0] != ROWS) {
            throw new NetworkFault("must keep the rows");
        }
        call.put("shape", perRow(x.shape()));
        return List.of(new long[] {ROWS, perRow(x.shape())});
    }

    static List<long[]> transpose(Call call) {
        Value x = call.floats(0);
        long[] order = call.integers("perm");
        long[] sorted = order.clone();
        Arrays.sort(sorted);
        boolean isOrder = order.length == x.rank();
        for (int i = 0; isOrder && i < order.length; i++) {
            isOrder = sorted[i] == i;
        }
        if (!isOrder || order[0] != 0) {
            throw new NetworkFault("must order the dimensions anew and keep the rows first");
        }
        return List.of(Arrays.stream(order).map(i -> x.shape()[(int) i]).toArray());
    }

    static List<long[]> slice(Call call) {
        Value x = call.floats(0);
        long[] starts = call.integersOf(1);
        long[] ends = call.integersOf(2);
        long[] axes = call.integersOf(3);
        boolean isPlain = starts.length == 1
                && ends.length == 1
                && Arrays.equals(axes, new long[] {1})
                && (call.count() == 4 || Arrays.equals(call.integersOf(4), new long[] {1}));
        if (!isPlain || x.rank() != 2) {
            throw new NetworkFault("must cut columns of a matrix, step 1");
        }
        long from = starts[0];
        long to = Math.min(ends[0], x.shape()[1]);
        if (from < 0 || from >= to) {
            throw new NetworkFault("cuts columns " + from + " to " + ends[0] + " of " + named(x.shape()));
        }
        call.put("from", from);
        call.put("to", to);
        return List.of(new long[] {ROWS, to - from});
    }

    static List<long[]> split(Call call) {
        Value x = call.floats(0);
        long[] widths = call.integersOf(1);
        int axis = axis(call.integer("axis", 0), x.rank());
        if (axis != 1
                || Arrays.stream(widths).anyMatch(width -> width < 1)
                || Arrays.stream(widths).reduce(0, Math::addExact) != x.shape()[1]) {
            throw new NetworkFault("must cut dimension 1 of " + named(x.shape()) + " whole, got " + named(widths));
        }
        call.put("widths", widths);
        List<long[]> shapes = new ArrayList<>();
        for (long width : widths) {
            long[] shape = x.shape().clone();
            shape[1] = width;
            shapes.add(shape);
        }
        return shapes;
    }

    static List<long[]> conv(Call call) {
        long[] x = call.image(0);
        long[] w = call.floats(1).shape();
        if (w.length != 4 || w[0] == ROWS || w[1] != x[1] || call.integer("group", 1) != 1) {
            throw new NetworkFault("convolves " + named(x) + " with " + named(w) + ", which do not fit");
        }
        if (call.count() == 3 && !Arrays.equals(call.floats(2).shape(), new long[] {w[0]})) {
            throw new NetworkFault("has a bias of another size than its outputs");
        }
        long[] shape = window(call, x, w[2], w[3], w[0]);
        call.work(Value.product(w) * shape[2] * shape[3]);
        return List.of(shape);
    }

    static List<long[]> maxPool(Call call) {
        long[] x = call.image(0);
        long[] kernel = call.integers("kernel_shape");
        if (kernel.length != 2 || call.integer("ceil_mode", 0) != 0 || call.integer("storage_order", 0) != 0) {
            throw new NetworkFault("must have a kernel of two dimensions and round down");
        }
        return List.of(window(call, x, kernel[0], kernel[1], x[1]));
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
            throw new NetworkFault("has a window that does not fit " + named(x) + ", or pads unevenly, or is dilated");
        }
        call.put("kernel_shape", height, width);
        return new long[] {ROWS, channels, down / strides[0] + 1, right / strides[1] + 1};
    }

    static List<long[]> depthToSpace(Call call) {
        long[] x = call.image(0);
        long block = call.integer("blocksize", 0);
        if (block < 1 || block > 8 || x[1] % (block * block) != 0) {
            throw new NetworkFault("has blocks of " + block + ", which do not fit " + named(x));
        }
        call.put("crd", call.word("mode", "DCR").equals("CRD") ? 1 : 0);
        call.put("shape", x[1] / (block * block), x[2], x[3]);
        return List.of(new long[] {ROWS, x[1] / (block * block), x[2] * block, x[3] * block});
    }

    static List<long[]> batchNormalization(Call call) {
        Value x = call.floats(0);
        for (int i = 1; i < 5; i++) {
            if (x.rank() < 2 || !Arrays.equals(call.floats(i).shape(), new long[] {x.shape()[1]})) {
                throw new NetworkFault("needs four vectors as long as the channels of " + named(x.shape()));
            }
        }
        if (call.integer("training_mode", 0) != 0) {
            throw new NetworkFault("is in training mode");
        }
        return List.of(x.shape());
    }

    /** Numbers are rounded to eight bits, all by one scale. */
    static List<long[]> quantize(Call call) {
        Value x = call.floats(0);
        if (x.shape().length == 0 || x.shape()[0] != ROWS) {
            throw new NetworkFault("must round what belongs to rows");
        }
        checkScales(call, Element.UINT8, 1);
        return List.of(x.shape());
    }

    /** Whole numbers become what they are worth: those of rows by one scale, and weights by one for each of their outputs. */
    static List<long[]> dequantize(Call call) {
        Value x = call.input(0);
        boolean isRows = x.element() == Element.UINT8 && x.rank() > 0 && x.shape()[0] == ROWS;
        boolean isWeights = (x.element() == Element.INT8 || x.element() == Element.INT32) && x.rank() > 0;
        if (!isRows && !isWeights) {
            throw new NetworkFault("must take rounded rows of type UINT8, or weights of type INT8 or INT32");
        }
        if (call.integer("axis", 1) != (isRows ? 1 : 0)) {
            throw new NetworkFault("must have axis 0 for weights, and none for rows");
        }
        checkScales(call, x.element(), isRows ? 1 : x.shape()[0]);
        return List.of(x.shape());
    }

    private static void checkScales(Call call, Element element, long count) {
        call.floats(1);
        float[] scales = call.constant(1);
        float[] zeros = call.constant(2);
        Value zero = call.input(2);
        if (scales.length != count || zeros.length != count || zero.element() != element) {
            throw new NetworkFault("has " + scales.length + " scales and " + zeros.length + " zeros of type "
                    + zero.element() + ", expected " + count + " of type " + element);
        }
        for (int i = 0; i < count; i++) {
            if (!(scales[i] > 0) || (element != Element.UINT8 && zeros[i] != 0)) {
                throw new NetworkFault("has the scale " + scales[i] + " and the zero " + zeros[i]
                        + "; scales must be above 0, and zeros of weights 0");
            }
        }
    }

    private static int axis(long axis, int rank) {
        long positive = axis < 0 ? axis + rank : axis;
        if (positive < 0 || positive >= rank) {
            throw new NetworkFault("has axis " + axis + " of " + rank + " dimensions");
        }
        return (int) positive;
    }
}
