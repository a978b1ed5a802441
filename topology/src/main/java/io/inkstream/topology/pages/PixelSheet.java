package io.inkstream.topology.pages;

import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.layout.Appearance;
import io.inkstream.schemas.layout.OutputFormat;
import io.inkstream.schemas.layout.Rgb;
import io.inkstream.schemas.layout.Ruling;
import io.inkstream.topology.layout.PageGeometry;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.IOException;
import java.util.Arrays;

/** A page of pixels: the lines' ink on the print of its paper. Formats whose paper is transparent leave the paper out. */
final class PixelSheet implements PageComposer.Sheet {
    private static final int PAPER = 255;

    private final PageGeometry geometry;
    private final LayoutOptions layout;
    private final OutputFormat format;
    private final int width;
    private final int height;
    /** [height * width], 255 is paper and 0 is ink. */
    private final byte[] grey;

    PixelSheet(PageGeometry geometry, LayoutOptions layout, OutputFormat format) {
        this.geometry = geometry;
        this.layout = layout;
        this.format = format;
        width = geometry.widthPx();
        height = geometry.heightPx();
        grey = new byte[width * height];
        Arrays.fill(grey, (byte) PAPER);
    }

    @Override
    public PageComposer.SheetLine line(byte[] image) {
        BufferedImage line = decoded(image);
        return new PageComposer.SheetLine() {
            @Override
            public int widthPx() {
                return line.getWidth();
            }

            @Override
            public void lay(double x, double y, double slope) {
                PixelSheet.this.lay(line, x, y, slope);
            }
        };
    }

    /** Multiplies the brightness of a line into the sheet, each column moved by the slope with a linear blend of rows. */
    private void lay(BufferedImage line, double x, double y, double slope) {
        byte[] ink = ((DataBufferByte) line.getRaster().getDataBuffer()).getData();
        int lineWidth = line.getWidth();
        int lineHeight = line.getHeight();
        int left = (int) Math.round(x);
        for (int column = 0; column < lineWidth; column++) {
            int sheetX = left + column;
            if (sheetX < 0 || sheetX >= width) {
                continue;
            }
            double top = y + slope * column;
            int firstRow = (int) Math.floor(top);
            double below = top - firstRow; // share of each pixel that falls on the row below
            for (int row = 0; row <= lineHeight; row++) {
                int upper = row == 0 ? PAPER : ink[(row - 1) * lineWidth + column] & 0xff;
                int own = row == lineHeight ? PAPER : ink[row * lineWidth + column] & 0xff;
                double brightness = below * upper + (1 - below) * own;
                int sheetY = firstRow + row;
                if (brightness < PAPER && sheetY >= 0 && sheetY < height) {
                    int at = sheetY * width + sheetX;
                    grey[at] = (byte) Math.round((grey[at] & 0xff) * brightness / PAPER);
                }
            }
        }
    }

    private static BufferedImage decoded(byte[] image) {
        try {
            return OutputFormat.grey(image);
        } catch (IOException e) {
            throw new IllegalArgumentException("a line is not a PNG", e);
        }
    }

    @Override
    public byte[] image() {
        Appearance appearance = Appearance.of(layout);
        if (format != OutputFormat.PNG || Ruling.of(layout) == Ruling.PLAIN) {
            return format.encode(width, height, grey, appearance);
        }
        byte[] rgb = paper();
        for (int i = 0; i < grey.length; i++) {
            int bright = grey[i] & 0xff;
            if (bright < PAPER) {
                for (int band = 0; band < Rgb.BANDS; band++) {
                    int at = Rgb.BANDS * i + band;
                    rgb[at] = (byte) Rgb.mixed(Rgb.band(appearance.ink(), band), rgb[at] & 0xff, bright);
                }
            }
        }
        return OutputFormat.encodeColours(width, height, rgb, appearance.resolutionDpi());
    }

    private byte[] paper() {
        byte[] rgb = new byte[Rgb.BANDS * grey.length];
        int paper = Ruling.of(layout).paper();
        for (int i = 0; i < rgb.length; i += Rgb.BANDS) {
            for (int band = 0; band < Rgb.BANDS; band++) {
                rgb[i + band] = (byte) Rgb.band(paper, band);
            }
        }
        for (Print.Bar bar : Print.of(geometry, layout)) {
            for (int y = Math.max(0, (int) bar.top()); y < Math.min(height, bar.bottom()); y++) {
                double rows = share(y, bar.top(), bar.bottom());
                for (int x = Math.max(0, (int) bar.left()); x < Math.min(width, bar.right()); x++) {
                    double share = rows * share(x, bar.left(), bar.right());
                    for (int band = 0; band < Rgb.BANDS; band++) {
                        int at = Rgb.BANDS * (y * width + x) + band;
                        int before = rgb[at] & 0xff;
                        rgb[at] = (byte) Math.round(before + share * (Rgb.band(bar.colour(), band) - before));
                    }
                }
            }
        }
        return rgb;
    }

    /** How much of a pixel lies between two edges. */
    private static double share(int pixel, double from, double to) {
        return Math.max(0, Math.min(pixel + 1, to) - Math.max(pixel, from));
    }
}
