package io.inkstream.trainer.language;

/**
 * What a language model is like, and how it learns.
 *
 * @param cell of its recurrent layers
 * @param layers how many
 * @param width cells of each
 * @param dropout share of a layer's inputs that a step leaves out, 0 to 1, exclusive
 * @param rate learning rate of Adam
 * @param clip largest value of a gradient
 * @param sequence characters through which a gradient goes back
 * @param batch places of the text that are read side by side
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
        long seed) {
    public static final LanguageConfig DEFAULTS = new LanguageConfig(Cell.LSTM, 2, 256, .2, 1e-3, 5, 100, 100, 1);

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
        if (!(dropout >= 0 && dropout < 1) || !(rate > 0) || !(clip > 0)) {
            throw new IllegalArgumentException("dropout is 0 to 1, exclusive, rate and clip are positive, got "
                    + dropout + ", " + rate + " and " + clip);
        }
    }
}
