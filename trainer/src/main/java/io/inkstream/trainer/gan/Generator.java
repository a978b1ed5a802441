package io.inkstream.trainer.gan;

import static java.util.Objects.requireNonNull;

import io.inkstream.trainer.nn.Init;
import io.inkstream.trainer.nn.Slice;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * The weights and running statistics of one generator.
 *
 * <p>The arrays are the model itself, not copies: whoever trains it writes into them, everybody else only reads.
 */
public record Generator(GeneratorShape shape, float[] parameters, float[] statistics) {
    public Generator {
        requireNonNull(shape, "shape");
        GeneratorShape.Places places = new GeneratorShape.Places(shape);
        if (parameters.length != places.parameters.length() || statistics.length != places.statistics.length()) {
            throw new IllegalArgumentException("a generator of " + shape + " has " + places.parameters.length()
                    + " parameters and " + places.statistics.length() + " statistics, got " + parameters.length
                    + " and "
                    + statistics.length);
        }
    }

    /** Returns an untrained generator: orthogonal weights, embeddings N(0, 1), modulation N(0, 0.02). */
    public static Generator untrained(GeneratorShape shape, RandomGenerator random) {
        GeneratorShape.Places places = new GeneratorShape.Places(shape);
        float[] parameters = new float[places.parameters.length()];
        Init.normal(parameters, places.embedding, 1, random);
        Init.orthogonal(parameters, places.dense, shape.latent(), random);
        Init.normal(parameters, places.modulation, 0.02, random);
        for (Slice conv : places.conv) {
            Init.orthogonal(parameters, conv, conv.shape()[0], random);
        }
        float[] statistics = new float[places.statistics.length()];
        for (Slice norm : places.norm) {
            Arrays.fill(statistics, norm.offset() + norm.length() / 2, norm.end(), 1f);
        }
        return new Generator(shape, parameters, statistics);
    }

    /** Returns a generator that makes of latents what this one makes of {@code factor} times those latents. */
    public Generator widened(double factor) {
        GeneratorShape.Places places = new GeneratorShape.Places(shape);
        Generator wider = copy();
        // Latents are the first rows of the dense layer, and style the last of what steers the norms: both linear in
        // them.
        scale(wider.parameters, places.dense, 0, shape.style() + shape.noise(), factor);
        scale(wider.parameters, places.modulation, shape.embedding(), shape.condition(), factor);
        return wider;
    }

    private static void scale(float[] parameters, Slice matrix, int fromRow, int toRow, double factor) {
        int columns = matrix.shape()[1];
        for (int i = matrix.offset() + fromRow * columns; i < matrix.offset() + toRow * columns; i++) {
            parameters[i] = (float) (parameters[i] * factor);
        }
    }

    /** Returns a copy with arrays of its own. */
    public Generator copy() {
        return new Generator(shape, parameters.clone(), statistics.clone());
    }
}
