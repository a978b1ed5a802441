package io.inkstream.trainer.dataset;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Draws pen strokes as EMNIST shows its characters: the longest side of the ink {@value #LONGEST_SIDE_PX} pixels,
 * aspect kept, centred by bounding box, a round pen with a soft edge. The same strokes give the same bytes on every
 * machine. Holds no state; safe for any number of threads.
 */
public final class StrokePen {
    /** Longest side of the inked shape, at half intensity: EMNIST leaves a border of 2 to 3 pixels. */
    static final double LONGEST_SIDE_PX = 22;

    /** Standard deviation of the pen's edge: a Gaussian of 0.45 px seen through pixels of 1 px. */
    private static final double EDGE_PX = StrictMath.sqrt(0.45 * 0.45 + 1 / 12.0);

    private static final double SMOOTHING_PX = 0.45;
    /** Coarse tablets record steps of one unit, which show as stairs unless smoothed by about as much. */
    private static final double SMOOTHING_UNITS = 0.6;

    private static final double SHORTEST_SMOOTHED_PX = 1e-4;

    private static final double STEP_PX = 0.2;
    private static final int SIDE = SampleSet.SIDE_PX;
    private static final double REACH = 3.5 * EDGE_PX;
    /** A stroke is drawn with at most so many segments, however long its path winds within the 22 pixels. */
    private static final int MOST_STEPS = 4000;

    /**
     * Draws one character.
     *
     * @param strokes at least one
     * @param xHeight the writer's x-height in the strokes' unit, or NaN; a character is not magnified more than one of
     *     half this size would be, so that a full stop stays a dot
     * @param yScale factor on y, for tablets whose two resolutions differ; 1 for most
     * @param penPx width of the pen in pixels, 0.5 to 8
     * @return 784 bytes, 255 is ink
     */
    public byte[] draw(List<Stroke> strokes, double xHeight, double yScale, double penPx) {
        if (strokes.isEmpty()) {
            throw new IllegalArgumentException("a character has at least one stroke");
        }
        if (!(penPx >= 0.5 && penPx <= 8)) {
            throw new IllegalArgumentException("the pen is 0.5 to 8 pixels wide, got " + penPx);
        }
        if (!(yScale > 0 && yScale < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("the factor on y is positive, got " + yScale);
        }
        List<double[][]> paths = new ArrayList<>();
        for (Stroke stroke : strokes) {
            double[] x = stroke.x();
            double[] y = stroke.y();
            for (int i = 0; i < y.length; i++) {
                y[i] *= -yScale;
            }
            paths.add(new double[][] {x, y});
        }
        double longest = Box.around(paths).longest();
        if (xHeight > 0) {
            longest = Math.max(longest, xHeight / 2);
        }
        double reach = LONGEST_SIDE_PX - penPx;
        double scale = longest > 0 ? reach / longest : 1;
        paths.replaceAll(path -> smooth(path, scale));
        Box smoothed = Box.around(paths);
        double centre = SIDE / 2.0;
        float[] nearest = new float[SampleSet.PIXELS];
        Arrays.fill(nearest, Float.MAX_VALUE);
        double pixelReach = penPx / 2 + REACH;
        for (double[][] path : paths) {
            double[] x = path[0];
            double[] y = path[1];
            for (int i = 0; i < x.length; i++) {
                x[i] = centre + x[i] - smoothed.centreX();
                y[i] = centre + y[i] - smoothed.centreY();
            }
            for (int i = 0; i < x.length; i++) {
                int from = Math.max(0, i - 1);
                touch(nearest, x[from], y[from], x[i], y[i], pixelReach);
            }
        }
        byte[] image = new byte[SampleSet.PIXELS];
        for (int i = 0; i < image.length; i++) {
            if (nearest[i] < Float.MAX_VALUE) {
                double coverage = normalCdf((penPx / 2 - StrictMath.sqrt(nearest[i])) / EDGE_PX);
                image[i] = (byte) (int) (255 * coverage + 0.5);
            }
        }
        return image;
    }

    /** Lowers the squared distance of every pixel within reach of a segment. */
    private static void touch(float[] nearest, double ax, double ay, double bx, double by, double reach) {
        int left = Math.max(0, (int) Math.floor(Math.min(ax, bx) - reach));
        int right = Math.min(SIDE - 1, (int) Math.ceil(Math.max(ax, bx) + reach));
        int top = Math.max(0, (int) Math.floor(Math.min(ay, by) - reach));
        int bottom = Math.min(SIDE - 1, (int) Math.ceil(Math.max(ay, by) + reach));
        double dx = bx - ax;
        double dy = by - ay;
        double squared = dx * dx + dy * dy;
        for (int row = top; row <= bottom; row++) {
            double py = row + 0.5 - ay;
            for (int column = left; column <= right; column++) {
                double px = column + 0.5 - ax;
                double along = squared > 0 ? Math.max(0, Math.min(1, (px * dx + py * dy) / squared)) : 0;
                double ex = px - along * dx;
                double ey = py - along * dy;
                int i = row * SIDE + column;
                nearest[i] = (float) Math.min(nearest[i], ex * ex + ey * ey);
            }
        }
    }

    /** Scales a path to pixels, walks it in equal steps and smooths it along its length; its ends stay. */
    private static double[][] smooth(double[][] path, double scale) {
        double[] x = path[0];
        double[] y = path[1];
        double[] walked = new double[x.length];
        for (int i = 1; i < x.length; i++) {
            double dx = (x[i] - x[i - 1]) * scale;
            double dy = (y[i] - y[i - 1]) * scale;
            walked[i] = walked[i - 1] + StrictMath.sqrt(dx * dx + dy * dy);
        }
        double length = walked[x.length - 1];
        int steps = (int) Math.max(1, Math.min(MOST_STEPS, Math.ceil(length / STEP_PX)));
        double[][] even = new double[2][steps + 1];
        int segment = 0;
        for (int k = 0; k <= steps; k++) {
            double at = length * k / steps;
            while (segment < x.length - 2 && walked[segment + 1] < at) {
                segment++;
            }
            int next = Math.min(segment + 1, x.length - 1);
            double span = walked[next] - walked[segment];
            double part = span > 0 ? Math.max(0, Math.min(1, (at - walked[segment]) / span)) : 0;
            even[0][k] = (x[segment] + part * (x[next] - x[segment])) * scale;
            even[1][k] = (y[segment] + part * (y[next] - y[segment])) * scale;
        }
        double step = length / steps;
        // Of a path that is next to nothing, the smoothing would reach over millions of its lengths.
        if (!(length > SHORTEST_SMOOTHED_PX)) {
            return even;
        }
        double sigma = Math.max(SMOOTHING_PX, Math.min(1.5, SMOOTHING_UNITS * scale)) / step;
        return new double[][] {gauss(even[0], sigma), gauss(even[1], sigma)};
    }

    private static double[] gauss(double[] values, double sigma) {
        int n = values.length;
        int radius = (int) Math.ceil(3 * sigma);
        double[] kernel = new double[radius + 1];
        double sum = 0;
        for (int k = 0; k <= radius; k++) {
            kernel[k] = StrictMath.exp(-0.5 * k * k / (sigma * sigma));
            sum += k == 0 ? kernel[k] : 2 * kernel[k];
        }
        double[] smooth = new double[n];
        for (int i = 0; i < n; i++) {
            double value = 0;
            for (int k = -radius; k <= radius; k++) {
                value += kernel[Math.abs(k)] * mirrored(values, i + k);
            }
            smooth[i] = value / sum;
        }
        return smooth;
    }

    /** Beyond an end the path goes on as its own image through that end, so that the end itself stays in place. */
    private static double mirrored(double[] values, int i) {
        int last = values.length - 1;
        if (i < 0) {
            return 2 * values[0] - values[Math.min(last, -i)];
        }
        if (i > last) {
            return 2 * values[last] - values[Math.max(0, 2 * last - i)];
        }
        return values[i];
    }

    /** Abramowitz and Stegun 7.1.26, error below 1.5e-7. */
    private static double normalCdf(double z) {
        double x = Math.abs(z) / StrictMath.sqrt(2);
        double t = 1 / (1 + 0.3275911 * x);
        double poly = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429))));
        double tail = 0.5 * poly * StrictMath.exp(-x * x);
        return z >= 0 ? 1 - tail : tail;
    }

    private record Box(double left, double top, double right, double bottom) {
        static Box around(List<double[][]> paths) {
            double left = Double.POSITIVE_INFINITY;
            double top = Double.POSITIVE_INFINITY;
            double right = Double.NEGATIVE_INFINITY;
            double bottom = Double.NEGATIVE_INFINITY;
            for (double[][] path : paths) {
                for (int i = 0; i < path[0].length; i++) {
                    left = Math.min(left, path[0][i]);
                    right = Math.max(right, path[0][i]);
                    top = Math.min(top, path[1][i]);
                    bottom = Math.max(bottom, path[1][i]);
                }
            }
            return new Box(left, top, right, bottom);
        }

        double longest() {
            return Math.max(right - left, bottom - top);
        }

        double centreX() {
            return (left + right) / 2;
        }

        double centreY() {
            return (top + bottom) / 2;
        }
    }
}
