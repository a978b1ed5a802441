package io.inkstream.trainer.nn;

import java.util.random.RandomGenerator;

/**
 * Divides matrices inside a parameter vector by their largest singular value, as followed by one power iteration a call.
 *
 * <p>A matrix is a slice seen as [first extent, the rest]; everything outside the given slices passes unchanged. The
 * followed singular vectors and values are the only state. For one thread.
 *
 * @see <a href="https://arxiv.org/abs/1802.05957">Miyato et al., spectral normalisation</a>
 */
public final class SpectralNorm {
    private static final double TINY = 1e-12;

    private final Slice[] matrices;
    private final int[] rows;
    private final int[] columns;
    /** For each matrix its left singular vector, its right one, and its largest singular value. */
    private final float[] state;

    private final int[] left;
    private final int[] right;
    private final int[] sigma;

    /** Starts with random singular vectors. */
    public SpectralNorm(RandomGenerator random, Slice... matrices) {
        this.matrices = matrices.clone();
        this.rows = new int[matrices.length];
        this.columns = new int[matrices.length];
        this.left = new int[matrices.length];
        this.right = new int[matrices.length];
        this.sigma = new int[matrices.length];
        int total = 0;
        for (int i = 0; i < matrices.length; i++) {
            rows[i] = matrices[i].shape()[0];
            columns[i] = matrices[i].length() / rows[i];
            left[i] = total;
            right[i] = left[i] + rows[i];
            sigma[i] = right[i] + columns[i];
            total = sigma[i] + 1;
        }
        this.state = new float[total];
        for (int i = 0; i < matrices.length; i++) {
            for (int r = 0; r < rows[i]; r++) {
                state[left[i] + r] = (float) random.nextGaussian();
            }
            normalise(left[i], rows[i]);
        }
    }

    /** Returns the followed singular vectors and values themselves, not a copy; a checkpoint carries them. */
    public float[] state() {
        return state;
    }

    /** Does one power iteration, and writes the parameters with normalised matrices to {@code normalised}. */
    public void apply(float[] parameters, float[] normalised) {
        System.arraycopy(parameters, 0, normalised, 0, parameters.length);
        for (int i = 0; i < matrices.length; i++) {
            int offset = matrices[i].offset();
            java.util.Arrays.fill(state, right[i], right[i] + columns[i], 0f);
            for (int r = 0; r < rows[i]; r++) {
                Loops.addScaled(state[left[i] + r], parameters, offset + r * columns[i], state, right[i], columns[i]);
            }
            normalise(right[i], columns[i]);
            for (int r = 0; r < rows[i]; r++) {
                state[left[i] + r] = Loops.dot(parameters, offset + r * columns[i], state, right[i], columns[i]);
            }
            state[sigma[i]] = normalise(left[i], rows[i]);
            float factor = 1 / state[sigma[i]];
            for (int k = offset; k < matrices[i].end(); k++) {
                normalised[k] = parameters[k] * factor;
            }
        }
    }

    /**
     * Turns gradients at the normalised matrices into gradients at the matrices, in place.
     *
     * @param normalised what the last {@link #apply} wrote
     */
    public void backward(float[] normalised, float[] gradients) {
        for (int i = 0; i < matrices.length; i++) {
            int offset = matrices[i].offset();
            float along = Loops.dot(gradients, offset, normalised, offset, matrices[i].length());
            float factor = 1 / state[sigma[i]];
            for (int r = 0; r < rows[i]; r++) {
                // d(W / sigma) with d sigma = u' dW v, the singular vectors held fixed
                int row = offset + r * columns[i];
                Loops.addScaled(-along * state[left[i] + r], state, right[i], gradients, row, columns[i]);
            }
            for (int k = offset; k < matrices[i].end(); k++) {
                gradients[k] *= factor;
            }
        }
    }

    private float normalise(int offset, int length) {
        float norm = (float) (Math.sqrt(Loops.dot(state, offset, state, offset, length)) + TINY);
        float factor = 1 / norm;
        for (int i = offset; i < offset + length; i++) {
            state[i] *= factor;
        }
        return norm;
    }
}
