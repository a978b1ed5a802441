package io.inkstream.trainer.gan;

import io.inkstream.trainer.nn.BatchNorm;
import io.inkstream.trainer.nn.Slice;
import java.util.Arrays;
import java.util.random.RandomGenerator;

/**
 * A generator's weights for serving: running means and deviations are folded into the layers around them, so that a
 * conditional batch norm is one scale and one shift, and the ink is {@code sigmoid} of the last convolution.
 *
 * <p>The residual joins two normalised streams, so the first is kept in the second one's units: with h1 the input of norm
 * 1 and h2 = h1 + conv2 that of norm 2, the first convolution yields u = (h1 - mean1) / deviation2. Then h1 normalised
 * is u * deviation2 / deviation1, which the modulation's scale takes up, and h2 normalised is u plus a convolution.
 */
public final class FoldedGenerator {
    private static final int MEASURED_BATCH = 192;
    private static final int MEASURED_ROUNDS = 10;

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

    /**
     * Takes the weights of an exported generator.
     *
     * @param conv weights [out, in, 3, 3] of the four convolutions
     * @throws IllegalArgumentException if their numbers do not fit the shape
     */
    public FoldedGenerator(
            GeneratorShape shape,
            float[] embedding,
            float[] dense,
            float[] denseBias,
            float[] modulation,
            float[] modulationBias,
            float[][] conv,
            float[][] convBias) {
        this.embedding = embedding.clone();
        this.dense = dense.clone();
        this.denseBias = denseBias.clone();
        this.modulation = modulation.clone();
        this.modulationBias = modulationBias.clone();
        for (int i = 0; i < 4; i++) {
            this.conv[i] = conv[i].clone();
            this.convBias[i] = convBias[i].clone();
        }
        GeneratorShape.Places places = new GeneratorShape.Places(shape);
        check(places.embedding, embedding);
        check(places.dense, dense);
        check(places.denseBias, denseBias);
        check(places.modulation, modulation);
        check(places.modulationBias, modulationBias);
        for (int i = 0; i < 4; i++) {
            check(places.conv[i], conv[i]);
            check(places.convBias[i], convBias[i]);
        }
    }

    private static void check(Slice slice, float[] values) {
        if (values.length != slice.length()) {
            throw new IllegalArgumentException(
                    slice.name() + " has " + values.length + " numbers, the shape asks for " + slice.length());
        }
    }

    /**
     * Returns a generator that draws the same in serving and can be trained further.
     *
     * <p>What folding took in is already normalised, so three norms see inputs of mean 0 and deviation 1 and need no other
     * statistics. Only the input of norm 1 is in units of norm 2; its deviation cannot be read from the weights and is measured
     * on glyphs drawn here.
     *
     * @param random chooses the glyphs to measure
     */
    public Generator unfolded(GeneratorShape shape, RandomGenerator random) {
        GeneratorShape.Places places = new GeneratorShape.Places(shape);
        float[] p = new float[places.parameters.length()];
        paste(embedding, p, places.embedding);
        paste(dense, p, places.dense);
        paste(denseBias, p, places.denseBias);
        paste(modulation, p, places.modulation);
        paste(modulationBias, p, places.modulationBias);
        for (int i = 0; i < 4; i++) {
            paste(conv[i], p, places.conv[i]);
            paste(convBias[i], p, places.convBias[i]);
        }
        int[] channels = shape.normChannels();
        float[] statistics = new float[places.statistics.length()];
        for (int i = 0; i < 4; i++) {
            Arrays.fill(statistics, places.norm[i].offset() + channels[i], places.norm[i].end(), 1 - BatchNorm.EPSILON);
            for (int c = 0; c < channels[i]; c++) {
                p[places.modulationBias.offset() + shape.modulationOffset(i) + c] -= 1;
            }
        }
        for (Slice last : new Slice[] {places.conv[3], places.convBias[3]}) {
            for (int k = last.offset(); k < last.end(); k++) {
                p[k] /= 2; // sigmoid(2 v) = (tanh(v) + 1) / 2
            }
        }
        Generator generator = new Generator(shape, p, statistics);
        float[] variances = varianceBeforeNorm1(generator, places.norm[1], random);
        for (int c = 0; c < shape.middle(); c++) {
            int column = shape.modulationOffset(1) + c;
            float deviation = (float) Math.sqrt(variances[c] + BatchNorm.EPSILON);
            statistics[places.norm[1].offset() + shape.middle() + c] = variances[c];
            for (int k = 0; k < shape.condition(); k++) {
                p[places.modulation.offset() + k * shape.modulation() + column] *= deviation;
            }
            int bias = places.modulationBias.offset() + column;
            p[bias] = (p[bias] + 1) * deviation - 1;
        }
        return generator;
    }

    private static float[] varianceBeforeNorm1(Generator generator, Slice norm, RandomGenerator random) {
        GeneratorShape shape = generator.shape();
        GeneratorPass pass = new GeneratorPass(shape, MEASURED_BATCH);
        float[] style = new float[MEASURED_BATCH * shape.style()];
        float[] noise = new float[MEASURED_BATCH * shape.noise()];
        int[] classes = new int[MEASURED_BATCH];
        float[] batchStatistics = new float[generator.statistics().length];
        float[] variances = new float[shape.middle()];
        for (int round = 0; round < MEASURED_ROUNDS; round++) {
            gaussian(style, random);
            gaussian(noise, random);
            Arrays.setAll(classes, i -> random.nextInt(shape.classes()));
            pass.drawTraining(generator, style, noise, classes, batchStatistics);
            for (int c = 0; c < variances.length; c++) {
                variances[c] += batchStatistics[norm.offset() + variances.length + c] / MEASURED_ROUNDS;
            }
        }
        return variances;
    }

    private static void gaussian(float[] values, RandomGenerator random) {
        for (int i = 0; i < values.length; i++) {
            values[i] = (float) random.nextGaussian();
        }
    }

    private static void paste(float[] values, float[] to, Slice slice) {
        System.arraycopy(values, 0, to, slice.offset(), values.length);
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
