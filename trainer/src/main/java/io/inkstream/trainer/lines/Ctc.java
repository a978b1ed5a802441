package io.inkstream.trainer.lines;

import java.util.Arrays;

/**
 * Connectionist temporal classification: the loss of a text under a network that says at every frame which character it sees,
 * or none, summed over all ways in which the frames can spell the text.
 *
 * <p>Class 0 is the blank. Probabilities are logarithms in doubles, so that no length underflows. Holds buffers: for one thread.
 *
 * @see <a href="https://doi.org/10.1145/1143844.1143891">Graves et al., connectionist temporal classification</a>
 */
final class Ctc {
    static final int BLANK = 0;
    private static final double NEVER = Double.NEGATIVE_INFINITY;

    private final int classes;
    private double[] logs = {};
    private double[] forward = {};
    private double[] backward = {};
    private final double[] posterior;

    Ctc(int classes) {
        this.classes = classes;
        this.posterior = new double[classes];
    }

    /** Fewest frames that can spell a text: one a character, and a blank between equal neighbours. */
    static int leastFrames(int[] labels) {
        int frames = labels.length;
        for (int i = 1; i < labels.length; i++) {
            frames += labels[i] == labels[i - 1] ? 1 : 0;
        }
        return frames;
    }

    /**
     * Returns minus the logarithm of the probability of a text, and replaces the logits by its gradient.
     *
     * @param logits where frame t begins is {@code offsets[t]}; of each, as many as there are classes
     * @param frames how many frames there are, at least {@link #leastFrames}
     * @param labels of the text, 1 and more
     * @throws IllegalArgumentException if the frames cannot spell the text
     */
    double lossAndGradient(float[] logits, int[] offsets, int frames, int[] labels) {
        if (frames < leastFrames(labels)) {
            throw new IllegalArgumentException(frames + " frames cannot spell " + labels.length
                    + " characters, which need " + leastFrames(labels));
        }
        int states = 2 * labels.length + 1;
        grow(frames, states);
        for (int t = 0; t < frames; t++) {
            logSoftmax(logits, offsets[t], t * classes);
        }
        Arrays.fill(forward, 0, frames * states, NEVER);
        Arrays.fill(backward, 0, frames * states, NEVER);
        forward[0] = logs[BLANK];
        if (states > 1) {
            forward[1] = logs[labels[0]];
        }
        for (int t = 1; t < frames; t++) {
            int from = (t - 1) * states;
            for (int s = 0; s < states; s++) {
                double sum = forward[from + s];
                if (s > 0) {
                    sum = add(sum, forward[from + s - 1]);
                }
                if (mayJump(labels, s)) {
                    sum = add(sum, forward[from + s - 2]);
                }
                forward[t * states + s] = sum + logs[t * classes + label(labels, s)];
            }
        }
        int last = (frames - 1) * states;
        backward[last + states - 1] = 0;
        if (states > 1) {
            backward[last + states - 2] = 0;
        }
        for (int t = frames - 2; t >= 0; t--) {
            int to = (t + 1) * states;
            for (int s = 0; s < states; s++) {
                double sum = backward[to + s] + logs[(t + 1) * classes + label(labels, s)];
                if (s + 1 < states) {
                    sum = add(sum, backward[to + s + 1] + logs[(t + 1) * classes + label(labels, s + 1)]);
                }
                if (s + 2 < states && mayJump(labels, s + 2)) {
                    sum = add(sum, backward[to + s + 2] + logs[(t + 1) * classes + label(labels, s + 2)]);
                }
                backward[t * states + s] = sum;
            }
        }
        double total = forward[last + states - 1];
        if (states > 1) {
            total = add(total, forward[last + states - 2]);
        }
        for (int t = 0; t < frames; t++) {
            Arrays.fill(posterior, 0);
            for (int s = 0; s < states; s++) {
                posterior[label(labels, s)] += Math.exp(forward[t * states + s] + backward[t * states + s] - total);
            }
            for (int c = 0; c < classes; c++) {
                logits[offsets[t] + c] = (float) (Math.exp(logs[t * classes + c]) - posterior[c]);
            }
        }
        return -total;
    }

    /** Whether a state may follow the one two before it: characters may, unless they are equal. */
    private static boolean mayJump(int[] labels, int state) {
        return state % 2 == 1 && state > 1 && labels[state / 2] != labels[state / 2 - 1];
    }

    private static int label(int[] labels, int state) {
        return state % 2 == 0 ? BLANK : labels[state / 2];
    }

    private void logSoftmax(float[] logits, int from, int to) {
        double max = NEVER;
        for (int c = 0; c < classes; c++) {
            max = Math.max(max, logits[from + c]);
        }
        double sum = 0;
        for (int c = 0; c < classes; c++) {
            sum += Math.exp(logits[from + c] - max);
        }
        double log = max + Math.log(sum);
        for (int c = 0; c < classes; c++) {
            logs[to + c] = logits[from + c] - log;
        }
    }

    /** Logarithm of the sum of what two logarithms stand for. */
    private static double add(double a, double b) {
        double high = Math.max(a, b);
        double low = Math.min(a, b);
        return low == NEVER ? high : high + Math.log1p(Math.exp(low - high));
    }

    private void grow(int frames, int states) {
        if (logs.length < frames * classes) {
            logs = new double[frames * classes];
        }
        if (forward.length < frames * states) {
            forward = new double[frames * states];
            backward = new double[frames * states];
        }
    }
}
