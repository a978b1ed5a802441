package io.inkstream.trainer.lines;

import static io.inkstream.trainer.lines.LineReaderShape.COLUMNS_PER_STEP;
import static io.inkstream.trainer.lines.LineReaderShape.CONVOLUTIONS;
import static io.inkstream.trainer.lines.LineReaderShape.FRAMES_PER_STEP;

import io.inkstream.trainer.nn.BatchNorm;
import io.inkstream.trainer.nn.BatchNorm.Affine;
import io.inkstream.trainer.nn.Conv2d;
import io.inkstream.trainer.nn.Dense;
import io.inkstream.trainer.nn.Lstm;
import io.inkstream.trainer.nn.Slice;
import java.util.random.RandomGenerator;

/** Computes a reader's logits of lines of one width, the loss and the gradients; for one thread. */
final class LinePass {
    private final LineReaderShape shape;
    private final LineReaderShape.Places places;
    private final int batch;
    private final int steps;
    private final Conv2d[] convs = new Conv2d[CONVOLUTIONS];
    private final BatchNorm[] norms = new BatchNorm[CONVOLUTIONS];
    /** Before the norms, after them, and the gradient there. */
    private final float[][] raw = new float[CONVOLUTIONS][];

    private final float[][] rectified = new float[CONVOLUTIONS][];
    private final float[][] gradient = new float[CONVOLUTIONS][];
    private final Lstm onward;
    private final Lstm back;
    private final Dense logitLayer;
    private final float[] sequence;
    private final float[] sequenceGradient;
    private final float[] sequenceMask;
    private final float[] onwardStates;
    private final float[] backStates;
    private final float[] states;
    private final float[] stateMask;
    private final float[] logits;
    private final Ctc ctc;

    /**
     * Prepares for so many lines at once.
     *
     * @param networkWidth columns, a multiple of {@link LineReaderShape#COLUMNS_PER_STEP}
     */
    LinePass(LineReaderShape shape, int batch, int networkWidth) {
        this.shape = shape;
        this.places = new LineReaderShape.Places(shape);
        this.batch = batch;
        this.steps = networkWidth / COLUMNS_PER_STEP;
        for (int i = 0; i < CONVOLUTIONS; i++) {
            Conv2d.Shape conv = shape.conv(i, networkWidth);
            int area = conv.outHeight() * conv.outWidth();
            int length = batch * conv.outputs() * area;
            convs[i] = new Conv2d(conv, batch, places.conv[i], null);
            norms[i] = new BatchNorm(batch, conv.outputs(), area, places.norm[i]);
            raw[i] = new float[length];
            rectified[i] = new float[length];
            gradient[i] = new float[length];
        }
        this.onward = new Lstm(steps, batch, places.onward, false);
        this.back = new Lstm(steps, batch, places.back, true);
        this.logitLayer = new Dense(steps * batch, places.logits, places.logitsBias);
        this.sequence = new float[steps * batch * shape.features()];
        this.sequenceGradient = new float[sequence.length];
        this.sequenceMask = new float[sequence.length];
        this.onwardStates = new float[steps * batch * shape.cells()];
        this.backStates = new float[onwardStates.length];
        this.states = new float[2 * onwardStates.length];
        this.stateMask = new float[states.length];
        this.logits = new float[steps * batch * FRAMES_PER_STEP * shape.classes()];
        this.ctc = new Ctc(shape.classes());
    }

    /**
     * Returns the mean loss of a character, and the gradient of the mean loss of a line.
     *
     * @param pictures [batch, rows, columns], 0 is paper and 1 is ink
     * @param networkWidths columns of each line; what is beyond is paper
     * @param labels of each line's text
     * @param gradients receives the gradient of every parameter
     * @param batchStatistics receives the batch's means and variances
     */
    double lossAndGradients(
            LineReader model,
            float[] pictures,
            int[] networkWidths,
            int[][] labels,
            double dropout,
            RandomGenerator random,
            float[] gradients,
            float[] batchStatistics) {
        float[] p = model.parameters();
        load(p);
        for (int i = 0; i < CONVOLUTIONS; i++) {
            convs[i].forward(i == 0 ? pictures : rectified[i - 1], raw[i]);
            norms[i].forwardTraining(
                    raw[i], shared(p, places.scale[i]), shared(p, places.shift[i]), rectified[i], batchStatistics);
        }
        toSequence(rectified[CONVOLUTIONS - 1], sequence);
        mask(sequenceMask, dropout, random);
        multiply(sequence, sequenceMask);
        onward.forward(sequence, onwardStates);
        back.forward(sequence, backStates);
        join();
        mask(stateMask, dropout, random);
        multiply(states, stateMask);
        logitLayer.forward(states, logits);

        double loss = 0;
        int characters = 0;
        int perFrame = shape.classes();
        for (int n = 0; n < batch; n++) {
            int frames = networkWidths[n] / COLUMNS_PER_STEP * FRAMES_PER_STEP;
            int[] offsets = offsets(n, steps * FRAMES_PER_STEP);
            loss += ctc.lossAndGradient(logits, offsets, frames, labels[n]);
            characters += labels[n].length;
            for (int t = 0; t < offsets.length; t++) {
                for (int c = 0; c < perFrame; c++) {
                    logits[offsets[t] + c] = t < frames ? logits[offsets[t] + c] / batch : 0f;
                }
            }
        }

        float[] statesGradient = states;
        logitLayer.backward(logits, statesGradient, gradients);
        multiply(statesGradient, stateMask);
        split(statesGradient);
        back.backward(backStates, sequenceGradient, gradients);
        // The features are both readers' input: their gradients add up.
        onward.backward(onwardStates, sequence, gradients);
        for (int i = 0; i < sequence.length; i++) {
            sequenceGradient[i] = (sequenceGradient[i] + sequence[i]) * sequenceMask[i];
        }
        fromSequence(sequenceGradient, gradient[CONVOLUTIONS - 1]);
        for (int i = CONVOLUTIONS - 1; i >= 0; i--) {
            norms[i].backward(
                    raw[i],
                    rectified[i],
                    gradient[i],
                    shared(p, places.scale[i]),
                    shared(gradients, places.scale[i]),
                    shared(gradients, places.shift[i]));
            convs[i].backward(gradient[i], i == 0 ? null : gradient[i - 1], gradients);
        }
        return loss / characters;
    }

