package io.inkstream.trainer.lines;

import static java.util.Objects.requireNonNull;

import io.inkstream.trainer.nn.Init;
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
        for (var way : List.of(places.onward, places.back)) {
            Init.uniform(parameters, way.input(), bound, random);
            Init.uniform(parameters, way.state(), bound, random);
            // A gate that lets the past through from the start learns long dependencies sooner.
            int cells = shape.cells();
            Arrays.fill(parameters, way.bias().offset() + cells, way.bias().offset() + 2 * cells, 1f);
        }
        Init.uniform(parameters, places.logits, 1 / Math.sqrt(2.0 * shape.cells()), random);
        return new LineReader(shape, characters, parameters, statistics);
    }
}
