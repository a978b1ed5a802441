package io.inkstream.schemas.layout;

import io.inkstream.schemas.avro.LayoutOptions;
import java.util.Locale;

/**
 * What is to be seen of the ink of an image, beside its shape.
 *
 * @param ink colour, 0xRRGGBB
 * @param resolutionDpi pixels of an inch, which gives the image a physical size
 */
public record Appearance(int ink, int resolutionDpi) {
    /** Millimetres of an inch. */
    public static final double INCH_MM = 25.4;

    /** What is to be seen where a document says nothing. */
    public static final Appearance STANDARD = of(LayoutOptions.newBuilder().build());

    /**
     * What a document asks for.
     *
     * @param layout without {@link LayoutOption#fault}
     */
    public static Appearance of(LayoutOptions layout) {
        return new Appearance(Integer.parseInt(layout.getInk().substring(1), 16), layout.getResolutionDpi());
    }

    /** The begin of an SVG of that size: a unit is a pixel, and the whole has its size in millimetres. */
    public String svg(int widthPx, int heightPx) {
        return String.format(
                Locale.ROOT,
                "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%.3fmm\" height=\"%.3fmm\" viewBox=\"0 0 %d %d\">\n",
                millimetres(widthPx),
                millimetres(heightPx),
                widthPx,
                heightPx);
    }

    /** Pixels of a length. */
    public double pixels(double millimetres) {
        return millimetres * resolutionDpi / INCH_MM;
    }

    /** Length of some pixels. */
    public double millimetres(double pixels) {
        return pixels * INCH_MM / resolutionDpi;
    }
}
