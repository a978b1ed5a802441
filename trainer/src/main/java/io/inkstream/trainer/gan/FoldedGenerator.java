package io.inkstream.trainer.gan;

import io.inkstream.trainer.nn.BatchNorm;
import io.inkstream.trainer.nn.Slice;
import java.util.Arrays;

/**
 * A generator's weights for serving: running means and deviations are folded into the layers around them, so that a
 * conditional batch norm is one scale and one shift, and the ink is {@code sigmoid} of the last convolution.
 *
 * <p>The residual joins two normalised streams, so the first is kept in the second one's units: with h1 the input of norm
 * 1 and h2 = h1 + conv2 that of norm 2, the first convolution yields u = (h1 - mean1) / deviation2. Then h1 normalised
 * is u * deviation2 / deviation1, which the modulation's scale takes up, and h2 normalised is u plus a convolution.
 */
public final class FoldedGenerator {
    private final float[] embedding;
    private final float[] dense;
    private final float[] denseBias;
    private final float[] modulation;
    private final float[] modulationBias;
    private final float[][] conv = new float[4][];
    private final float[][] convBias = new float[4][];

    /** Folds {@code generator} as it is now. */
    public FoldedGenerator(Generator generator) {
        GeneratorShape shape = generator.shape();
        GeneratorShape.Places places = new GeneratorShape.Places(shape);
        float[] p = generator.parameters();
        embedding = copy(p, places.embedding);
        dense = copy(p, places.dense);
        denseBias = copy(p, places.denseBias);
        modulation = copy(p, places.modulation);
        modulationBias = copy(p, places.modulationBias);
        for (int i = 0; i < 4; i++) {
            conv[i] = copy(p, places.conv[i]);
            convBias[i] = copy(p, places.convBias[i]);
        }
        int[] channels = shape.normChannels();
        double[][] mean = new double[4][];
        double[][] deviation = new double[4][];
        for (int i = 0; i < 4; i++) {
            mean[i] = new double[channels[i]];
            deviation[i] = new double[channels[i]];
            for (int c = 0; c < channels[i]; c++) {
                mean[i][c] = generator.statistics()[places.norm[i].offset() + c];
                double variance = generator.statistics()[places.norm[i].offset() + channels[i] + c];
                deviation[i][c] = Math.sqrt(variance + BatchNorm.EPSILON);
            }
        }
        int outputs = shape.wide() * 49;
        for (int o = 0; o < outputs; o++) {
            double factor = 1 / deviation[0][o / 49];
            for (int k = 0; k < shape.latent(); k++) {
                dense[k * outputs + o] = (float) (dense[k * outputs + o] * factor);
            }
            denseBias[o] = (float) ((denseBias[o] - mean[0][o / 49]) * factor);
        }
        for (int o = 0; o < 4 * shape.middle(); o++) {
            scaleOutput(0, o, 1 / deviation[2][o / 4], -mean[1][o / 4]);
        }
        for (int o = 0; o < shape.middle(); o++) {
            scaleOutput(1, o, 1 / deviation[2][o], mean[1][o] - mean[2][o]);
        }
        for (int o = 0; o < 4 * shape.narrow(); o++) {
            scaleOutput(2, o, 1 / deviation[3][o / 4], -mean[3][o / 4]);
        }
        // (tanh(v) + 1) / 2 = sigmoid(2 v)
        scaleOutput(3, 0, 2, 0);
        for (int i = 0; i < 4; i++) {
            for (int c = 0; c < channels[i]; c++) {
                int column = shape.modulationOffset(i) + c;
                double factor = i == 1 ? deviation[2][c] / deviation[1][c] : 1;
                for (int k = 0; k < shape.condition(); k++) {
                    int at = k * shape.modulation() + column;
                    modulation[at] = (float) (modulation[at] * factor);
                }
                modulationBias[column] = (float) ((modulationBias[column] + 1) * factor);
            }
        }
    }

    /** Makes output {@code o} of a convolution (it + add) * factor. */
    private void scaleOutput(int layer, int o, double factor, double add) {
        int perOutput = conv[layer].length / convBias[layer].length;
        for (int k = o * perOutput; k < (o + 1) * perOutput; k++) {
            conv[layer][k] = (float) (conv[layer][k] * factor);
        }
        convBias[layer][o] = (float) ((convBias[layer][o] + add) * factor);
    }

    private static float[] copy(float[] from, Slice slice) {
        return Arrays.copyOfRange(from, slice.offset(), slice.end());
    }

    /** Returns the class embeddings [classes, embedding]. */
    public float[] embedding() {
        return embedding.clone();
    }

    /** Returns the weights [latent, wide * 49] of the dense layer; its output is normalised already. */
    public float[] dense() {
        return dense.clone();
    }

    /** Returns the bias [wide * 49] of the dense layer. */
    public float[] denseBias() {
        return denseBias.clone();
    }

    /** Returns the weights [condition, modulation] of scales and shifts: for each norm its scales, then its shifts. */
    public float[] modulation() {
        return modulation.clone();
    }

    /** Returns the bias [modulation] of scales and shifts; the scales' 1 is in it. */
    public float[] modulationBias() {
        return modulationBias.clone();
    }

    /** Returns the weights [out, in, 3, 3] of convolution 0 .. 3. */
    public float[] conv(int layer) {
        return conv[layer].clone();
    }

    /** Returns the bias of convolution 0 .. 3. */
    public float[] convBias(int layer) {
        return convBias[layer].clone();
    }
}
