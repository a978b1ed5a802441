package io.inkstream.modelserver.compositing;

/** Small glyphs whose path is known. */
final class Inks {
    static final int SIDE = 28;

    private Inks() {}

    /** Ink of a pen of 2.9 pixels along the given lines, by the slowest way there is. */
    static float[] of(float[]... lines) {
        float[] ink = new float[SIDE * SIDE];
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                double nearest = distance(x + .5, y + .5, lines);
                ink[y * SIDE + x] = (float) Math.max(0, Math.min(1, .5 + (1.45 - nearest) / 1.6));
            }
        }
        return ink;
    }

    static double distance(double x, double y, float[]... lines) {
        double nearest = Double.MAX_VALUE;
        for (float[] line : lines) {
            for (int i = 0; i < Math.max(2, line.length - 2); i += 2) {
                int next = line.length > 2 ? i + 2 : i;
                nearest = Math.min(
                        nearest,
                        java.awt.geom.Line2D.ptSegDist(line[i], line[i + 1], line[next], line[next + 1], x, y));
            }
        }
        return nearest;
    }

    static float[] ring(double x, double y, double radius) {
        float[] ring = new float[2 * 61];
        for (int i = 0; i <= 60; i++) {
            ring[2 * i] = (float) (x + radius * Math.cos(Math.PI * i / 30));
            ring[2 * i + 1] = (float) (y + radius * Math.sin(Math.PI * i / 30));
        }
        return ring;
    }
}
