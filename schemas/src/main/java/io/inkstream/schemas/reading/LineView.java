package io.inkstream.schemas.reading;

import java.util.Optional;

/**
 * A line as a reader of lines sees it, wherever it comes from: level, of one size, in the middle of {@value #HEIGHT} rows.
 *
 * <p>Size is judged by how far the ink spreads over the rows: that needs no baseline and no segmentation, and hardly changes
 * with the text.
 *
 * @param width columns, {@value #LEAST_WIDTH} to {@value #MOST_WIDTH}
 * @param ink [{@value #HEIGHT} * width] by rows from the top, 0 is paper and 255 is ink; not copied
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record LineView(int width, byte[] ink) {
    /** Rows of every view. */
    public static final int HEIGHT = 64;
    /** Rows that a network gets: every pixel the mean of four. */
    public static final int NETWORK_HEIGHT = HEIGHT / 2;

    private static final int COLUMNS_STEP = 64;

    public static final int LEAST_WIDTH = 16;
    public static final int MOST_WIDTH = 2048;
    /** Columns of paper at both ends. */
    static final int MARGIN = 8;
    /** Standard deviation of the ink over the rows; about that of lines as model servers draw them. */
    static final double SPREAD = 9;

    /** Fainter than this is not measured: noise of paper. */
    private static final float FAINT = .15f;

    private static final int LEAST_INK_PIXELS = 20;
    private static final double MOST_MAGNIFIED = 8;
    /** Of short lines less of the tilt is taken out: it is that of their letters, not of the hand. */
    private static final double SHORT = 25;

    private static final int MOST_SAMPLES = 8;

    public LineView {
        if (width < LEAST_WIDTH || width > MOST_WIDTH || ink.length != width * HEIGHT) {
            throw new IllegalArgumentException("a view has " + LEAST_WIDTH + " to " + MOST_WIDTH + " columns of "
                    + HEIGHT + " rows, not " + width + " with " + ink.length + " pixels");
        }
    }

    /**
     * Looks at a picture of one line.
     *
     * @param ink [height][width], 0 is paper and 1 is ink
     * @return empty if it holds next to no ink, or is longer than {@value #MOST_WIDTH} columns once it has the size
     */
    public static Optional<LineView> of(float[][] ink) {
        double mass = 0;
        double sumX = 0;
        double sumY = 0;
        double sumXx = 0;
        double sumYy = 0;
        double sumXy = 0;
        int pixels = 0;
        int left = Integer.MAX_VALUE;
        int right = -1;
        for (int y = 0; y < ink.length; y++) {
            for (int x = 0; x < ink[y].length; x++) {
                float w = ink[y][x];
                if (w > FAINT) {
                    pixels++;
                    mass += w;
                    sumX += (double) w * x;
                    sumY += (double) w * y;
                    sumXx += (double) w * x * x;
                    sumYy += (double) w * y * y;
                    sumXy += (double) w * x * y;
                    left = Math.min(left, x);
                    right = Math.max(right, x);
                }
            }
        }
        if (pixels < LEAST_INK_PIXELS) {
            return Optional.empty();
        }
        double middleX = sumX / mass;
        double middleY = sumY / mass;
        double varianceX = sumXx / mass - middleX * middleX;
        double varianceY = sumYy / mass - middleY * middleY;
        double covariance = sumXy / mass - middleX * middleY;
        double about = varianceY - covariance * covariance / (varianceX + 1e-9);
        double slope = covariance / (varianceX + SHORT * about + 1e-9);
        double spread = Math.sqrt(Math.max(1e-9, varianceY - 2 * slope * covariance + slope * slope * varianceX));
        double scale = SPREAD / spread;
        int width = (int) Math.ceil((right - left + 1) * scale) + 2 * MARGIN;
        if (scale > MOST_MAGNIFIED || width > MOST_WIDTH) {
            return Optional.empty();
        }
        int samples = (int) Math.max(1, Math.min(MOST_SAMPLES, Math.ceil(1 / scale)));
        byte[] view = new byte[HEIGHT * width];
        for (int v = 0; v < HEIGHT; v++) {
            for (int u = 0; u < width; u++) {
                double sum = 0;
                for (int i = 0; i < samples; i++) {
                    for (int j = 0; j < samples; j++) {
                        double x = left + (u - MARGIN + (j + .5) / samples) / scale - .5;
                        double y = middleY + slope * (x - middleX) + (v - HEIGHT / 2.0 + (i + .5) / samples) / scale;
                        sum += at(ink, x, y);
                    }
                }
                view[v * width + u] = (byte) Math.round(255 * sum / (samples * samples));
            }
        }
        return Optional.of(new LineView(width, view));
    }

    private static double at(float[][] ink, double x, double y) {
        int column = (int) Math.floor(x);
        int row = (int) Math.floor(y);
        double right = x - column;
        double down = y - row;
        return (1 - down) * ((1 - right) * pixel(ink, row, column) + right * pixel(ink, row, column + 1))
                + down * ((1 - right) * pixel(ink, row + 1, column) + right * pixel(ink, row + 1, column + 1));
    }

    private static double pixel(float[][] ink, int row, int column) {
        boolean inside = row >= 0 && row < ink.length && column >= 0 && column < ink[row].length;
        return inside ? ink[row][column] : 0;
    }

    /** Columns that a network sees of this view: a multiple of four, as its strides are. */
    public int columns() {
        return columns(width);
    }

    /** Columns that a network sees of a view of some width. */
    public static int columns(int width) {
        return (width / 2 + 2 + 3) / 4 * 4;
    }

    /** Columns of the picture that a network gets: paper is added, so that networks are of few widths. */
    public static int padded(int columns) {
        return (columns + COLUMNS_STEP - 1) / COLUMNS_STEP * COLUMNS_STEP;
    }

    /**
     * Writes what a network gets: {@value #NETWORK_HEIGHT} rows, each pixel the mean of four, 0 is paper and 1 is ink.
     *
     * @param to by rows of {@code columns}, of which those beyond this view's stay as they are
     * @param offset of the first row
     * @param columns at least {@link #columns}
     */
    public void shrink(float[] to, int offset, int columns) {
        for (int row = 0; row < NETWORK_HEIGHT; row++) {
            for (int column = 0; column < width / 2; column++) {
                int at = 2 * row * width + 2 * column;
                int sum = (ink[at] & 0xff)
                        + (ink[at + 1] & 0xff)
                        + (ink[at + width] & 0xff)
                        + (ink[at + width + 1] & 0xff);
                to[offset + row * columns + column + 1] = sum / (4f * 255);
            }
        }
    }
}
