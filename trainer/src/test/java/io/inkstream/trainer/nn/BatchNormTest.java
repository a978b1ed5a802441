package io.inkstream.trainer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.trainer.nn.BatchNorm.Affine;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.nd4j.autodiff.samediff.SDVariable;
import org.nd4j.autodiff.samediff.SameDiff;
import org.nd4j.linalg.api.ndarray.INDArray;

class BatchNormTest {
    private static final int BATCH = 6;
    private static final int CHANNELS = 3;
    private static final int AREA = 20;

    private final Slice statistics = new Layout().reserve("norm", 2, CHANNELS);
    private final BatchNorm norm = new BatchNorm(BATCH, CHANNELS, AREA, statistics);
    private final float[] x = Numbers.normal(BATCH * CHANNELS * AREA, 1);
    private final float[] outGradient = Numbers.normal(x.length, 2);

    @Test
    void conditionalNormAgreesWithSameDiff() {
        float[] scales = Numbers.normal(BATCH * CHANNELS, 3);
        float[] shifts = Numbers.normal(BATCH * CHANNELS, 4);
        float[] y = new float[x.length];
        norm.forwardTraining(x, perImage(scales), perImage(shifts), y, new float[2 * CHANNELS]);
        float[] gradient = outGradient.clone();
        float[] scaleGradient = new float[scales.length];
        float[] shiftGradient = new float[shifts.length];
        norm.backward(x, y, gradient, perImage(scales), perImage(scaleGradient), perImage(shiftGradient));

        SameDiff graph = SameDiff.create();
        SDVariable sx = graph.var("x", Conv2dTest.tensor(x, 0, BATCH, CHANNELS, AREA));
        SDVariable scale = graph.var("scale", Conv2dTest.tensor(scales, 0, BATCH, CHANNELS, 1));
        SDVariable shift = graph.var("shift", Conv2dTest.tensor(shifts, 0, BATCH, CHANNELS, 1));
        SDVariable centred = sx.sub(sx.mean(true, 0, 2));
        SDVariable variance = graph.math().square(centred).mean(true, 0, 2);
        SDVariable normal = centred.div(graph.math().sqrt(variance.add(BatchNorm.EPSILON)));
        SDVariable sy = graph.nn().relu(normal.mul(scale).add(shift), 0);
        sy.mul(graph.constant(Conv2dTest.tensor(outGradient, 0, BATCH, CHANNELS, AREA)))
                .sum()
                .markAsLoss();
        Map<String, INDArray> oracle = graph.calculateGradients(Map.of(), "x", "scale", "shift");

        assertThat(y).containsExactly(Conv2dTest.floats(sy.eval()), within(1e-4f));
        assertThat(gradient).containsExactly(Conv2dTest.floats(oracle.get("x")), within(1e-3f));
        assertThat(scaleGradient).containsExactly(Conv2dTest.floats(oracle.get("scale")), within(1e-3f));
        assertThat(shiftGradient).containsExactly(Conv2dTest.floats(oracle.get("shift")), within(1e-3f));
    }

    @Test
    void sharedScaleCollectsTheGradientsOfAllImages() {
        float[] scales = new float[BATCH * CHANNELS];
        float[] shifts = new float[BATCH * CHANNELS];
        float[] shared = Numbers.normal(2 * CHANNELS, 5);
        for (int i = 0; i < scales.length; i++) {
            scales[i] = shared[i % CHANNELS];
            shifts[i] = shared[CHANNELS + i % CHANNELS];
        }
        float[] y = new float[x.length];
        norm.forwardTraining(x, perImage(scales), perImage(shifts), y, new float[2 * CHANNELS]);
        float[] perImageGradient = new float[scales.length];
        norm.backward(
                x,
                y,
                outGradient.clone(),
                perImage(scales),
                perImage(perImageGradient),
                perImage(new float[scales.length]));

        Affine scale = new Affine(shared, 0, 0);
        Affine shift = new Affine(shared, CHANNELS, 0);
        norm.forwardTraining(x, scale, shift, y, new float[2 * CHANNELS]);
        float[] sharedGradient = new float[CHANNELS];
        norm.backward(
                x,
                y,
                outGradient.clone(),
                scale,
                new Affine(sharedGradient, 0, 0),
                new Affine(new float[CHANNELS], 0, 0));

        for (int c = 0; c < CHANNELS; c++) {
            float sum = 0;
            for (int n = 0; n < BATCH; n++) {
                sum += perImageGradient[n * CHANNELS + c];
            }
            assertThat(sharedGradient[c]).isCloseTo(sum, within(1e-3f));
        }
    }

    @Test
    void servingByTheBatchsOwnStatisticsGivesWhatTrainingGave() {
        Affine scale = new Affine(new float[] {1, 2, 3}, 0, 0);
        Affine shift = new Affine(new float[] {0.5f, 0, -1}, 0, 0);
        float[] training = new float[x.length];
        float[] batchStatistics = new float[2 * CHANNELS];
        norm.forwardTraining(x, scale, shift, training, batchStatistics);
        // The report is unbiased, training divides by the biased variance.
        float biased = (BATCH * AREA - 1f) / (BATCH * AREA);
        for (int c = 0; c < CHANNELS; c++) {
            batchStatistics[CHANNELS + c] *= biased;
        }
        float[] serving = new float[x.length];
        norm.forwardServing(x, scale, shift, serving, batchStatistics);

        assertThat(serving).containsExactly(training, within(1e-5f));
    }

    private static Affine perImage(float[] values) {
        return new Affine(values, 0, CHANNELS);
    }
}
