package io.inkstream.trainer.reading;

import io.inkstream.trainer.dataset.SampleSet;
import java.util.random.RandomGenerator;

/** Moves, turns, leans and stretches glyphs a little, as the same letter of another hand would be. */
final class GlyphJitter {
    private static final int SIDE = SampleSet.SIDE_PX;
    private static final double MIDDLE = (SIDE - 1) / 2.;
    private static final double SHIFT_PX = 1.5;
    private static final double TURN_SD = .08;
    private static final double LEAN_SD = .1;
    private static final double STRETCH_SD = .06;

    private GlyphJitter() {}

    /**
     * Draws one glyph in another way; what is beyond the border is paper.
     *
     * @param from one image
     * @param to receives it from {@code offset}
     */
    static void draw(float[] from, float[] to, int offset, RandomGenerator random) {
        double turn = TURN_SD * random.nextGaussian();
        double lean = LEAN_SD * random.nextGaussian();
        double wide = StrictMath.exp(STRETCH_SD * random.nextGaussian());
        double high = StrictMath.exp(STRETCH_SD * random.nextGaussian());
        double right = SHIFT_PX * (2 * random.nextDouble() - 1);
        double down = SHIFT_PX * (2 * random.nextDouble() - 1);
        // Each pixel of the result asks where it was before.
        double xx = wide;
        double xy = lean - turn;
        double yx = turn;
        double yy = high;
        for (int row = 0; row < SIDE; row++) {
            for (int column = 0; column < SIDE; column++) {
                double x = column - MIDDLE - right;
                double y = row - MIDDLE - down;
                to[offset + row * SIDE + column] = at(from, xx * x + xy * y + MIDDLE, yx * x + yy * y + MIDDLE);
            }
        }
    }

    private static float at(float[] image, double x, double y) {
        int left = (int) Math.floor(x);
        int above = (int) Math.floor(y);
        if (left < -1 || left >= SIDE || above < -1 || above >= SIDE) {
            return 0;
        }
        float fx = (float) (x - left);
        float fy = (float) (y - above);
        float top = pixel(image, left, above) * (1 - fx) + pixel(image, left + 1, above) * fx;
        float bottom = pixel(image, left, above + 1) * (1 - fx) + pixel(image, left + 1, above + 1) * fx;
        return top * (1 - fy) + bottom * fy;
    }

    private static float pixel(float[] image, int x, int y) {
        return x < 0 || x >= SIDE || y < 0 || y >= SIDE ? 0 : image[y * SIDE + x];
    }
}
