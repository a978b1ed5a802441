package io.inkstream.modelserver.compositing;

/**
 * What the ink of one small image looks like: how many pieces and holes it has, how they stand, and how it leans.
 *
 * @param pieces pieces of ink, joined across corners
 * @param holes pieces of paper that ink encloses, joined across sides
 * @param above share of the ink that stands above the first clear row between inked ones, 0 if there is no such row
 * @param slant horizontal over vertical moment, right-leaning positive; 0 for blank or flat ink
 */
record InkShape(int pieces, int holes, double above, double slant) {
    private static final float INK = .5f;

    /** Measures an image [height * width] by rows, 0 is paper and 1 is ink. */
    static InkShape of(float[] ink, int width, int height) {
        // A rim of paper spares every look at a neighbour the question whether it is there.
        int rimmed = width + 2;
        boolean[] dark = new boolean[rimmed * (height + 2)];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                dark[(y + 1) * rimmed + x + 1] = ink[y * width + x] >= INK;
            }
        }
        int euler = eulerNumber(dark, rimmed);
        int pieces = countPieces(dark, rimmed);
        return new InkShape(pieces, pieces - euler, above(ink, width, height), slant(ink, width, height));
    }

    /**
     * Pieces less holes, from the corners of the ink alone.
     *
     * @see <a href="https://doi.org/10.1016/0146-664X(71)90064-4">Gray: Local properties of binary images in two
     *     dimensions</a>
     */
    private static int eulerNumber(boolean[] dark, int width) {
        int corners = 0;
        for (int p = 0; p + width + 1 < dark.length; p++) {
            boolean a = dark[p];
            boolean b = dark[p + 1];
            boolean c = dark[p + width];
            boolean d = dark[p + width + 1];
            int count = (a ? 1 : 0) + (b ? 1 : 0) + (c ? 1 : 0) + (d ? 1 : 0);
            if (count == 1) {
                corners++;
            } else if (count == 3) {
                corners--;
            } else if (count == 2 && a == d) {
                corners -= 2;
            }
        }
        return corners / 4;
    }

    /** Counts the pieces of ink, and wipes them out. */
    private static int countPieces(boolean[] dark, int width) {
        int[] offsets = {-width - 1, -width, -width + 1, -1, 1, width - 1, width, width + 1};
        int[] stack = new int[dark.length];
        int pieces = 0;
        for (int start = 0; start < dark.length; start++) {
            if (!dark[start]) {
                continue;
            }
            pieces++;
            int top = 0;
            stack[top++] = start;
            dark[start] = false;
            while (top > 0) {
                int p = stack[--top];
                for (int offset : offsets) {
                    if (dark[p + offset]) {
                        dark[p + offset] = false;
                        stack[top++] = p + offset;
                    }
                }
            }
        }
        return pieces;
    }

    private static double above(float[] ink, int width, int height) {
        double sum = 0;
        double above = 0;
        boolean clear = false;
        for (int y = 0; y < height; y++) {
            double row = 0;
            boolean isInked = false;
            for (int x = 0; x < width; x++) {
                row += ink[y * width + x];
                isInked |= ink[y * width + x] >= INK;
            }
            if (isInked && clear && above == 0) {
                above = sum;
            }
            clear = !isInked && sum > INK;
            sum += row;
        }
        return sum > 0 ? above / sum : 0;
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
