package io.inkstream.trainer.dataset;

/**
 * One pen-down run.
 *
 * @param x coordinates in the source's unit, rightwards
 * @param y likewise, upwards
 */
public record Stroke(double[] x, double[] y) {
    public Stroke {
        if (x.length != y.length || x.length == 0) {
            throw new IllegalArgumentException(
                    "a stroke has as many x as y and at least one, got " + x.length + " and " + y.length);
        }
        x = x.clone();
        y = y.clone();
        for (int i = 0; i < x.length; i++) {
            if (!Double.isFinite(x[i]) || !Double.isFinite(y[i])) {
                throw new IllegalArgumentException("point " + i + " is not finite: [" + x[i] + ", " + y[i] + "]");
            }
        }
    }

    @Override
    public double[] x() {
        return x.clone();
    }

    @Override
    public double[] y() {
        return y.clone();
    }

    /**
     * Its points as x0, y0, x1, y1, ...
     *
     * @param left x that becomes 0
     * @param baseline y that becomes 0
     * @param unit length that becomes 1
     */
    public float[] points(double left, double baseline, double unit) {
        float[] points = new float[2 * x.length];
        for (int i = 0; i < x.length; i++) {
            points[2 * i] = (float) ((x[i] - left) / unit);
            points[2 * i + 1] = (float) ((y[i] - baseline) / unit);
        }
        return points;
    }

    /** Returns the number of points. */
    public int length() {
        return x.length;
    }
}
