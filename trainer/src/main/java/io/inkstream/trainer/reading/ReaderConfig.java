package io.inkstream.trainer.reading;

import static java.util.Objects.requireNonNull;

/**
 * What a reader is like, and how it learns.
 *
 * @param net how its convolutions are joined
 * @param width channels of the first stage, 14 x 14; the second, 7 x 7, has twice as many, the third, 4 x 4, four times
 * @param blocks convolutions, or residual blocks of two, in each stage
 * @param features of the layer before the logits
 * @param dropout share of the features that a step leaves out, 0 to 1, exclusive
 * @param smoothing share of a label that is spread over all classes, 0 to 1, exclusive
 * @param rate highest learning rate of Adam; it rises at first and falls to nothing at the end
 * @param decay share of the weights, times the rate, that each step takes away
 * @param batch glyphs of a step, over all workers
 * @param workers threads that share a step
 * @param augmented whether glyphs are moved, turned, leaned and stretched a little, each time in another way, until the last
 *     tenth of the steps
 * @param epochs most times that each glyph is seen
 * @param batches only so many batches are learnt from, always the same; 0 for all
 */
public record ReaderConfig(
        Net net,
        int width,
        int blocks,
        int features,
        double dropout,
        double smoothing,
        double rate,
        double decay,
        int batch,
        int workers,
        boolean augmented,
        int epochs,
        int batches,
        long seed) {
    public static final ReaderConfig DEFAULTS =
            new ReaderConfig(Net.RESNET, 32, 1, 256, .25, .05, 2e-3, 1e-2, 128, 2, true, 20, 0, 1);

    /** Share of the steps from which on glyphs are shown as they are, as those to be read will be. */
    private static final double PLAIN_FROM = .9;

    private static final int WIDEST = 256;
    private static final int MOST_BLOCKS = 16;
    private static final int MOST_WORKERS = 64;

    /** How convolutions are joined. */
    public enum Net {
        /** One after the other. */
        CNN,
        /** In pairs, to whose result what went in is added. */
        RESNET
    }

    public ReaderConfig {
        requireNonNull(net, "net");
        if (width < 1 || width > WIDEST || blocks < 1 || blocks > MOST_BLOCKS || features < 1 || features > 4096) {
            throw new IllegalArgumentException("the width is 1 to " + WIDEST + ", blocks are 1 to " + MOST_BLOCKS
                    + " and features 1 to 4096, got " + width + ", " + blocks + " and " + features);
        }
        if (!(dropout >= 0 && dropout < 1) || !(smoothing >= 0 && smoothing < 1)) {
            throw new IllegalArgumentException(
                    "dropout and smoothing are 0 to 1, exclusive, got " + dropout + " and " + smoothing);
        }
        if (!(rate > 0) || !(decay >= 0)) {
            throw new IllegalArgumentException(
                    "the rate is positive and the decay not negative, got " + rate + " and " + decay);
        }
        if (workers < 1 || workers > MOST_WORKERS || batch < 2 * workers || batch % workers != 0) {
            throw new IllegalArgumentException("workers are 1 to " + MOST_WORKERS
                    + " and share a batch evenly, at least two glyphs each, got " + workers + " and " + batch);
        }
        if (epochs < 1 || batches < 0) {
            throw new IllegalArgumentException(
                    "epochs are at least 1 and batches not negative, got " + epochs + " and " + batches);
        }
    }

    /** The same, made to learn a few batches by heart: nothing is varied, left out or smoothed. */
    public ReaderConfig overfitting(int few) {
        return new ReaderConfig(net, width, blocks, features, 0, 0, rate, 0, batch, workers, false, epochs, few, seed);
    }

    /** Whether a step, counted from 0, shows glyphs in other ways than they are. */
    boolean varies(long step, long steps) {
        return augmented && step < PLAIN_FROM * steps;
    }

    /** What tells networks of different architecture apart. */
    String architecture(int classes) {
        return net + " of width " + width + ", blocks " + blocks + ", features " + features + ", classes " + classes;
    }
}
