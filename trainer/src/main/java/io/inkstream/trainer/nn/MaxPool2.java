package io.inkstream.trainer.nn;

/**
 * Takes the largest of each 2x2 window of rectified images of even side.
 *
 * <p>On the way back every pixel that equals the largest gets the gradient. Among rectified numbers ties are zeros, whose
 * gradient the rectifier drops anyway; so nothing has to be remembered and nothing branches.
 */
public final class MaxPool2 {
    private MaxPool2() {}

    /** Pools [planes, side, side] to [planes, side / 2, side / 2]. */
    public static void forward(float[] x, float[] y, int planes, int side) {
        int half = side / 2;
        for (int row = 0; row < planes * half; row++) {
            int above = 2 * row * side;
            int below = above + side;
            for (int w = 0; w < half; w++) {
                y[row * half + w] = Math.max(
                        Math.max(x[above + 2 * w], x[above + 2 * w + 1]),
                        Math.max(x[below + 2 * w], x[below + 2 * w + 1]));
            }
        }
    }

    /** Takes the gradient at the output {@code y} to the input {@code x}. */
    public static void backward(float[] x, float[] y, float[] outGradient, float[] inGradient, int planes, int side) {
        int half = side / 2;
        for (int row = 0; row < planes * half; row++) {
            int above = 2 * row * side;
            int below = above + side;
            for (int w = 0; w < half; w++) {
                float largest = y[row * half + w];
                float gradient = outGradient[row * half + w];
                inGradient[above + 2 * w] = gradient * ifEqual(largest, x[above + 2 * w]);
                inGradient[above + 2 * w + 1] = gradient * ifEqual(largest, x[above + 2 * w + 1]);
                inGradient[below + 2 * w] = gradient * ifEqual(largest, x[below + 2 * w]);
                inGradient[below + 2 * w + 1] = gradient * ifEqual(largest, x[below + 2 * w + 1]);
            }
        }
    }

    /** Returns 1 if the two are equal and 0 if {@code largest} is greater, without a branch. */
    private static float ifEqual(float largest, float value) {
        return Math.max(0f, 1f - (largest - value) * Loops.STEEP);
    }
}
