package io.inkstream.trainer.lines;

import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.reading.LineView;
import io.inkstream.trainer.dataset.Stroke;
import io.inkstream.trainer.dataset.WrittenLine;
import io.inkstream.trainer.nn.Streams;
import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.Path2D;
import java.awt.geom.Rectangle2D;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.Objects;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * Draws lines that people wrote with a pen, as readers see them. Each writer has a pen of his own width, each line nearly that;
 * the same line gives the same picture. Thread-safe.
 */
public final class WrittenLines {
    /** Spread of a line's ink over the rows while it is drawn; twice that of a {@link LineView}. */
    private static final double SPREAD_PX = 18;

    private static final double PEN_PX = 5.6;
    private static final double LEAST_PEN_PX = 4;
    private static final double MOST_PEN_PX = 8;
    private static final double PEN_WRITER_LOG_SD = .2;
    private static final double PEN_LINE_LOG_SD = .08;
    private static final int MARGIN_PX = 16;
    private static final int MOST_PIXELS = 16 << 20;

    private final long seed;

    public WrittenLines(long seed) {
        this.seed = seed;
    }

    /** Draws a line; empty where it has no size, or is too long for a {@link LineView}. */
    public Optional<LineSample> draw(WrittenLine line) {
        String text = Graphemes.normal(String.join(" ", line.text().strip().split("\\s+")));
        double unit = spread(line);
        if (text.isEmpty() || !(unit > 0)) {
            return Optional.empty();
        }
        double scale = SPREAD_PX / unit;
        Path2D path = new Path2D.Double();
        for (Stroke stroke : line.strokes()) {
            add(path, stroke, scale);
        }
        Rectangle2D bounds = path.getBounds2D();
        boolean hasSize = bounds.getWidth() + 2 * MARGIN_PX <= 2 * LineView.MOST_WIDTH
                && (bounds.getWidth() + 2 * MARGIN_PX) * (bounds.getHeight() + 2 * MARGIN_PX) <= MOST_PIXELS;
        if (!hasSize) { // a single straight stroke spreads over no rows, and would be magnified without end
            return Optional.empty();
        }
        int width = (int) Math.ceil(bounds.getWidth()) + 2 * MARGIN_PX;
        int height = (int) Math.ceil(bounds.getHeight()) + 2 * MARGIN_PX;
        BufferedImage image = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D graphics = image.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_ANTIALIASING, RenderingHints.VALUE_ANTIALIAS_ON);
        graphics.setRenderingHint(RenderingHints.KEY_STROKE_CONTROL, RenderingHints.VALUE_STROKE_PURE);
        graphics.setColor(Color.WHITE);
        graphics.setStroke(new BasicStroke((float) pen(line), BasicStroke.CAP_ROUND, BasicStroke.JOIN_ROUND));
        graphics.translate(MARGIN_PX - bounds.getX(), MARGIN_PX - bounds.getY());
        graphics.draw(path);
        graphics.dispose();
        byte[] pixels = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        float[][] ink = new float[height][width];
        for (int y = 0; y < height; y++) {
            for (int x = 0; x < width; x++) {
                ink[y][x] = (pixels[y * width + x] & 0xff) / 255f;
            }
        }
        return LineView.of(ink).map(view -> new LineSample(text, line.writer(), view));
    }

    private double pen(WrittenLine line) {
        RandomGenerator ofWriter = Streams.named(seed, "pen " + Objects.toString(line.writer(), line.text()));
        RandomGenerator ofLine =
                Streams.named(seed, "pen of line " + line.text(), line.strokes().size());
        double width = PEN_PX
                * Math.exp(PEN_WRITER_LOG_SD * ofWriter.nextGaussian() + PEN_LINE_LOG_SD * ofLine.nextGaussian());
        return Math.max(LEAST_PEN_PX, Math.min(MOST_PEN_PX, width));
    }

    /** Through the middles of a stroke's segments: coarse tablets record stairs. */
    private static void add(Path2D path, Stroke stroke, double scale) {
        double[] x = stroke.x();
        double[] y = stroke.y();
        int last = x.length - 1;
        path.moveTo(x[0] * scale, -y[0] * scale);
        for (int i = 1; i < last; i++) {
            path.quadTo(x[i] * scale, -y[i] * scale, (x[i] + x[i + 1]) / 2 * scale, -(y[i] + y[i + 1]) / 2 * scale);
        }
        path.lineTo(x[last] * scale, -y[last] * scale);
    }

    /** How far the strokes, all of their length, spread over the rows about the straight line that they follow, in their unit. */
    private static double spread(WrittenLine line) {
        double mass = 0;
        double[] sums = new double[5];
        for (Stroke stroke : line.strokes()) {
            double[] x = stroke.x();
            double[] y = stroke.y();
            for (int i = 1; i < x.length; i++) {
                double length = Math.hypot(x[i] - x[i - 1], y[i] - y[i - 1]);
                mass += length;
                sums[0] += length * (x[i] + x[i - 1]) / 2;
                sums[1] += length * (y[i] + y[i - 1]) / 2;
                sums[2] += length * (x[i] * x[i] + x[i] * x[i - 1] + x[i - 1] * x[i - 1]) / 3;
                sums[3] += length * (y[i] * y[i] + y[i] * y[i - 1] + y[i - 1] * y[i - 1]) / 3;
                sums[4] += length * (2 * x[i] * y[i] + 2 * x[i - 1] * y[i - 1] + x[i] * y[i - 1] + x[i - 1] * y[i]) / 6;
            }
        }
        double x = sums[0] / mass;
        double y = sums[1] / mass;
        double varianceX = sums[2] / mass - x * x;
        double varianceY = sums[3] / mass - y * y;
        double covariance = sums[4] / mass - x * y;
        return Math.sqrt(varianceY - covariance * covariance / Math.max(1e-9, varianceX));
    }
}
