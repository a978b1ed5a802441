package io.inkstream.trainer.nn;

/**
 * Trades four channels for twice the side and back: {@code y[c][2h + i][2w + j] = x[4c + 2i + j][h][w]}.
 *
 * <p>This is ONNX's DepthToSpace in CRD order with block size 2.
 */
public final class PixelShuffle {
    private PixelShuffle() {}

    /** Doubles the side: {@code x} is [planes, 4, side, side], {@code y} becomes [planes, 2 side, 2 side]. */
    public static void forward(float[] x, float[] y, int planes, int side) {
        int area = side * side;
        for (int p = 0; p < planes; p++) {
            for (int phase = 0; phase < 4; phase++) {
                for (int h = 0; h < side; h++) {
                    int from = (p * 4 + phase) * area + h * side;
                    int to = p * 4 * area + (2 * h + (phase >> 1)) * 2 * side + (phase & 1);
                    for (int w = 0; w < side; w++) {
                        y[to + 2 * w] = x[from + w];
                    }
                }
            }
        }
    }

    /** Takes the gradient at the output to the input. */
    public static void backward(float[] outGradient, float[] inGradient, int planes, int side) {
        int area = side * side;
        for (int p = 0; p < planes; p++) {
            for (int phase = 0; phase < 4; phase++) {
                for (int h = 0; h < side; h++) {
                    int to = (p * 4 + phase) * area + h * side;
                    int from = p * 4 * area + (2 * h + (phase >> 1)) * 2 * side + (phase & 1);
                    for (int w = 0; w < side; w++) {
                        inGradient[to + w] = outGradient[from + 2 * w];
                    }
                }
            }
        }
    }
}
