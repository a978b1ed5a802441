package io.inkstream.modelserver.compositing;

/** Draws strokes as readers of single characters are taught to see them: in one pen with a soft edge. */
final class ReaderInk {
    /** The pen and the softness of its edge, in glyph pixels, that come nearest to the ink that readers are trained on. */
    static final float PEN = 2.9f;

    private static final float SOFTNESS = 1.6f;

    private ReaderInk() {}

    /**
     * Draws them on an image of their own.
     *
     * @param nib scratch space
     * @param scale pixels of one unit of {@code strokes}; (0, 0) goes to ({@code originX}, {@code originY})
     * @param side rows and columns of the image
     * @return ink [side * side] by rows, 0 is paper and 1 is ink
     */
    static float[] draw(Nib nib, Strokes strokes, float scale, float originX, float originY, int side) {
        nib.trace(strokes, scale, originX, originY, PEN / 2 + SOFTNESS, side, side);
        float[] ink = new float[side * side];
        for (int row = 0; row < nib.height(); row++) {
            for (int column = 0; column < nib.width(); column++) {
                ink[(nib.top() + row) * side + nib.left() + column] = nib.coverage(row, column, PEN / 2, SOFTNESS);
            }
        }
        return ink;
    }
}
