package io.inkstream.trainer.gan;

import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.nn.AveragePool2;
import io.inkstream.trainer.nn.Loops;
import io.inkstream.trainer.recogniser.FrozenRecogniser;
import io.inkstream.trainer.recogniser.Recogniser;

/**
 * Computes the gradient of the drift loss at the pixels of generated glyphs, in five feature spaces; for one thread.
 *
 * <p>The spaces: a frozen recogniser's first layer (pooled to 7x7), its third (pooled to 4x4), its feature layer,
 * the pixels pooled to 14x14, and the pixels.
 */
final class DriftPass {
    private static final int SPACES = 5;
    private static final double[] TEMPERATURES = {0.05, 0.2};

    private final int generatedCount;
    private final int realCount;
    private final FrozenRecogniser onGenerated;
    private final FrozenRecogniser onReal;
    private final int first;
    private final int third;
    private final int features;
    private final Drift[] drifts;
    private final float[][] generatedPoints = new float[SPACES][];
    private final float[][] realPoints = new float[SPACES][];
    private final float[][] gradients = new float[SPACES][];
    private final float[] firstGradient;
    private final float[] thirdGradient;

    DriftPass(Recogniser recogniser, StructuredBatch.Shape shape) {
        this.generatedCount = shape.generated();
        this.realCount = shape.real();
        this.onGenerated = new FrozenRecogniser(recogniser, generatedCount);
        this.onReal = new FrozenRecogniser(recogniser, realCount);
        this.first = recogniser.shape().first();
        this.third = recogniser.shape().third();
        this.features = recogniser.shape().features();
        int[] widths = {first * 49, third * 16, features, 196, SampleSet.PIXELS};
        this.drifts = new Drift[SPACES];
        for (int i = 0; i < SPACES; i++) {
            drifts[i] = new Drift(
                    shape.classes(), shape.generatedPerClass(), shape.realPerClass(), widths[i], TEMPERATURES);
            generatedPoints[i] = i == 2 || i == 4 ? null : new float[generatedCount * widths[i]];
            realPoints[i] = i == 2 || i == 4 ? null : new float[realCount * widths[i]];
            gradients[i] = new float[generatedCount * widths[i]];
        }
        this.firstGradient = new float[generatedCount * first * 196];
        this.thirdGradient = new float[generatedCount * third * 49];
    }

    /**
     * Adds the gradient of {@code weight} times the mean loss over the spaces to {@code inkGradient}.
     *
     * @param generated ink [classes, generatedPerClass, 784]
     * @param real ink [classes, realPerClass, 784]
     */
    void addGradient(float[] generated, float[] real, double weight, float[] inkGradient) {
        look(onGenerated, generated, generatedPoints, generatedCount);
        look(onReal, real, realPoints, realCount);
        for (int i = 0; i < SPACES; i++) {
            drifts[i].gradient(generatedPoints[i], realPoints[i], weight / SPACES, gradients[i]);
        }
        java.util.Arrays.fill(firstGradient, 0f);
        java.util.Arrays.fill(thirdGradient, 0f);
        AveragePool2.backward(gradients[0], 0, firstGradient, 0, generatedCount * first, 14);
        AveragePool2.backward(gradients[1], 0, thirdGradient, 0, generatedCount * third, 7);
        AveragePool2.backward(gradients[3], 0, inkGradient, 0, generatedCount, 28);
        Loops.add(gradients[4], 0, inkGradient, 0, gradients[4].length);
        onGenerated.backward(firstGradient, thirdGradient, gradients[2], inkGradient);
    }

    private void look(FrozenRecogniser by, float[] ink, float[][] points, int count) {
        by.forward(ink);
        AveragePool2.forward(by.first(), 0, points[0], 0, count * first, 14);
        AveragePool2.forward(by.third(), 0, points[1], 0, count * third, 7);
        points[2] = by.features();
        AveragePool2.forward(ink, 0, points[3], 0, count, 28);
        points[4] = ink;
    }
}
