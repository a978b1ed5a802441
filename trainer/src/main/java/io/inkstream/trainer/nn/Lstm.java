package io.inkstream.trainer.nn;

import java.util.Arrays;

/**
 * Reads sequences with long short-term memory in one direction, forwards and backwards through time.
 *
 * <p>Sequences are [steps, batch, inputs], the states that come out [steps, batch, cells]. The weights of the input are
 * [inputs, 4 cells], those of the state [cells, 4 cells], the bias [4 cells]; the four are the gates in, forget, new and
 * out. Every sequence begins with a state of zeros. An instance owns its buffers: for one thread.
 *
 * @see <a href="https://doi.org/10.1162/089976600300015015">Gers et al., learning to forget</a>
 */
public final class Lstm {
    private final Dense fromInput;
    private final Slice stateWeights;
    private final int steps;
    private final int batch;
    private final int cells;
    private final boolean isReversed;
    private final NativeTensor state;
    private final NativeTensor weights;
    private final NativeTensor product;
    private final Matmul times;
    private final Matmul timesTransposed;
    private final NativeTensor states;
    private final NativeTensor gradients;
    private final NativeTensor weightGradient;
    private final Matmul weightBackward;
    /** [steps, batch, 4 cells], in the order of the input: what the gates let through, then the gradient before them. */
    private final float[] gates;
    /** [steps, batch, cells]: what the cells hold after each step, in the order of the input. */
    private final float[] memory;
    /** [steps, batch, cells]: the state before each step. */
    private final float[] before;

    private final float[] stateNow;
    private final float[] fromState;
    private final float[] memoryGradient;

    /** Reserves the three slices of a layer in a layout. */
    public record Places(Slice input, Slice state, Slice bias) {
        /** Reserves them. */
        public static Places reserve(Layout layout, String name, int inputs, int cells) {
            return new Places(
                    layout.reserve(name + ".input", inputs, 4 * cells),
                    layout.reserve(name + ".state", cells, 4 * cells),
                    layout.reserve(name + ".bias", 4 * cells));
        }
    }

    /**
     * Creates the layer for one length and batch size.
     *
     * @param isReversed whether it reads from the last step to the first
     */
    public Lstm(int steps, int batch, Places places, boolean isReversed) {
        this.fromInput = new Dense(steps * batch, places.input(), places.bias());
        this.stateWeights = places.state();
        this.steps = steps;
        this.batch = batch;
        this.cells = places.state().shape()[0];
        this.isReversed = isReversed;
        this.state = new NativeTensor(batch, cells);
        this.weights = new NativeTensor(cells, 4L * cells);
        this.product = new NativeTensor(batch, 4L * cells);
        this.times = new Matmul(state, false, weights, false, product);
        this.timesTransposed = new Matmul(product, false, weights, true, state);
        this.states = new NativeTensor((long) steps * batch, cells);
        this.gradients = new NativeTensor((long) steps * batch, 4L * cells);
        this.weightGradient = new NativeTensor(cells, 4L * cells);
        this.weightBackward = new Matmul(states, true, gradients, false, weightGradient);
        this.gates = new float[steps * batch * 4 * cells];
        this.memory = new float[steps * batch * cells];
        this.before = new float[steps * batch * cells];
        this.stateNow = new float[batch * cells];
        this.fromState = new float[batch * 4 * cells];
        this.memoryGradient = new float[batch * cells];
    }

    /** Takes over the weights from the parameter vector; needed after every change of them. */
    public void load(float[] parameters) {
        fromInput.load(parameters);
        weights.write(parameters, stateWeights.offset(), stateWeights.length());
    }

