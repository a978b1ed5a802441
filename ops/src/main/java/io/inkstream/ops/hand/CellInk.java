package io.inkstream.ops.hand;

import java.util.Arrays;

/**
 * The ink in a cell of a page, freed of guides, shading and the colour of the pen.
 *
 * @param ink [{@value #ROWS} * {@value #COLUMNS}] by rows, 0 is paper and 1 is ink; {@value #PER_MM} pixels are a millimetre
 * @param touchesRim whether ink runs out of the cell
 */
record CellInk(float[] ink, boolean touchesRim) {
    static final int PER_MM = 12;
    static final int COLUMNS = (int) (PER_MM * SheetLayout.Cell.WIDTH);
    static final int ROWS = (int) (PER_MM * SheetLayout.Cell.HEIGHT);

    /** Samples in each direction of a pixel: photos are often finer. */
    private static final int FINER = 2;
    /** Darkness over paper's that guides do not have, as printed and as a grey scan shows them. */
    private static final double GUIDE = .18;

    private static final double LEAST_CONTRAST = .15;
    /** Less ink, in pixels, is dust. */
    private static final int DUST = 14;

    private static final int RIM = 2;

    static CellInk of(SheetPhoto photo, SheetLayout.Cell cell) {
        double[] brightness = new double[ROWS * COLUMNS];
        for (int row = 0; row < ROWS; row++) {
            for (int column = 0; column < COLUMNS; column++) {
                double sum = 0;
                for (int k = 0; k < FINER * FINER; k++) {
                    sum += photo.at(
                            cell.left() + (column + (k % FINER + .5) / FINER) / PER_MM,
                            cell.top() + (row + (k / FINER + .5) / FINER) / PER_MM);
                }
                brightness[row * COLUMNS + column] = sum / (FINER * FINER);
            }
        }
        double[] sorted = brightness.clone();
        Arrays.sort(sorted);
        double paper = Math.max(1, sorted[sorted.length * 4 / 5]);
        double darkest = 1 - sorted[DUST] / paper;
        double contrast = Math.max(LEAST_CONTRAST, .7 * (darkest - GUIDE));
        float[] ink = new float[brightness.length];
        for (int i = 0; i < ink.length; i++) {
            double darkness = 1 - brightness[i] / paper;
            ink[i] = (float) Math.max(0, Math.min(1, (darkness - GUIDE) / contrast));
        }
        return new CellInk(ink, touchesRim(ink));
    }

    private static boolean touchesRim(float[] ink) {
        int touching = 0;
        for (int i = 0; i < ink.length; i++) {
            int row = i / COLUMNS;
            int column = i % COLUMNS;
            boolean rim = row < RIM || column < RIM || row >= ROWS - RIM || column >= COLUMNS - RIM;
            touching += rim && ink[i] > .5 ? 1 : 0;
        }
        return touching > DUST;
    }

    boolean isEmpty() {
        int inked = 0;
        for (float value : ink) {
            inked += value > .5 ? 1 : 0;
        }
        return inked < DUST;
    }
}
