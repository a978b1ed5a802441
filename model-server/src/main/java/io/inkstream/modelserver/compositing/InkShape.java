package io.inkstream.modelserver.compositing;

/**
 * What the ink of one small image looks like: how many pieces and holes it has, and how it leans.
 *
 * @param pieces pieces of ink, joined across corners
 * @param holes pieces of paper that ink encloses, joined across sides
 * @param slant horizontal over vertical moment, right-leaning positive; 0 for blank or flat ink
 */
record InkShape(int pieces, int holes, double slant) {
    private static final float INK = .5f;

    /** Measures an image [height * width] by rows, 0 is paper and 1 is ink. */
    static InkShape of(float[] ink, int width, int height) {
        // A rim of paper joins all paper outside, so that what is left over are holes.
        int rimmed = width + 2;
        boolean[] dark = new boolean[rimmed * (height + 2)];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                dark[(y + 1) * rimmed + x + 1] = ink[y * width + x] >= INK;
            }
        }
        boolean[] seen = new boolean[dark.length];
        int[] stack = new int[dark.length];
        int pieces = 0;
        int holes = -1;
        for (int start = 0; start < dark.length; start++) {
            if (!seen[start]) {
                flood(dark, seen, stack, start, rimmed);
                if (dark[start]) {
                    pieces++;
                } else {
                    holes++;
                }
            }
        }
        return new InkShape(pieces, holes, slant(ink, width, height));
    }

    private static void flood(boolean[] dark, boolean[] seen, int[] stack, int start, int width) {
        int height = dark.length / width;
        boolean ink = dark[start];
        int top = 0;
        stack[top++] = start;
        seen[start] = true;
        while (top > 0) {
            int p = stack[--top];
            int y = p / width;
            int x = p % width;
            for (int ny = Math.max(0, y - 1); ny <= Math.min(height - 1, y + 1); ny++) {
                for (int nx = Math.max(0, x - 1); nx <= Math.min(width - 1, x + 1); nx++) {
                    int neighbour = ny * width + nx;
                    boolean touches = ink || ny == y || nx == x;
                    if (touches && !seen[neighbour] && dark[neighbour] == ink) {
                        seen[neighbour] = true;
                        stack[top++] = neighbour;
                    }
                }
            }
        }
    }

    static double slant(float[] ink, int width, int height) {
        double sum = 0;
        double sumX = 0;
        double sumY = 0;
        double sumXy = 0;
        double sumYy = 0;
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                double f = ink[y * width + x];
                sum += f;
                sumX += f * x;
                sumY += f * y;
                sumXy += f * x * y;
                sumYy += f * y * y;
            }
        }
        if (sum <= 0) {
            return 0;
        }
        double vertical = sumYy - sumY * sumY / sum;
        return vertical > 1e-6 ? -(sumXy - sumX * sumY / sum) / vertical : 0;
    }
}
