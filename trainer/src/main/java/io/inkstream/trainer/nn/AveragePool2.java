package io.inkstream.trainer.nn;

/** Averages each 2x2 window; at an odd side the last windows average only what is there. */
public final class AveragePool2 {
    private AveragePool2() {}

    /** Returns the side after pooling. */
    public static int pooledSide(int side) {
        return (side + 1) / 2;
    }

    /**
     * Pools [planes, side, side].
     *
     * @param y receives [planes, pooledSide, pooledSide] from {@code yOffset}
     */
    public static void forward(float[] x, int xOffset, float[] y, int yOffset, int planes, int side) {
        int half = pooledSide(side);
        int o = yOffset;
        for (int p = 0; p < planes; p++) {
            int plane = xOffset + p * side * side;
            for (int h = 0; h < half; h++) {
                int below = 2 * h + 1 < side ? side : -1;
                for (int w = 0; w < half; w++, o++) {
                    int at = plane + 2 * h * side + 2 * w;
                    boolean right = 2 * w + 1 < side;
                    float sum = x[at];
                    int count = 1;
                    if (right) {
                        sum += x[at + 1];
                        count++;
                    }
                    if (below > 0) {
                        sum += x[at + below];
                        count++;
                        if (right) {
                            sum += x[at + below + 1];
                            count++;
                        }
                    }
                    y[o] = sum / count;
                }
            }
        }
    }

    /** Adds the gradient of the input to {@code inGradient}. */
    public static void backward(
            float[] outGradient, int outOffset, float[] inGradient, int inOffset, int planes, int side) {
        int half = pooledSide(side);
        int o = outOffset;
        for (int p = 0; p < planes; p++) {
            int plane = inOffset + p * side * side;
            for (int h = 0; h < half; h++) {
                int rows = Math.min(2, side - 2 * h);
                for (int w = 0; w < half; w++, o++) {
                    int columns = Math.min(2, side - 2 * w);
                    float share = outGradient[o] / (rows * columns);
                    int at = plane + 2 * h * side + 2 * w;
                    for (int r = 0; r < rows; r++) {
                        for (int c = 0; c < columns; c++) {
                            inGradient[at + r * side + c] += share;
                        }
                    }
                }
            }
        }
    }
}
