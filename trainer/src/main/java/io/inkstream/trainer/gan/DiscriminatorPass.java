package io.inkstream.trainer.gan;

import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.nn.Conv2d;
import io.inkstream.trainer.nn.Dense;
import io.inkstream.trainer.nn.InputGradient;
import io.inkstream.trainer.nn.Loops;
import java.util.Arrays;

/** Judges a batch of glyphs and takes gradients back to the weights or to the ink; for one thread and batch size. */
final class DiscriminatorPass {
    private final DiscriminatorShape.Places places;
    private final int batch;
    private final int features;
    private final Conv2d conv1;
    private final Conv2d conv2;
    private final Conv2d conv3;
    private final Conv2d conv4;
    private final Dense dense;
    private final InputGradient conv1Gradient;
    private final InputGradient conv3Gradient;
    private final float[] x;
    private final float[] h1;
    private final float[] h2;
    private final float[] h3;
    private final float[] h4;
    private final float[] h5;
    private final float[] logits;
    private final float[] g0;
    private final float[] g1;
    private final float[] g2;
    private final float[] g3;
    private final float[] g4;
    private final float[] g5;
    private float[] weights;

    DiscriminatorPass(DiscriminatorShape shape, int batch) {
        this.places = new DiscriminatorShape.Places(shape);
        this.batch = batch;
        this.features = shape.features();
        this.conv1 = new Conv2d(shape.conv1(), batch, places.conv[0], places.convBias[0]);
        this.conv2 = new Conv2d(shape.conv2(), batch, places.conv[1], places.convBias[1]);
        this.conv3 = new Conv2d(shape.conv3(), batch, places.conv[2], places.convBias[2]);
        this.conv4 = new Conv2d(shape.conv4(), batch, places.conv[3], places.convBias[3]);
        this.dense = new Dense(batch, places.dense, places.denseBias);
        this.conv1Gradient = new InputGradient(shape.conv1(), batch, places.conv[0]);
        this.conv3Gradient = new InputGradient(shape.conv3(), batch, places.conv[2]);
        this.x = new float[batch * SampleSet.PIXELS];
        this.h1 = new float[batch * shape.first() * 196];
        this.h2 = new float[batch * shape.second() * 49];
        this.h3 = new float[batch * shape.third() * 49];
        this.h4 = new float[batch * shape.third() * 16];
        this.h5 = new float[batch * features];
        this.logits = new float[batch];
        this.g0 = new float[x.length];
        this.g1 = new float[h1.length];
        this.g2 = new float[h2.length];
        this.g3 = new float[h3.length];
        this.g4 = new float[h4.length];
        this.g5 = new float[h5.length];
    }

    /**
     * Returns one logit for each glyph: positive for real.
     *
     * @param normalised the discriminator's normalised weights
     * @param ink [batch, 784] in 0 .. 1
     * @param labels class index of each glyph
     */
    float[] judge(float[] normalised, float[] ink, int[] labels) {
        weights = normalised;
        conv1.load(normalised);
        conv2.load(normalised);
        conv3.load(normalised);
        conv4.load(normalised);
        dense.load(normalised);
        for (int i = 0; i < x.length; i++) {
            x[i] = 2 * ink[i] - 1;
        }
        conv1.forward(x, h1);
        Loops.leakyRelu(h1, h1.length);
        conv2.forward(h1, h2);
        Loops.leakyRelu(h2, h2.length);
        conv3.forward(h2, h3);
        Loops.leakyRelu(h3, h3.length);
        conv4.forward(h3, h4);
        Loops.leakyRelu(h4, h4.length);
        dense.forward(h4, h5);
        Loops.leakyRelu(h5, h5.length);
        for (int n = 0; n < batch; n++) {
            int row = places.projection.offset() + labels[n] * features;
            logits[n] = normalised[places.logitBias.offset()]
                    + Loops.dot(normalised, places.logit.offset(), h5, n * features, features)
                    + Loops.dot(normalised, row, h5, n * features, features);
        }
        return logits;
    }

    /** Writes the gradients at the normalised weights for the given gradients at the logits of the last judgement. */
    void backwardToWeights(float[] logitGradient, int[] labels, float[] gradients) {
        Arrays.fill(gradients, places.logit.offset(), places.logit.end(), 0f);
        Arrays.fill(gradients, places.projection.offset(), places.projection.end(), 0f);
        float bias = 0;
        for (int n = 0; n < batch; n++) {
            float g = logitGradient[n];
            bias += g;
            Loops.addScaled(g, h5, n * features, gradients, places.logit.offset(), features);
            int row = places.projection.offset() + labels[n] * features;
            Loops.addScaled(g, h5, n * features, gradients, row, features);
        }
        gradients[places.logitBias.offset()] = bias;
        backwardHead(logitGradient, labels);
        dense.backward(g5, g4, gradients);
        Loops.leakyReluBackward(h4, g4, g4.length);
        conv4.backward(g4, g3, gradients);
        Loops.leakyReluBackward(h3, g3, g3.length);
        conv3.backward(g3, g2, gradients);
        Loops.leakyReluBackward(h2, g2, g2.length);
        conv2.backward(g2, g1, gradients);
        Loops.leakyReluBackward(h1, g1, g1.length);
        conv1.backward(g1, null, gradients);
    }

    /** Adds the gradient at the ink to {@code inkGradient}, for gradients at the logits of the last judgement. */
    void backwardToInk(float[] logitGradient, int[] labels, float[] inkGradient) {
        conv1Gradient.load(weights);
        conv3Gradient.load(weights);
        backwardHead(logitGradient, labels);
        dense.backward(g5, g4, null);
        Loops.leakyReluBackward(h4, g4, g4.length);
        conv4.backward(g4, g3, null);
        Loops.leakyReluBackward(h3, g3, g3.length);
        conv3Gradient.run(g3, g2);
        Loops.leakyReluBackward(h2, g2, g2.length);
        conv2.backward(g2, g1, null);
        Loops.leakyReluBackward(h1, g1, g1.length);
        conv1Gradient.run(g1, g0);
        // the ink came in as 2 ink - 1
        Loops.addScaled(2f, g0, 0, inkGradient, 0, g0.length);
    }

    private void backwardHead(float[] logitGradient, int[] labels) {
        for (int n = 0; n < batch; n++) {
            int row = places.projection.offset() + labels[n] * features;
            for (int k = 0; k < features; k++) {
                g5[n * features + k] = logitGradient[n] * (weights[places.logit.offset() + k] + weights[row + k]);
            }
        }
        Loops.leakyReluBackward(h5, g5, g5.length);
    }
}
