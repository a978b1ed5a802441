package io.inkstream.trainer.style;

import io.inkstream.trainer.dataset.SampleSet;

/**
 * Measures of one drawing that do not depend on where it stands.
 *
 * @param slant horizontal over vertical second moment, right-leaning positive
 * @param thickness logarithm of ink over outline: about that of half the stroke's width in pixels
 * @param roundness minus the share of ink in the corners that an ellipse leaves of the ink's box, once the slant is taken
 *     back: letters that are all curves have little there
 * @param width logarithm of width over height (root second moments), slant taken back
 */
record GlyphShape(double slant, double thickness, double roundness, double width) {
    private static final int SIDE = SampleSet.SIDE_PX;
    private static final double INK = .3;
    private static final double BLANK = 4;

    /** Measures the image that begins at {@code offset}; a blank one has all measures 0. */
    static GlyphShape of(float[] ink, int offset) {
        double mass = 0;
        double sumX = 0;
        double sumY = 0;
        double outline = 1e-3;
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double f = ink[offset + y * SIDE + x];
                mass += f;
                sumX += f * x;
                sumY += f * y;
                outline += x + 1 < SIDE ? Math.abs(ink[offset + y * SIDE + x + 1] - f) : 0;
                outline += y + 1 < SIDE ? Math.abs(ink[offset + (y + 1) * SIDE + x] - f) : 0;
            }
        }
        if (mass < BLANK) {
            return new GlyphShape(0, 0, 0, 0);
        }
        double middleX = sumX / mass;
        double middleY = sumY / mass;
        double xx = 0;
        double xy = 0;
        double yy = 1e-3;
        for (int i = 0; i < SIDE * SIDE; i++) {
            double f = ink[offset + i];
            double dx = i % SIDE - middleX;
            double dy = i / SIDE - middleY;
            xx += f * dx * dx;
            xy += f * dx * dy;
            yy += f * dy * dy;
        }
        double slant = -xy / yy;
        double uprightXx = Math.max(xx + 2 * slant * xy + slant * slant * yy, 1e-3);
        return new GlyphShape(
                slant,
                Math.log(mass / outline),
                -cornerShare(ink, offset, middleY, slant),
                .5 * Math.log(uprightXx / yy));
    }

    private static double cornerShare(float[] ink, int offset, double middleY, double slant) {
        double left = Double.POSITIVE_INFINITY;
        double right = Double.NEGATIVE_INFINITY;
        double top = Double.POSITIVE_INFINITY;
        double bottom = Double.NEGATIVE_INFINITY;
        for (int i = 0; i < SIDE * SIDE; i++) {
            if (ink[offset + i] >= INK) {
                double x = uprightX(i, middleY, slant);
                left = Math.min(left, x);
                right = Math.max(right, x);
                top = Math.min(top, i / SIDE);
                bottom = Math.max(bottom, i / SIDE);
            }
        }
        double all = 1e-3;
        double corners = 0;
        for (int i = 0; i < SIDE * SIDE; i++) {
            double f = ink[offset + i];
            if (f >= INK) {
                double u = (2 * uprightX(i, middleY, slant) - left - right) / (right - left + 1);
                double v = (2.0 * (i / SIDE) - top - bottom) / (bottom - top + 1);
                all += f;
                corners += u * u + v * v > 1 ? f : 0;
            }
        }
        return corners / all;
    }

    private static double uprightX(int pixel, double middleY, double slant) {
        return pixel % SIDE + slant * (pixel / SIDE - middleY);
    }
}
