package io.inkstream.trainer.nn;

/**
 * Adam with optional decoupled weight decay (AdamW), element by element over one flat vector.
 *
 * <p>The moments are public to checkpoints through {@link #firstMoment()} and {@link #secondMoment()}. Different ranges
 * of the vector may be updated by different threads.
 *
 * @see <a href="https://arxiv.org/abs/1412.6980">Kingma and Ba, Adam</a>
 * @see <a href="https://arxiv.org/abs/1711.05101">Loshchilov and Hutter, decoupled weight decay</a>
 */
public final class Adam {
    private static final float EPSILON = 1e-8f;

    private final float beta1;
    private final float beta2;
    private final float weightDecay;
    private final float[] firstMoment;
    private final float[] secondMoment;

    /** Creates a fresh optimiser for {@code length} parameters. */
    public Adam(int length, double beta1, double beta2, double weightDecay) {
        this.beta1 = (float) beta1;
        this.beta2 = (float) beta2;
        this.weightDecay = (float) weightDecay;
        this.firstMoment = new float[length];
        this.secondMoment = new float[length];
    }

    /** Returns the running mean of gradients itself, not a copy. */
    public float[] firstMoment() {
        return firstMoment;
    }

    /** Returns the running mean of squared gradients itself, not a copy. */
    public float[] secondMoment() {
        return secondMoment;
    }

    /**
     * Updates {@code parameters[from .. to - 1]}.
     *
     * @param step 1 for the first update of these moments
     */
    public void update(float[] parameters, float[] gradients, int from, int to, double learningRate, long step) {
        double correction1 = 1 - Math.pow(beta1, step);
        float correction2 = (float) (1 / Math.sqrt(1 - Math.pow(beta2, step)));
        float rate = (float) (learningRate / correction1);
        float keep = (float) (1 - learningRate * weightDecay);
        float rest1 = 1 - beta1;
        float rest2 = 1 - beta2;
        float[] m = firstMoment;
        float[] v = secondMoment;
        for (int i = from; i < to; i++) {
            float g = gradients[i];
            float mean = beta1 * m[i] + rest1 * g;
            float square = beta2 * v[i] + rest2 * g * g;
            m[i] = mean;
            v[i] = square;
            parameters[i] = parameters[i] * keep - rate * mean / ((float) Math.sqrt(square) * correction2 + EPSILON);
        }
    }
}
