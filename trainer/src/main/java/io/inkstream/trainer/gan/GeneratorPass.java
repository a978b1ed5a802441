package io.inkstream.trainer.gan;

import io.inkstream.trainer.nn.BatchNorm;
import io.inkstream.trainer.nn.BatchNorm.Affine;
import io.inkstream.trainer.nn.Conv2d;
import io.inkstream.trainer.nn.Dense;
import io.inkstream.trainer.nn.InkLayer;
import io.inkstream.trainer.nn.Loops;
import io.inkstream.trainer.nn.PixelShuffle;

/**
 * Draws a batch of glyphs with a generator, in training or in serving, and takes gradients back to its parameters.
 *
 * <p>For one thread and one batch size; returned arrays are its own and overwritten by the next call.
 */
public final class GeneratorPass {
    private final GeneratorShape shape;
    private final GeneratorShape.Places places;
    private final int batch;
    private final Dense dense;
    private final Dense modulationLayer;
    private final Conv2d conv1;
    private final Conv2d conv2;
    private final Conv2d conv3;
    private final InkLayer inkLayer;
    private final BatchNorm[] norms = new BatchNorm[4];
    private final float[] latent;
    private final float[] condition;
    private final float[] modulation;
    private final float[] h0;
    private final float[] a0;
    private final float[] p1;
    private final float[] h1;
    private final float[] a1;
    private final float[] h2;
    private final float[] a2;
    private final float[] p3;
    private final float[] h3;
    private final float[] a3;
    private final float[] ink;
    private final float[] g7;
    private final float[] gp1;
    private final float[] g14;
    private final float[] gBranch;
    private final float[] gp3;
    private final float[] g28;
    private final float[] gInk;
    private final float[] gModulation;
    private final float[] gLatent;
    private final float[] gCondition;
    private int[] labels;

    public GeneratorPass(GeneratorShape shape, int batch) {
        this.shape = shape;
        this.places = new GeneratorShape.Places(shape);
        this.batch = batch;
        this.dense = new Dense(batch, places.dense, places.denseBias);
        this.modulationLayer = new Dense(batch, places.modulation, places.modulationBias);
        this.conv1 = new Conv2d(shape.conv1(), batch, places.conv[0], places.convBias[0]);
        this.conv2 = new Conv2d(shape.conv2(), batch, places.conv[1], places.convBias[1]);
        this.conv3 = new Conv2d(shape.conv3(), batch, places.conv[2], places.convBias[2]);
        this.inkLayer = new InkLayer(shape.narrow(), batch, 28, places.conv[3], places.convBias[3]);
        int[] areas = {49, 196, 196, 784};
        for (int i = 0; i < 4; i++) {
            norms[i] = new BatchNorm(batch, shape.normChannels()[i], areas[i], places.norm[i]);
        }
        int seven = batch * shape.wide() * 49;
        int fourteen = batch * shape.middle() * 196;
        int full = batch * shape.narrow() * 784;
        this.latent = new float[batch * shape.latent()];
        this.condition = new float[batch * shape.condition()];
        this.modulation = new float[batch * shape.modulation()];
        this.h0 = new float[seven];
        this.a0 = new float[seven];
        this.p1 = new float[fourteen];
        this.h1 = new float[fourteen];
        this.a1 = new float[fourteen];
        this.h2 = new float[fourteen];
        this.a2 = new float[fourteen];
        this.p3 = new float[full];
        this.h3 = new float[full];
        this.a3 = new float[full];
        this.ink = new float[batch * 784];
        this.g7 = new float[seven];
        this.gp1 = new float[fourteen];
        this.g14 = new float[fourteen];
        this.gBranch = new float[fourteen];
        this.gp3 = new float[full];
        this.g28 = new float[full];
        this.gInk = new float[batch * 784];
        this.gModulation = new float[batch * shape.modulation()];
        this.gLatent = new float[batch * shape.latent()];
        this.gCondition = new float[batch * shape.condition()];
    }

    /**
     * Draws glyphs, normalising by the batch itself.
     *
     * @param style [batch, style]
     * @param noise [batch, noise]
     * @param classes [batch] class indices
     * @param batchStatistics receives the batch's means and variances
     * @return ink [batch, 784] in 0 .. 1
     */
    public float[] drawTraining(Generator model, float[] style, float[] noise, int[] classes, float[] batchStatistics) {
        return draw(model, style, noise, classes, batchStatistics);
    }

