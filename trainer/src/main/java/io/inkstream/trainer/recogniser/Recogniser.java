package io.inkstream.trainer.recogniser;

import static java.util.Objects.requireNonNull;

import io.inkstream.trainer.nn.BatchNorm;
import io.inkstream.trainer.nn.Init;
import io.inkstream.trainer.nn.Slice;
import java.util.List;
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

    /**
     * Returns a recogniser of folded weights, with batch norms that change nothing: the inverse of
     * {@link FrozenRecogniser.Folded}.
     *
     * @param weights of six layers: four convolutions [out, in, h, w], features and logits [in, out]
     * @param biases of these
     * @throws IllegalArgumentException if they are of another shape
     */
    public static Recogniser unfolded(RecogniserShape shape, List<float[]> weights, List<float[]> biases) {
        RecogniserShape.Places places = new RecogniserShape.Places(shape);
        Slice[] layers = {places.conv1, places.conv2, places.conv3, places.conv4, places.features, places.logits};
        float[] parameters = new float[places.parameters.length()];
        float[] statistics = new float[places.statistics.length()];
        for (int i = 0; i < layers.length; i++) {
            paste(weights.get(i), parameters, layers[i]);
            boolean isLast = i == layers.length - 1;
            paste(biases.get(i), parameters, isLast ? places.logitsBias : places.shift[i]);
            if (!isLast) {
                Init.constant(parameters, places.scale[i], (float) Math.sqrt(1 + BatchNorm.EPSILON));
                Slice norm = places.norm[i];
                java.util.Arrays.fill(statistics, norm.offset() + norm.length() / 2, norm.end(), 1f);
            }
        }
        return new Recogniser(shape, parameters, statistics);
    }

    private static void paste(float[] values, float[] to, Slice at) {
        if (values.length != at.length()) {
            throw new IllegalArgumentException(
                    "the reader's " + at.name() + " has " + values.length + " numbers, not " + at.length());
        }
        System.arraycopy(values, 0, to, at.offset(), values.length);
    }
}
