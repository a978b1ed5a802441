package io.inkstream.trainer.language;

import static java.util.Objects.requireNonNull;

/**
 * What a language model is like, and how it learns.
 *
 * @param cell of its recurrent layers
 * @param layers how many, at most {@link #MOST_LAYERS}
 * @param width cells of each, at most {@link #MOST_WIDTH}
 * @param dropout share of the inputs of a layer, the output layer among them, that an update leaves out, 0 to 1, exclusive
 * @param rate learning rate of Adam
 * @param clip largest value of a gradient
 * @param sequence characters through which a gradient goes back
 * @param batch places of the text that are read side by side
 * @param average how much of the averaged weights stays at an update, 0 to 1, exclusive; at 0 they are the last ones
 */
public record LanguageConfig(
        Cell cell,
        int layers,
        int width,
        double dropout,
        double rate,
        double clip,
        int sequence,
        int batch,
        double average,
        long seed) {
    public static final LanguageConfig DEFAULTS = new LanguageConfig(Cell.LSTM, 2, 256, .2, 1e-3, 5, 100, 100, .99, 1);

    /** More are not trained well, and a model from elsewhere must not ask for any amount of memory. */
    public static final int MOST_LAYERS = 8;

    public static final int MOST_WIDTH = 4096;

    public static final int MOST_SEQUENCE = 10_000;

    /** A recurrent layer. */
    public enum Cell {
        LSTM,
        /** The plain recurrent network. */
        RNN
    }

    public LanguageConfig {
        if (layers < 1 || width < 1 || sequence < 1 || batch < 1) {
            throw new IllegalArgumentException("layers, width, sequence and batch are at least 1, got " + layers + ", "
                    + width + ", " + sequence + " and " + batch);
        }
        requireNonNull(cell, "cell");
        if (sequence > MOST_SEQUENCE || batch > MOST_SEQUENCE) {
            throw new IllegalArgumentException(
                    "sequence and batch are at most " + MOST_SEQUENCE + ", got " + sequence + " and " + batch);
        }
        if (layers > MOST_LAYERS || width > MOST_WIDTH) {
            throw new IllegalArgumentException("there are at most " + MOST_LAYERS + " layers of " + MOST_WIDTH
                    + " cells, not " + layers + " of " + width);
        }
        if (!(dropout >= 0 && dropout < 1) || !(average >= 0 && average < 1)) {
            throw new IllegalArgumentException(
                    "dropout and average are 0 to 1, exclusive, got " + dropout + " and " + average);
        }
        if (!(rate > 0 && rate <= 1) || !(clip > 0)) {
            throw new IllegalArgumentException(
                    "rate is above 0 and at most 1, clip is positive, got " + rate + " and " + clip);
        }
    }

    /** How many weights a network for a vocabulary of {@code tokens} has. */
    long parameters(int tokens) {
        long gates = cell == Cell.LSTM ? 4 : 1;
        long sum = (width + 1L) * tokens;
        for (int layer = 0; layer < layers; layer++) {
            sum += gates * width * ((layer == 0 ? tokens : width) + width + 1L);
        }
        return sum;
    }
}
