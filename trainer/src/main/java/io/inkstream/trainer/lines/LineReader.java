package io.inkstream.trainer.lines;

import static java.util.Objects.requireNonNull;

import io.inkstream.trainer.nn.BatchNorm;
import io.inkstream.trainer.nn.Init;
import io.inkstream.trainer.nn.Lstm;
import io.inkstream.trainer.nn.Slice;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * The weights and running statistics of a reader of lines, and the characters that it knows.
 *
 * <p>The arrays are the model itself, not copies: whoever trains it writes into them, everybody else only reads.
 *
 * @param characters class 1 and after; class 0 is the blank of {@link Ctc}
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record LineReader(LineReaderShape shape, List<String> characters, float[] parameters, float[] statistics) {
    public LineReader {
        requireNonNull(shape, "shape");
        characters = List.copyOf(characters);
        LineReaderShape.Places places = new LineReaderShape.Places(shape);
        if (parameters.length != places.parameters.length()
                || statistics.length != places.statistics.length()
                || characters.size() + 1 != shape.classes()) {
            throw new IllegalArgumentException("a reader of " + shape + " has " + places.parameters.length()
                    + " parameters and " + places.statistics.length() + " statistics, got " + parameters.length + ", "
                    + statistics.length + " and " + characters.size() + " characters");
        }
    }

    /** Returns an untrained reader: normal weights by fan-in, orthogonal states, gates that forget little. */
    public static LineReader untrained(LineReaderShape shape, List<String> characters, RandomGenerator random) {
        LineReaderShape.Places places = new LineReaderShape.Places(shape);
        float[] parameters = new float[places.parameters.length()];
        float[] statistics = new float[places.statistics.length()];
        for (int i = 0; i < LineReaderShape.CONVOLUTIONS; i++) {
            Slice conv = places.conv[i];
            Init.normal(parameters, conv, Math.sqrt(2.0 * conv.shape()[0] / conv.length()), random);
            Init.constant(parameters, places.scale[i], 1f);
            Slice norm = places.norm[i];
            Arrays.fill(statistics, norm.offset() + norm.length() / 2, norm.end(), 1f);
        }
        double bound = 1 / Math.sqrt(shape.cells());
        for (Lstm.Places way : List.of(places.onward, places.back)) {
            Init.uniform(parameters, way.input(), bound, random);
            Init.uniform(parameters, way.state(), bound, random);
            // A gate that lets the past through from the start learns long dependencies sooner.
            int cells = shape.cells();
            Arrays.fill(parameters, way.bias().offset() + cells, way.bias().offset() + 2 * cells, 1f);
        }
        Init.uniform(parameters, places.logits, 1 / Math.sqrt(2.0 * shape.cells()), random);
        return new LineReader(shape, characters, parameters, statistics);
    }

    /**
     * A convolution with its batch norm folded in.
     *
     * @param weights [outputs, inputs, 3, 3]
     * @param bias [outputs]
     */
    public record Convolution(float[] weights, float[] bias) {}

    /** Returns a convolution as it serves. */
    public Convolution convolution(int layer) {
        LineReaderShape.Places places = new LineReaderShape.Places(shape);
        float[] weights = of(parameters, places.conv[layer]);
        float[] norm = of(statistics, places.norm[layer]); // means, then variances
        int outputs = norm.length / 2;
        float[] bias = BatchNorm.fold(
                weights,
                of(parameters, places.scale[layer]),
                of(parameters, places.shift[layer]),
                Arrays.copyOf(norm, outputs),
                Arrays.copyOfRange(norm, outputs, norm.length));
        return new Convolution(weights, bias);
    }

    /**
     * The recurrent layer as ONNX has it: both ways, the gates in the order in, out, forget, new.
     *
     * @param input [2, 4 cells, features]
     * @param state [2, 4 cells, cells]
     * @param bias [2, 8 cells], those of the state 0
     */
    public record Recurrent(float[] input, float[] state, float[] bias) {}

    /** Returns the recurrent layer. */
    public Recurrent recurrent() {
        LineReaderShape.Places places = new LineReaderShape.Places(shape);
        int cells = shape.cells();
        float[] input = new float[2 * 4 * cells * shape.features()];
        float[] state = new float[2 * 4 * cells * cells];
        float[] bias = new float[2 * 8 * cells];
        int[] gates = {0, 3, 1, 2};
        for (int way = 0; way < 2; way++) {
            Lstm.Places at = way == 0 ? places.onward : places.back;
            for (int row = 0; row < 4 * cells; row++) {
                int column = gates[row / cells] * cells + row % cells;
                for (int i = 0; i < shape.features(); i++) {
                    input[(way * 4 * cells + row) * shape.features() + i] =
                            parameters[at.input().offset() + i * 4 * cells + column];
                }
                for (int i = 0; i < cells; i++) {
                    state[(way * 4 * cells + row) * cells + i] =
                            parameters[at.state().offset() + i * 4 * cells + column];
                }
                bias[way * 8 * cells + row] = parameters[at.bias().offset() + column];
            }
        }
        return new Recurrent(input, state, bias);
    }

    /** Returns the weights of the logits, [2 cells, 2 classes]. */
    public float[] logitWeights() {
        return of(parameters, new LineReaderShape.Places(shape).logits);
    }

    /** Returns the bias of the logits, [2 classes]. */
    public float[] logitBias() {
        return of(parameters, new LineReaderShape.Places(shape).logitsBias);
    }

    private static float[] of(float[] values, Slice slice) {
        return Arrays.copyOfRange(values, slice.offset(), slice.end());
    }
}