    /** Returns the logits [frames, classes] of each line, by the running statistics. */
    float[][] logits(LineReader model, float[] pictures) {
        float[] p = model.parameters();
        load(p);
        for (int i = 0; i < CONVOLUTIONS; i++) {
            convs[i].forward(i == 0 ? pictures : rectified[i - 1], raw[i]);
            norms[i].forwardServing(
                    raw[i], shared(p, places.scale[i]), shared(p, places.shift[i]), rectified[i], model.statistics());
        }
        toSequence(rectified[CONVOLUTIONS - 1], sequence);
        onward.forward(sequence, onwardStates);
        back.forward(sequence, backStates);
        join();
        logitLayer.forward(states, logits);
        int frames = steps * FRAMES_PER_STEP;
        float[][] lines = new float[batch][frames * shape.classes()];
        for (int n = 0; n < batch; n++) {
            int[] offsets = offsets(n, frames);
            for (int t = 0; t < frames; t++) {
                System.arraycopy(logits, offsets[t], lines[n], t * shape.classes(), shape.classes());
            }
        }
        return lines;
    }

    private void load(float[] parameters) {
        for (Conv2d conv : convs) {
            conv.load(parameters);
        }
        onward.load(parameters);
        back.load(parameters);
        logitLayer.load(parameters);
    }

    /** Where the frames of a line begin among the logits. */
    private int[] offsets(int line, int frames) {
        int[] offsets = new int[frames];
        for (int t = 0; t < frames; t++) {
            int step = t / FRAMES_PER_STEP;
            offsets[t] = ((step * batch + line) * FRAMES_PER_STEP + t % FRAMES_PER_STEP) * shape.classes();
        }
        return offsets;
    }

    /** [batch, features, steps] to [steps, batch, features]. */
    private void toSequence(float[] features, float[] to) {
        int count = shape.features();
        for (int n = 0; n < batch; n++) {
            for (int f = 0; f < count; f++) {
                int from = (n * count + f) * steps;
                for (int s = 0; s < steps; s++) {
                    to[(s * batch + n) * count + f] = features[from + s];
                }
            }
        }
    }

    private void fromSequence(float[] from, float[] features) {
        int count = shape.features();
        for (int n = 0; n < batch; n++) {
            for (int f = 0; f < count; f++) {
                int to = (n * count + f) * steps;
                for (int s = 0; s < steps; s++) {
                    features[to + s] = from[(s * batch + n) * count + f];
                }
            }
        }
    }

    private void join() {
        int cells = shape.cells();
        for (int row = 0; row < steps * batch; row++) {
            System.arraycopy(onwardStates, row * cells, states, 2 * row * cells, cells);
            System.arraycopy(backStates, row * cells, states, (2 * row + 1) * cells, cells);
        }
    }

    private void split(float[] both) {
        int cells = shape.cells();
        for (int row = 0; row < steps * batch; row++) {
            System.arraycopy(both, 2 * row * cells, onwardStates, row * cells, cells);
            System.arraycopy(both, (2 * row + 1) * cells, backStates, row * cells, cells);
        }
    }

    private static void mask(float[] mask, double dropout, RandomGenerator random) {
        float keep = (float) (1 / (1 - dropout));
        for (int i = 0; i < mask.length; i++) {
            mask[i] = random.nextFloat() < dropout ? 0f : keep;
        }
    }

    private static void multiply(float[] values, float[] mask) {
        for (int i = 0; i < values.length; i++) {
            values[i] *= mask[i];
        }
    }

    private static Affine shared(float[] values, Slice slice) {
        return new Affine(values, slice.offset(), 0);
    }
}
