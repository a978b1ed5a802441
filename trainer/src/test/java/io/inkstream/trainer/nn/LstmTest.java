package io.inkstream.trainer.nn;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LstmTest {
    private static final int STEPS = 5;
    private static final int BATCH = 3;
    private static final int INPUTS = 4;
    private static final int CELLS = 6;

    private final Layout layout = new Layout();
    private final Lstm.Places places = Lstm.Places.reserve(layout, "lstm", INPUTS, CELLS);
    private final float[] parameters = Numbers.normal(layout.length(), 1);
    private final float[] in = Numbers.normal(STEPS * BATCH * INPUTS, 2);
    private final float[] outGradient = Numbers.normal(STEPS * BATCH * CELLS, 3);

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void statesAreThoseOfTheEquations(boolean reversed) {
        float[] out = new float[outGradient.length];
        lstm(reversed, parameters).forward(in, out);

        assertThat(out).containsExactly(plain(reversed), within(2e-6f));
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void gradientsAgreeWithDifferences(boolean reversed) {
        Lstm lstm = lstm(reversed, parameters);
        lstm.forward(in, new float[outGradient.length]);
        float[] inGradient = new float[in.length];
        float[] gradients = new float[parameters.length];
        lstm.backward(outGradient, inGradient, gradients);

        for (int seed = 10; seed < 16; seed++) {
            float[] way = Numbers.normal(in.length, seed);
            double expected = Numbers.derivative(x -> objective(reversed, parameters, x), in, way, 1e-2);
            assertThat(Numbers.dot(inGradient, way)).isCloseTo(expected, within(2e-2));
            float[] turn = Numbers.normal(parameters.length, seed);
            double turned = Numbers.derivative(p -> objective(reversed, p, in), parameters, turn, 1e-3);
            assertThat(Numbers.dot(gradients, turn)).isCloseTo(turned, within(3e-2));
        }
    }

    private double objective(boolean reversed, float[] p, float[] x) {
        float[] out = new float[outGradient.length];
        lstm(reversed, p).forward(x, out);
        return Numbers.dot(out, outGradient);
    }

    private Lstm lstm(boolean reversed, float[] p) {
        Lstm lstm = new Lstm(STEPS, BATCH, places, reversed);
        lstm.load(p);
        return lstm;
    }

    private float[] plain(boolean reversed) {
        float[] out = new float[outGradient.length];
        for (int n = 0; n < BATCH; n++) {
            double[] state = new double[CELLS];
            double[] memory = new double[CELLS];
            for (int k = 0; k < STEPS; k++) {
                int step = reversed ? STEPS - 1 - k : k;
                double[] gates = new double[4 * CELLS];
                for (int g = 0; g < gates.length; g++) {
                    gates[g] = parameters[places.bias().offset() + g];
                    for (int i = 0; i < INPUTS; i++) {
                        gates[g] += in[(step * BATCH + n) * INPUTS + i]
                                * parameters[places.input().offset() + i * 4 * CELLS + g];
                    }
                    for (int i = 0; i < CELLS; i++) {
                        gates[g] += state[i] * parameters[places.state().offset() + i * 4 * CELLS + g];
                    }
                }
                for (int c = 0; c < CELLS; c++) {
                    memory[c] =
                            sigmoid(gates[CELLS + c]) * memory[c] + sigmoid(gates[c]) * Math.tanh(gates[2 * CELLS + c]);
                    state[c] = sigmoid(gates[3 * CELLS + c]) * Math.tanh(memory[c]);
                    out[(step * BATCH + n) * CELLS + c] = (float) state[c];
                }
            }
        }
        return out;
    }

    private static double sigmoid(double x) {
        return 1 / (1 + Math.exp(-x));
    }
}