    /** Draws glyphs, normalising by the running statistics; otherwise as {@link #drawTraining}. */
    public float[] draw(Generator model, float[] style, float[] noise, int[] classes) {
        return draw(model, style, noise, classes, null);
    }

    private float[] draw(Generator model, float[] style, float[] noise, int[] classes, float[] batchStatistics) {
        float[] p = model.parameters();
        this.labels = classes;
        dense.load(p);
        modulationLayer.load(p);
        conv1.load(p);
        conv2.load(p);
        conv3.load(p);
        inkLayer.load(p);
        int s = shape.style();
        int z = shape.noise();
        int e = shape.embedding();
        for (int n = 0; n < batch; n++) {
            int embedding = places.embedding.offset() + classes[n] * e;
            System.arraycopy(style, n * s, latent, n * shape.latent(), s);
            System.arraycopy(noise, n * z, latent, n * shape.latent() + s, z);
            System.arraycopy(p, embedding, latent, n * shape.latent() + s + z, e);
            System.arraycopy(p, embedding, condition, n * shape.condition(), e);
            System.arraycopy(style, n * s, condition, n * shape.condition() + e, s);
        }
        modulationLayer.forward(condition, modulation);
        addOneToScales();
        dense.forward(latent, h0);
        norm(0, model, h0, a0, batchStatistics);
        conv1.forward(a0, p1);
        PixelShuffle.forward(p1, h1, batch * shape.middle(), 7);
        norm(1, model, h1, a1, batchStatistics);
        conv2.forward(a1, h2);
        Loops.add(h1, 0, h2, 0, h2.length);
        norm(2, model, h2, a2, batchStatistics);
        conv3.forward(a2, p3);
        PixelShuffle.forward(p3, h3, batch * shape.narrow(), 14);
        norm(3, model, h3, a3, batchStatistics);
        inkLayer.forward(a3, ink);
        return ink;
    }

    /**
     * Goes back through the last {@link #drawTraining}.
     *
     * @param inkGradient gradient at the ink [batch, 784]
     * @param gradients receives the gradient of every parameter
     */
    public void backward(float[] inkGradient, float[] gradients) {
        System.arraycopy(inkGradient, 0, gInk, 0, gInk.length);
        inkLayer.backward(gInk, g28, gradients);
        normBackward(3, h3, a3, g28);
        PixelShuffle.backward(g28, gp3, batch * shape.narrow(), 14);
        conv3.backward(gp3, g14, gradients);
        normBackward(2, h2, a2, g14);
        conv2.backward(g14, gBranch, gradients);
        normBackward(1, h1, a1, gBranch);
        Loops.add(gBranch, 0, g14, 0, g14.length);
        PixelShuffle.backward(g14, gp1, batch * shape.middle(), 7);
        conv1.backward(gp1, g7, gradients);
        normBackward(0, h0, a0, g7);
        dense.backward(g7, gLatent, gradients);
        modulationLayer.backward(gModulation, gCondition, gradients);
        java.util.Arrays.fill(gradients, places.embedding.offset(), places.embedding.end(), 0f);
        int e = shape.embedding();
        for (int n = 0; n < batch; n++) {
            int embedding = places.embedding.offset() + labels[n] * e;
            int inLatent = n * shape.latent() + shape.style() + shape.noise();
            Loops.add(gLatent, inLatent, gradients, embedding, e);
            Loops.add(gCondition, n * shape.condition(), gradients, embedding, e);
        }
    }

    private void addOneToScales() {
        for (int n = 0; n < batch; n++) {
            for (int i = 0; i < 4; i++) {
                int at = n * shape.modulation() + shape.modulationOffset(i);
                for (int c = 0; c < shape.normChannels()[i]; c++) {
                    modulation[at + c] += 1f;
                }
            }
        }
    }

    private Affine scale(float[] of, int norm) {
        return new Affine(of, shape.modulationOffset(norm), shape.modulation());
    }

    private Affine shift(float[] of, int norm) {
        return new Affine(of, shape.modulationOffset(norm) + shape.normChannels()[norm], shape.modulation());
    }

    private void norm(int i, Generator model, float[] x, float[] y, float[] batchStatistics) {
        if (batchStatistics == null) {
            norms[i].forwardServing(x, scale(modulation, i), shift(modulation, i), y, model.statistics());
        } else {
            norms[i].forwardTraining(x, scale(modulation, i), shift(modulation, i), y, batchStatistics);
        }
    }

    private void normBackward(int i, float[] x, float[] y, float[] gradient) {
        norms[i].backward(x, y, gradient, scale(modulation, i), scale(gModulation, i), shift(gModulation, i));
    }
}
