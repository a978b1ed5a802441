package io.inkstream.trainer.gan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.inkstream.trainer.nn.Numbers;
import org.junit.jupiter.api.Test;

class DriftTest {
    private static final int BLOCKS = 2;
    private static final int GENERATED = 4;
    private static final int REAL = 6;
    private static final int WIDTH = 5;
    private static final double[] TEMPERATURES = {0.05, 0.2};

    @Test
    void gradientAgreesWithTheDefinitionWrittenOut() {
        float[] x = Numbers.normal(BLOCKS * GENERATED * WIDTH, 1);
        float[] p = Numbers.normal(BLOCKS * REAL * WIDTH, 2);
        float[] gradient = new float[x.length];
        new Drift(BLOCKS, GENERATED, REAL, WIDTH, TEMPERATURES).gradient(x, p, 3, gradient);

        assertThat(gradient).containsExactly(writtenOut(x, p, 3), within(1e-6f));
    }

    @Test
    void aStepAgainstTheGradientBringsPointsNearerToTheRealOnes() {
        float[] x = Numbers.normal(GENERATED * WIDTH, 1);
        float[] p = Numbers.normal(REAL * WIDTH, 2);
        for (int i = 0; i < p.length; i += WIDTH) {
            p[i] += 8;
        }
        float[] gradient = new float[x.length];
        new Drift(1, GENERATED, REAL, WIDTH, TEMPERATURES).gradient(x, p, 1, gradient);
        for (int i = 0; i < x.length; i += WIDTH) {
            assertThat(gradient[i]).as("towards larger first coordinates").isNegative();
        }
    }

    @Test
    void pointsFarFromEverythingStillGetAFiniteGradient() {
        float[] x = Numbers.normal(GENERATED * WIDTH, 1);
        float[] p = Numbers.normal(REAL * WIDTH, 2);
        x[0] = 1e6f;
        float[] gradient = new float[x.length];
        new Drift(1, GENERATED, REAL, WIDTH, TEMPERATURES).gradient(x, p, 1, gradient);
        for (float each : gradient) {
            assertThat(each).isFinite();
        }
    }

    @Test
    void identicalPointsGetAFiniteGradient() {
        float[] gradient = new float[GENERATED * WIDTH];
        new Drift(1, GENERATED, REAL, WIDTH, TEMPERATURES)
                .gradient(new float[GENERATED * WIDTH], new float[REAL * WIDTH], 1, gradient);
        assertThat(gradient).containsOnly(0f);
    }

    /** The definition, in doubles, without sharing or folding anything. */
    private static float[] writtenOut(float[] x, float[] p, double weight) {
        int all = REAL + GENERATED;
        double[][][] distance = new double[BLOCKS][GENERATED][all];
        double mean = 0;
        for (int k = 0; k < BLOCKS; k++) {
            for (int i = 0; i < GENERATED; i++) {
                for (int j = 0; j < all; j++) {
                    double square = 0;
                    for (int d = 0; d < WIDTH; d++) {
                        double difference = x[(k * GENERATED + i) * WIDTH + d] - point(x, p, k, j, d);
                        square += difference * difference;
                    }
                    distance[k][i][j] = Math.sqrt(square);
                    mean += distance[k][i][j] / (BLOCKS * GENERATED * (all - 1));
                }
            }
        }
        double[] drift = new double[x.length];
        for (double temperature : TEMPERATURES) {
            double[] move = new double[x.length];
            double square = 0;
            for (int k = 0; k < BLOCKS; k++) {
                double[][] affinity = new double[GENERATED][all];
                for (int i = 0; i < GENERATED; i++) {
                    for (int j = 0; j < all; j++) {
                        if (j == REAL + i) {
                            continue;
                        }
                        double row = 0;
                        double column = 0;
                        for (int other = 0; other < all; other++) {
                            row += other == REAL + i ? 0 : Math.exp(-distance[k][i][other] / mean / temperature);
                        }
                        for (int other = 0; other < GENERATED; other++) {
                            column += j == REAL + other ? 0 : Math.exp(-distance[k][other][j] / mean / temperature);
                        }
                        double e = Math.exp(-distance[k][i][j] / mean / temperature);
                        affinity[i][j] = Math.sqrt(e / row * e / column);
                    }
                }
                for (int i = 0; i < GENERATED; i++) {
                    double toReal = 0;
                    double toGenerated = 0;
                    for (int j = 0; j < all; j++) {
                        toReal += j < REAL ? affinity[i][j] : 0;
                        toGenerated += j < REAL ? 0 : affinity[i][j];
                    }
                    for (int d = 0; d < WIDTH; d++) {
                        double v = 0;
                        for (int j = 0; j < all; j++) {
                            double a = j < REAL ? affinity[i][j] * toGenerated : -affinity[i][j] * toReal;
                            v += a * point(x, p, k, j, d) / mean;
                        }
                        move[(k * GENERATED + i) * WIDTH + d] = v;
                        square += v * v;
                    }
                }
            }
            double norm = Math.sqrt(square / (BLOCKS * GENERATED)) + 1e-8;
            for (int i = 0; i < drift.length; i++) {
                drift[i] += move[i] / norm;
            }
        }
        float[] gradient = new float[x.length];
        for (int i = 0; i < gradient.length; i++) {
            // d/dx of mean |x / S - target|^2, where x / S - target is minus half the drift
            gradient[i] = (float) (weight * -2 * (drift[i] / TEMPERATURES.length) / (mean * BLOCKS * GENERATED));
        }
        return gradient;
    }

    private static double point(float[] x, float[] p, int block, int j, int d) {
        return j < REAL ? p[(block * REAL + j) * WIDTH + d] : x[(block * GENERATED + j - REAL) * WIDTH + d];
    }
}
