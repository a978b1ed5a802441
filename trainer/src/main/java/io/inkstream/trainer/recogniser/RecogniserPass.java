package io.inkstream.trainer.recogniser;

import io.inkstream.trainer.nn.BatchNorm;
import io.inkstream.trainer.nn.BatchNorm.Affine;
import io.inkstream.trainer.nn.Conv2d;
import io.inkstream.trainer.nn.Dense;
import io.inkstream.trainer.nn.MaxPool2;
import io.inkstream.trainer.nn.Slice;
import java.util.random.RandomGenerator;

/** Computes the loss of a recogniser on one batch, and its gradients; for one thread. */
final class RecogniserPass {
    private final RecogniserShape shape;
    private final RecogniserShape.Places places;
    private final int batch;
    private final Conv2d conv1;
    private final Conv2d conv2;
    private final Conv2d conv3;
    private final Conv2d conv4;
    private final Dense featureLayer;
    private final Dense logitLayer;
    private final BatchNorm[] norms;
    private final float[] c1;
    private final float[] h1;
    private final float[] c2;
    private final float[] h2;
    private final float[] p2;
    private final float[] c3;
    private final float[] h3;
    private final float[] c4;
    private final float[] h4;
    private final float[] c5;
    private final float[] h5;
    private final float[] dropped;
    private final float[] mask;
    private final float[] logits;
    private final float[] g1;
    private final float[] g2;
    private final float[] gp;
    private final float[] g3;
    private final float[] g4;
    private final float[] g5;

    RecogniserPass(RecogniserShape shape, int batch) {
        this.shape = shape;
        this.places = new RecogniserShape.Places(shape);
        this.batch = batch;
        this.conv1 = new Conv2d(shape.conv1(), batch, places.conv1, null);
        this.conv2 = new Conv2d(shape.conv2(), batch, places.conv2, null);
        this.conv3 = new Conv2d(shape.conv3(), batch, places.conv3, null);
        this.conv4 = new Conv2d(shape.conv4(), batch, places.conv4, null);
        this.featureLayer = new Dense(batch, places.features, null);
        this.logitLayer = new Dense(batch, places.logits, places.logitsBias);
        this.norms = new BatchNorm[] {
            new BatchNorm(batch, shape.first(), 196, places.norm[0]),
            new BatchNorm(batch, shape.second(), 196, places.norm[1]),
            new BatchNorm(batch, shape.third(), 49, places.norm[2]),
            new BatchNorm(batch, shape.third(), 16, places.norm[3]),
            new BatchNorm(batch, shape.features(), 1, places.norm[4])
        };
        int n1 = batch * shape.first() * 196;
        int n2 = batch * shape.second() * 196;
        int n3 = batch * shape.third() * 49;
        int n4 = batch * shape.third() * 16;
        int n5 = batch * shape.features();
        this.c1 = new float[n1];
        this.h1 = new float[n1];
        this.c2 = new float[n2];
        this.h2 = new float[n2];
        this.p2 = new float[n2 / 4];
        this.c3 = new float[n3];
        this.h3 = new float[n3];
        this.c4 = new float[n4];
        this.h4 = new float[n4];
        this.c5 = new float[n5];
        this.h5 = new float[n5];
        this.dropped = new float[n5];
        this.mask = new float[n5];
        this.logits = new float[batch * shape.classes()];
        this.g1 = new float[n1];
        this.g2 = new float[n2];
        this.gp = new float[n2 / 4];
        this.g3 = new float[n3];
        this.g4 = new float[n4];
        this.g5 = new float[n5];
    }

    /**
     * Returns the mean cross-entropy against smoothed labels.
     *
     * @param ink [batch, 784] in 0 .. 1
     * @param labels [batch] class indices
     * @param gradients receives the gradient of every parameter
     * @param batchStatistics receives the batch's means and variances
     */
    float lossAndGradients(
            Recogniser model,
            float[] ink,
            int[] labels,
            double dropout,
            double smoothing,
            RandomGenerator random,
            float[] gradients,
            float[] batchStatistics) {
        float[] p = model.parameters();
        conv1.load(p);
        conv2.load(p);
        conv3.load(p);
        conv4.load(p);
        featureLayer.load(p);
        logitLayer.load(p);
        conv1.forward(ink, c1);
        norm(0, p, c1, h1, batchStatistics);
        conv2.forward(h1, c2);
        norm(1, p, c2, h2, batchStatistics);
        MaxPool2.forward(h2, p2, batch * shape.second(), 14);
        conv3.forward(p2, c3);
        norm(2, p, c3, h3, batchStatistics);
        conv4.forward(h3, c4);
        norm(3, p, c4, h4, batchStatistics);
        featureLayer.forward(h4, c5);
        norm(4, p, c5, h5, batchStatistics);
        float keep = (float) (1 / (1 - dropout));
        for (int i = 0; i < mask.length; i++) {
            mask[i] = random.nextDouble() < dropout ? 0f : keep;
            dropped[i] = h5[i] * mask[i];
        }
        logitLayer.forward(dropped, logits);

        float loss = CrossEntropy.lossAndGradient(logits, labels, shape.classes(), smoothing);
        logitLayer.backward(logits, g5, gradients);
        for (int i = 0; i < mask.length; i++) {
            g5[i] *= mask[i];
        }
        normBackward(4, p, c5, h5, g5, gradients);
        featureLayer.backward(g5, g4, gradients);
        normBackward(3, p, c4, h4, g4, gradients);
        conv4.backward(g4, g3, gradients);
        normBackward(2, p, c3, h3, g3, gradients);
        conv3.backward(g3, gp, gradients);
        MaxPool2.backward(h2, p2, gp, g2, batch * shape.second(), 14);
        normBackward(1, p, c2, h2, g2, gradients);
        conv2.backward(g2, g1, gradients);
        normBackward(0, p, c1, h1, g1, gradients);
        conv1.backward(g1, null, gradients);
        return loss;
    }

    private void norm(int i, float[] parameters, float[] x, float[] y, float[] batchStatistics) {
        norms[i].forwardTraining(
                x, shared(parameters, places.scale[i]), shared(parameters, places.shift[i]), y, batchStatistics);
    }

    private void normBackward(int i, float[] parameters, float[] x, float[] y, float[] gradient, float[] gradients) {
        norms[i].backward(
                x,
                y,
                gradient,
                shared(parameters, places.scale[i]),
                shared(gradients, places.scale[i]),
                shared(gradients, places.shift[i]));
    }

    private static Affine shared(float[] values, Slice slice) {
        return new Affine(values, slice.offset(), 0);
    }
}
