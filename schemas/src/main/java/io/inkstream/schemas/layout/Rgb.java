package io.inkstream.schemas.layout;

/** Takes colours apart, 0xRRGGBB, and mixes them. */
public final class Rgb {
    /** Red, green and blue. */
    public static final int BANDS = 3;

    private static final int MOST = 255;

    private Rgb() {}

    /** One band of a colour, 0 to 255: 0 is red. */
    public static int band(int rgb, int band) {
        return rgb >> (16 - 8 * band) & MOST;
    }

    /**
     * Ink on paper, both of one band, in whole numbers: a page has millions of pixels.
     *
     * @param grey 255 is paper alone and 0 is ink alone
     */
    public static int mixed(int ink, int paper, int grey) {
        return (ink * (MOST - grey) + paper * grey + MOST / 2) / MOST;
    }
}
