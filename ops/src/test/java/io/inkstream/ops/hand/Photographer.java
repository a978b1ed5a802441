package io.inkstream.ops.hand;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import org.apache.pdfbox.Loader;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.rendering.ImageType;
import org.apache.pdfbox.rendering.PDFRenderer;

/** Prints pages of a sheet, writes into their cells, and takes photos of them as people do: askew, badly lit, as JPEG. */
public final class Photographer {
    private static final int PRINT_DPI = 300;
    private static final double PRINT_PER_MM = PRINT_DPI / 25.4;
    private static final double LINE_INDENT = 2;

    private final SheetLayout layout;
    private final byte[] pdf;

    public Photographer(SheetLayout layout) {
        this.layout = layout;
        this.pdf = SheetPdf.of(
                layout, IntStream.rangeClosed(1, layout.pages()).boxed().toList());
    }

    /**
     * A page with ink in it: strokes in x-heights above the baseline, by the place of the field on the page; in the middle of
     * a cell, and at the begin of a line.
     */
    public BufferedImage written(int page, Map<Integer, List<float[]>> strokes, Color ink, double penMm)
            throws IOException {
        BufferedImage picture;
        try (PDDocument document = Loader.loadPDF(pdf)) {
            picture = new PDFRenderer(document).renderImageWithDPI(page - 1, PRINT_DPI, ImageType.RGB);
        }
        Graphics2D g = picture.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        g.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        g.setColor(ink);
        g.setStroke(new BasicStroke((float) (penMm * PRINT_PER_MM), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        strokes.forEach((place, lines) -> {
            Field field = layout.fields(page).get(place);
            double xHeight = field.kind().xHeight();
            double width = lines.stream().mapToDouble(Photographer::right).max().orElse(0) * xHeight;
            double left = field.left()
                    + (field.kind() == Field.Kind.CELL ? (field.kind().width() - width) / 2 : LINE_INDENT);
            double baseline = field.top() + field.kind().baseline();
            for (float[] line : lines) {
                Path2D path = new Path2D.Double();
                for (int i = 0; i < line.length; i += 2) {
                    double x = (left + xHeight * line[i]) * PRINT_PER_MM;
                    double y = (baseline - xHeight * line[i + 1]) * PRINT_PER_MM;
                    if (i == 0) {
                        path.moveTo(x, y);
                        path.lineTo(x, y + .01);
                    } else {
                        path.lineTo(x, y);
                    }
                }
                g.draw(path);
            }
        });
        g.dispose();
        return picture;
    }

    private static double right(float[] line) {
        double right = 0;
        for (int i = 0; i < line.length; i += 2) {
            right = Math.max(right, line[i]);
        }
        return right;
    }

    /**
     * A photo: turned by any angle, tilted by up to 25 degrees in both directions, the light falling to a third across it,
     * noise, and JPEG of quality 50.
     *
     * @param dpi pixels of the photo for an inch of the paper, about
     */
    public static BufferedImage photo(BufferedImage paper, double dpi, SplittableRandom random) throws IOException {
        double turn = Math.toRadians(random.nextDouble(-180, 180));
        double tiltX = Math.toRadians(random.nextDouble(-25, 25));
        double tiltY = Math.toRadians(random.nextDouble(-25, 25));
        double scale = dpi / PRINT_DPI;
        double distance = 2.2 * paper.getHeight() * scale;
        int side = (int) (1.35 * Math.hypot(paper.getWidth(), paper.getHeight()) * scale);
        double lightAngle = random.nextDouble(2 * Math.PI);
        double darkest = random.nextDouble(.33, 1);
        BufferedImage photo = new BufferedImage(side, side, BufferedImage.TYPE_INT_RGB);
        // The page's plane in front of the camera, seen through each pixel.
        double[] ex = rotated(Math.cos(turn), Math.sin(turn), tiltX, tiltY);
        double[] ey = rotated(-Math.sin(turn), Math.cos(turn), tiltX, tiltY);
        double[] n = {
            ex[1] * ey[2] - ex[2] * ey[1], ex[2] * ey[0] - ex[0] * ey[2], ex[0] * ey[1] - ex[1] * ey[0],
        };
        for (int v = 0; v < side; v++) {
            for (int u = 0; u < side; u++) {
                double[] ray = {u - side / 2.0, v - side / 2.0, distance};
                double t = n[2] * distance / (n[0] * ray[0] + n[1] * ray[1] + n[2] * ray[2]);
                double[] hit = {t * ray[0], t * ray[1], t * ray[2] - distance};
                double x = (hit[0] * ex[0] + hit[1] * ex[1] + hit[2] * ex[2]) / scale + paper.getWidth() / 2.0;
                double y = (hit[0] * ey[0] + hit[1] * ey[1] + hit[2] * ey[2]) / scale + paper.getHeight() / 2.0;
                double across =
                        ((u - side / 2.0) * Math.cos(lightAngle) + (v - side / 2.0) * Math.sin(lightAngle)) / side;
                double light = 1 - (1 - darkest) * Math.max(0, Math.min(1, .5 + across));
                int rgb = 0;
                for (int channel = 0; channel < 3; channel++) {
                    double value = light * sample(paper, x, y, 1 / scale, 16 - 8 * channel)
                            + 4 * (random.nextDouble() + random.nextDouble() + random.nextDouble() - 1.5);
                    rgb = rgb << 8 | (int) Math.max(0, Math.min(255, value));
                }
                photo.setRGB(u, v, rgb);
            }
        }
        return jpeg(photo);
    }

    private static double[] rotated(double x, double y, double tiltX, double tiltY) {
        double z = y * Math.sin(tiltX);
        double yy = y * Math.cos(tiltX);
        return new double[] {x * Math.cos(tiltY) + z * Math.sin(tiltY), yy, -x * Math.sin(tiltY) + z * Math.cos(tiltY)};
    }

    /** Mean over a square of the paper; around it is a dark table. */
    private static double sample(BufferedImage paper, double x, double y, double size, int shift) {
        int from = size > 1.5 ? -1 : 0;
        double sum = 0;
        int count = 0;
        for (int dy = from; dy <= 0; dy++) {
            for (int dx = from; dx <= 0; dx++) {
                int column = (int) Math.floor(x + (dx + (from == 0 ? 0 : .5)) * size / 2);
                int row = (int) Math.floor(y + (dy + (from == 0 ? 0 : .5)) * size / 2);
                boolean inside = column >= 0 && row >= 0 && column < paper.getWidth() && row < paper.getHeight();
                sum += inside ? paper.getRGB(column, row) >> shift & 0xff : 70;
                count++;
            }
        }
        return sum / count;
    }

    private static BufferedImage jpeg(BufferedImage picture) throws IOException {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ImageWriteParam how = writer.getDefaultWriteParam();
        how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
        how.setCompressionQuality(.5f);
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (var out = ImageIO.createImageOutputStream(bytes)) {
            writer.setOutput(out);
            writer.write(null, new IIOImage(picture, null, null), how);
        } finally {
            writer.dispose();
        }
        return ImageIO.read(new ByteArrayInputStream(bytes.toByteArray()));
    }
}
