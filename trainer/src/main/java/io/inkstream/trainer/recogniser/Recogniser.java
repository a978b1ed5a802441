package io.inkstream.trainer.recogniser;

import static java.util.Objects.requireNonNull;

import io.inkstream.trainer.nn.Init;
import io.inkstream.trainer.nn.Slice;
import java.util.random.RandomGenerator;

/**
 * The weights and running statistics of one recogniser of single glyphs.
 *
 * <p>The arrays are the model itself, not copies: whoever trains it writes into them, everybody else only reads.
 */
public record Recogniser(RecogniserShape shape, float[] parameters, float[] statistics) {
    public Recogniser {
        requireNonNull(shape, "shape");
        RecogniserShape.Places places = new RecogniserShape.Places(shape);
        if (parameters.length != places.parameters.length() || statistics.length != places.statistics.length()) {
            throw new IllegalArgumentException("a recogniser of " + shape + " has " + places.parameters.length()
                    + " parameters and " + places.statistics.length() + " statistics, got " + parameters.length
                    + " and "
                    + statistics.length);
        }
    }

    /** Returns an untrained recogniser: uniform weights by fan-in, batch norms that change nothing. */
    public static Recogniser untrained(RecogniserShape shape, RandomGenerator random) {
        RecogniserShape.Places places = new RecogniserShape.Places(shape);
        float[] parameters = new float[places.parameters.length()];
        float[] statistics = new float[places.statistics.length()];
        for (Slice conv : new Slice[] {places.conv1, places.conv2, places.conv3, places.conv4}) {
            Init.uniform(parameters, conv, 1 / Math.sqrt(conv.length() / (double) conv.shape()[0]), random);
        }
        for (Slice dense : new Slice[] {places.features, places.logits}) {
            Init.uniform(parameters, dense, 1 / Math.sqrt(dense.shape()[0]), random);
        }
        for (Slice scale : places.scale) {
            Init.constant(parameters, scale, 1f);
        }
        for (Slice norm : places.norm) {
            java.util.Arrays.fill(statistics, norm.offset() + norm.length() / 2, norm.end(), 1f);
        }
        return new Recogniser(shape, parameters, statistics);
    }
}
