package io.inkstream.modelserver.compositing;

/**
 * Thins an image pixel by pixel, as the paper says it.
 *
 * @see <a href="https://doi.org/10.1145/62065.62074">Guo and Hall: Parallel thinning with two-subiteration algorithms</a>
 */
final class PixelThinning {
    private static final int[] ROWS = {-1, -1, 0, 1, 1, 1, 0, -1};
    private static final int[] COLUMNS = {0, 1, 1, 1, 0, -1, -1, -1};

    private PixelThinning() {}

    /**
     * Thins until nothing changes; of a piece that would vanish its last pixel stays.
     *
     * @param black [side][side], white at the edges
     */
    static void thin(boolean[][] black) {
        boolean changed = true;
        for (boolean first = true; changed || !first; first = !first) {
            boolean gone = peel(black, first);
            changed = first ? gone : changed || gone;
        }
    }

    private static boolean peel(boolean[][] black, boolean first) {
        boolean[][] delete = new boolean[black.length][black.length];
        for (int row = 1; row < black.length - 1; row++) {
            for (int column = 1; column < black.length - 1; column++) {
                delete[row][column] = black[row][column] && isDeletable(neighbours(black, row, column), first);
            }
        }
        boolean gone = false;
        for (int row = 1; row < black.length - 1; row++) {
            for (int column = 1; column < black.length - 1; column++) {
                boolean isLast = true;
                for (boolean neighbour : neighbours(black, row, column)) {
                    isLast &= !neighbour;
                }
                gone |= delete[row][column];
                black[row][column] &= !delete[row][column] || isLast;
            }
        }
        return gone;
    }

    /** Clockwise from north. */
    private static boolean[] neighbours(boolean[][] black, int row, int column) {
        boolean[] neighbours = new boolean[8];
        for (int k = 0; k < 8; k++) {
            neighbours[k] = black[row + ROWS[k]][column + COLUMNS[k]];
        }
        return neighbours;
    }

    private static boolean isDeletable(boolean[] n, boolean first) {
        int crossings = 0;
        int pairs = 0;
        int otherPairs = 0;
        for (int k = 0; k < 8; k += 2) {
            crossings += !n[k] && (n[k + 1] || n[(k + 2) % 8]) ? 1 : 0;
            pairs += n[k] || n[k + 1] ? 1 : 0;
            otherPairs += n[k] || n[(k + 7) % 8] ? 1 : 0;
        }
        int least = Math.min(pairs, otherPairs);
        boolean stays = first ? (n[4] || n[5] || !n[7]) && n[6] : (n[0] || n[1] || !n[3]) && n[2];
        return crossings == 1 && least >= 2 && least <= 3 && !stays;
    }
}
