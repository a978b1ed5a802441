package io.inkstream.ops.hand;

import java.util.Arrays;

/** The ink in a field of a page, freed of guides, shading and the colour of the pen. */
final class FieldInk {
    /** Pixels of a millimetre. */
    static final int PER_MM = 12;

    /** Samples in each direction of a pixel: photos are often finer. */
    private static final int FINER = 2;
    /** Light changes along a line: paper is as bright as near by, within so many pixels. */
    private static final int NEAR = (int) (PER_MM * Field.Kind.CELL.width());
    /** Darkness over paper's that guides do not have, as printed and as a grey scan shows them. */
    private static final double GUIDE = .18;

    private static final double LEAST_CONTRAST = .15;
    /** Less ink, in pixels, is dust. */
    private static final int DUST = 14;

    private static final int RIM = 2;
    private static final float INKED = .5f;

    private final float[] ink;
    private final int columns;
    private final int rows;

    private FieldInk(float[] ink, int columns, int rows) {
        this.ink = ink;
        this.columns = columns;
        this.rows = rows;
    }

    static FieldInk of(SheetPhoto photo, Field field) {
        int columns = (int) (PER_MM * field.kind().width());
        int rows = (int) (PER_MM * field.kind().height());
        double[] darkness = brightness(photo, field, columns, rows);
        darken(darkness, columns, rows);
        double[] sorted = darkness.clone();
        Arrays.sort(sorted);
        double darkest = sorted[sorted.length - 1 - DUST];
        double contrast = Math.max(LEAST_CONTRAST, .7 * (darkest - GUIDE));
        float[] ink = new float[darkness.length];
        for (int i = 0; i < ink.length; i++) {
            ink[i] = (float) Math.max(0, Math.min(1, (darkness[i] - GUIDE) / contrast));
        }
        return new FieldInk(ink, columns, rows);
    }

    private static double[] brightness(SheetPhoto photo, Field field, int columns, int rows) {
        double[] brightness = new double[rows * columns];
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                double sum = 0;
                for (int k = 0; k < FINER * FINER; k++) {
                    sum += photo.at(
                            field.left() + (column + (k % FINER + .5) / FINER) / PER_MM,
                            field.top() + (row + (k / FINER + .5) / FINER) / PER_MM);
                }
                brightness[row * columns + column] = sum / (FINER * FINER);
            }
        }
        return brightness;
    }

    /** Makes brightness the share of light that is missing against paper near by. */
    private static void darken(double[] pixels, int columns, int rows) {
        int pieces = Math.max(1, columns / NEAR);
        double[] paper = new double[pieces];
        for (int piece = 0; piece < pieces; piece++) {
            int from = columns * piece / pieces;
            int width = columns * (piece + 1) / pieces - from;
            double[] near = new double[width * rows];
            for (int row = 0; row < rows; row++) {
                System.arraycopy(pixels, row * columns + from, near, row * width, width);
            }
            Arrays.sort(near);
            paper[piece] = Math.max(1, near[near.length * 4 / 5]);
        }
        for (int column = 0; column < columns; column++) {
            double at = Math.max(0, Math.min(pieces - 1, (column + .5) * pieces / columns - .5));
            int left = (int) at;
            int right = Math.min(pieces - 1, left + 1);
            double here = paper[left] + (at - left) * (paper[right] - paper[left]);
            for (int row = 0; row < rows; row++) {
                pixels[row * columns + column] = 1 - pixels[row * columns + column] / here;
            }
        }
    }

    int columns() {
        return columns;
    }

    int rows() {
        return rows;
    }

    /** Ink of a pixel, 0 is paper and 1 is ink; outside the field 0. */
    float at(int column, int row) {
        return column >= 0 && row >= 0 && column < columns && row < rows ? ink[row * columns + column] : 0;
    }

    /** Whether a pixel is rather ink than paper. */
    boolean isInked(int column, int row) {
        return at(column, row) > INKED;
    }

    /** Whether ink runs out of the field: some of it may be lost. */
    boolean touchesRim() {
        int touching = 0;
        for (int row = 0; row < rows; row++) {
            for (int column = 0; column < columns; column++) {
                boolean rim = row < RIM || column < RIM || row >= rows - RIM || column >= columns - RIM;
                touching += rim && isInked(column, row) ? 1 : 0;
            }
        }
        return touching > DUST;
    }

    boolean isEmpty() {
        int inked = 0;
        for (float value : ink) {
            inked += value > INKED ? 1 : 0;
        }
        return inked < DUST;
    }
}