    /** Reads {@code in} and writes the state after each step to {@code out}. */
    public void forward(float[] in, float[] out) {
        fromInput.forward(in, gates);
        Arrays.fill(stateNow, 0f);
        for (int k = 0; k < steps; k++) {
            int step = isReversed ? steps - 1 - k : k;
            int stateAt = step * batch * cells;
            int gateAt = 4 * stateAt;
            System.arraycopy(stateNow, 0, before, stateAt, stateNow.length);
            if (k > 0) {
                state.write(stateNow, 0, stateNow.length);
                times.run();
                product.read(fromState, 0, fromState.length);
                Loops.add(fromState, 0, gates, gateAt, fromState.length);
            }
            int previous = isReversed ? stateAt + batch * cells : stateAt - batch * cells;
            for (int n = 0; n < batch; n++) {
                step(gateAt + n * 4 * cells, stateAt + n * cells, k == 0 ? -1 : previous + n * cells, n * cells);
            }
            System.arraycopy(stateNow, 0, out, stateAt, stateNow.length);
        }
    }

    private void step(int gate, int cell, int previous, int now) {
        Loops.sigmoid(gates, gate, 2 * cells);
        Loops.tanh(gates, gate + 2 * cells, cells);
        Loops.sigmoid(gates, gate + 3 * cells, cells);
        for (int i = 0; i < cells; i++) {
            float kept = previous < 0 ? 0f : gates[gate + cells + i] * memory[previous + i];
            memory[cell + i] = kept + gates[gate + i] * gates[gate + 2 * cells + i];
            stateNow[now + i] = memory[cell + i];
        }
        Loops.tanh(stateNow, now, cells);
        for (int i = 0; i < cells; i++) {
            stateNow[now + i] *= gates[gate + 3 * cells + i];
        }
    }

    /**
     * Goes back through the last {@link #forward}, once.
     *
     * @param outGradient gradient at the states that came out
     * @param inGradient receives the gradient at the input
     * @param parameterGradients receives the gradients of the weights at their slices, overwriting what was there
     */
    public void backward(float[] outGradient, float[] inGradient, float[] parameterGradients) {
        Arrays.fill(stateNow, 0f);
        Arrays.fill(memoryGradient, 0f);
        for (int k = steps - 1; k >= 0; k--) {
            int step = isReversed ? steps - 1 - k : k;
            int stateAt = step * batch * cells;
            int gateAt = 4 * stateAt;
            int previous = isReversed ? stateAt + batch * cells : stateAt - batch * cells;
            Loops.add(outGradient, stateAt, stateNow, 0, stateNow.length);
            for (int n = 0; n < batch; n++) {
                stepBack(gateAt + n * 4 * cells, stateAt + n * cells, k == 0 ? -1 : previous + n * cells, n * cells);
            }
            if (k > 0) {
                product.write(gates, gateAt, fromState.length);
                timesTransposed.run();
                state.read(stateNow, 0, stateNow.length);
            }
        }
        fromInput.backward(gates, inGradient, parameterGradients);
        states.write(before, 0, before.length);
        gradients.write(gates, 0, gates.length);
        weightBackward.run();
        weightGradient.read(parameterGradients, stateWeights.offset(), stateWeights.length());
    }

    /** Replaces what the gates let through by the gradients before them. */
    private void stepBack(int gate, int cell, int previous, int now) {
        for (int i = 0; i < cells; i++) {
            float in = gates[gate + i];
            float forget = gates[gate + cells + i];
            float fresh = gates[gate + 2 * cells + i];
            float out = gates[gate + 3 * cells + i];
            float held = Loops.tanh(memory[cell + i]);
            float gradient = stateNow[now + i];
            float inMemory = memoryGradient[now + i] + gradient * out * (1 - held * held);
            float kept = previous < 0 ? 0f : memory[previous + i];
            gates[gate + i] = inMemory * fresh * in * (1 - in);
            gates[gate + cells + i] = inMemory * kept * forget * (1 - forget);
            gates[gate + 2 * cells + i] = inMemory * in * (1 - fresh * fresh);
            gates[gate + 3 * cells + i] = gradient * held * out * (1 - out);
            memoryGradient[now + i] = inMemory * forget;
        }
    }
}
