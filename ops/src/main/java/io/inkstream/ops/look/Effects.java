package io.inkstream.ops.look;

import io.inkstream.modelserver.compositing.GreyImage;
import io.inkstream.ops.look.Degradation.Changed;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.geom.AffineTransform;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.random.RandomGenerator;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageInputStream;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/** How each {@link Degradation} changes the greys. */
final class Effects {
    private static final float PAPER = 255;

    private Effects() {}

    static Changed pen(Canvas canvas, double radiusPx, RandomGenerator random) {
        double left = Math.abs(radiusPx);
        Canvas changed = canvas;
        while (left > 0) {
            Canvas before = changed;
            Canvas whole = before.spread(radiusPx > 0);
            float share = (float) Math.min(1, left);
            changed = before.map((grey, x, y, i) -> grey + share * (whole.at(i) - grey));
            left -= 1;
        }
        int grownPx = radiusPx > 0 ? (int) Math.ceil(radiusPx) : 0;
        return new Changed(changed, new Motion(new AffineTransform(), grownPx, canvas.width(), canvas.height()));
    }

    static Changed bleed(Canvas canvas, double share, RandomGenerator random) {
        Canvas halo = canvas.blurred(.8 + 1.6 * share);
        float[] fibres = Canvas.clouds(canvas.width(), canvas.height(), 2.5, random);
        return Changed.still(canvas.map((grey, x, y, i) -> {
            float run = (PAPER - halo.at(i)) * (float) share * (.5f + 1.2f * fibres[i]);
            return PAPER - Math.max(PAPER - grey, Math.min(PAPER, run));
        }));
    }

    static Changed fade(Canvas canvas, double share, RandomGenerator random) {
        float[] wide = Canvas.clouds(canvas.width(), canvas.height(), Math.max(12, canvas.height() * .9), random);
        float[] fine = Canvas.clouds(canvas.width(), canvas.height(), 3, random);
        return Changed.still(canvas.map((grey, x, y, i) -> {
            float lost = (float) share * Math.min(1, .35f + .55f * wide[i] + .35f * (fine[i] - .5f));
            return PAPER - (PAPER - grey) * (1 - lost);
        }));
    }

    static Changed skew(Canvas canvas, double degrees, RandomGenerator random) {
        if (degrees == 0) {
            return Changed.still(canvas);
        }
        AffineTransform turn = AffineTransform.getRotateInstance(StrictMath.toRadians(degrees));
        double[] corners = {0, 0, canvas.width(), 0, canvas.width(), canvas.height(), 0, canvas.height()};
        turn.transform(corners, 0, corners, 0, 4);
        double left = Math.min(corners[0], corners[6]);
        double top = Math.min(corners[1], corners[3]);
        int width = (int) Math.ceil(Math.max(corners[2], corners[4]) - left);
        int height = (int) Math.ceil(Math.max(corners[5], corners[7]) - top);
        turn.preConcatenate(AffineTransform.getTranslateInstance(-left, -top));
        BufferedImage turned = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D g = turned.createGraphics();
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, width, height);
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BILINEAR);
        g.drawImage(image(canvas), turn, null);
        g.dispose();
        return new Changed(canvas(turned), new Motion(turn, 0, width, height));
    }

    static Changed ruled(Canvas canvas, double darkness, RandomGenerator random) {
        double spacing = 26 + 38 * random.nextDouble();
        double thickness = 1 + random.nextDouble();
        boolean squared = random.nextInt(3) == 0;
        float[] rows = rules(canvas.height(), squared ? spacing / 2 : spacing, thickness, random);
        float[] columns = rules(canvas.width(), squared ? spacing / 2 : Double.MAX_VALUE, thickness, random);
        return Changed.still(
                canvas.map((grey, x, y, i) -> grey * (1 - (float) darkness * Math.max(rows[y], columns[x]))));
    }

    /** How much of each row a rule covers, 0 to 1. */
    private static float[] rules(int rows, double spacing, double thickness, RandomGenerator random) {
        double first = random.nextDouble() * Math.min(spacing, 1e6) - thickness;
        float[] covered = new float[rows];
        for (double from = first; spacing < Double.MAX_VALUE && from < rows; from += spacing) {
            for (int row = Math.max(0, (int) Math.floor(from)); row < Math.min(rows, from + thickness); row++) {
                double share = Math.min(row + 1, from + thickness) - Math.max(row, from);
                covered[row] = (float) Math.max(covered[row], share);
            }
        }
        return covered;
    }

    static Changed texture(Canvas canvas, double levels, RandomGenerator random) {
        float[] grain = Canvas.clouds(canvas.width(), canvas.height(), 1.6, random);
        float[] flakes = Canvas.clouds(canvas.width(), canvas.height(), 6, random);
        float[] sheets = Canvas.clouds(canvas.width(), canvas.height(), 34, random);
        float share = (float) levels / PAPER;
        return Changed.still(canvas.map(
                (grey, x, y, i) -> grey * (1 - share * (.45f * grain[i] + .35f * flakes[i] + .5f * sheets[i]))));
    }

    static Changed stains(Canvas canvas, double strength, RandomGenerator random) {
        int width = canvas.width();
        int height = canvas.height();
        float[] dirt = new float[width * height];
        int places = 1 + width / (4 * height);
        int blots = (int) Math.round(strength * places * (.5 + random.nextDouble()));
        float[] edges = Canvas.clouds(width, height, 9, random);
        for (int blot = 0; blot < blots; blot++) {
            double radius = Math.min(height, 160) * (.15 + .55 * random.nextDouble());
            double centreX = random.nextDouble() * width;
            double centreY = random.nextDouble() * height;
            float dark = (float) (strength * (.12 + .3 * random.nextDouble()));
            int reach = (int) (1.4 * radius) + 1;
            for (int y = Math.max(0, (int) centreY - reach); y < Math.min(height, centreY + reach); y++) {
                for (int x = Math.max(0, (int) centreX - reach); x < Math.min(width, centreX + reach); x++) {
                    int i = y * width + x;
                    double far = StrictMath.hypot(x - centreX, y - centreY) / radius + .35 * (edges[i] - .5);
                    float inside = Canvas.smooth((float) ((1.02 - far) / .12));
                    float rim = Canvas.smooth((float) (1 - Math.abs(far - .95) / .09));
                    dirt[i] = Math.max(dirt[i], dark * (.55f * inside + .6f * rim));
                }
            }
        }
        int specks = (int) (strength * width * height / 2500.0 * random.nextDouble());
        for (int speck = 0; speck < specks; speck++) {
            int x = random.nextInt(width);
            int y = random.nextInt(height);
            float dark = (float) (.3 + .6 * random.nextDouble());
            for (int i = 0; i <= random.nextInt(3); i++) {
                int at = Math.min(height - 1, y + random.nextInt(2)) * width
                        + Math.min(width - 1, x + random.nextInt(2));
                dirt[at] = Math.max(dirt[at], dark);
            }
        }
        return Changed.still(canvas.map((grey, x, y, i) -> grey * (1 - Math.min(.95f, dirt[i]))));
    }

    static Changed shadow(Canvas canvas, double lost, RandomGenerator random) {
        double angle = random.nextDouble() * 2 * Math.PI;
        double across = StrictMath.cos(angle);
        double down = StrictMath.sin(angle);
        double half = Math.abs(across) * canvas.width() / 2 + Math.abs(down) * canvas.height() / 2;
        double from = random.nextDouble() * .4;
        return Changed.still(canvas.map((grey, x, y, i) -> {
            double place = (across * (x - canvas.width() / 2.0) + down * (y - canvas.height() / 2.0)) / half; // -1 to 1
            float shade = Canvas.smooth((float) (((place + 1) / 2 - from) / (1 - from)));
            return grey * (1 - (float) lost * shade);
        }));
    }

    static Changed blur(Canvas canvas, double sigmaPx, RandomGenerator random) {
        return Changed.still(sigmaPx < .05 ? canvas : canvas.blurred(sigmaPx));
    }

    static Changed noise(Canvas canvas, double levels, RandomGenerator random) {
        return Changed.still(canvas.map((grey, x, y, i) -> grey + (float) (levels * random.nextGaussian())));
    }

    static Changed bilevel(Canvas canvas, double level, RandomGenerator random) {
        return Changed.still(canvas.map((grey, x, y, i) -> grey < level ? 0 : PAPER));
    }

    static Changed jpeg(Canvas canvas, double loss, RandomGenerator random) {
        ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
        ByteArrayOutputStream file = new ByteArrayOutputStream();
        try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(file)) {
            ImageWriteParam how = writer.getDefaultWriteParam();
            how.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
            how.setCompressionQuality((float) (1 - loss / 100));
            writer.setOutput(out);
            writer.write(null, new IIOImage(image(canvas), null, null), how);
        } catch (IOException e) {
            throw new UncheckedIOException("memory does not take a picture", e);
        } finally {
            writer.dispose();
        }
        try {
            return Changed.still(canvas(
                    ImageIO.read(new MemoryCacheImageInputStream(new ByteArrayInputStream(file.toByteArray())))));
        } catch (IOException e) {
            throw new UncheckedIOException("a JPEG that was just written cannot be read", e);
        }
    }

    private static BufferedImage image(Canvas canvas) {
        GreyImage picture = canvas.picture();
        BufferedImage image = new BufferedImage(canvas.width(), canvas.height(), BufferedImage.TYPE_BYTE_GRAY);
        byte[] data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        System.arraycopy(picture.pixels(), 0, data, 0, data.length);
        return image;
    }

    private static Canvas canvas(BufferedImage grey) {
        byte[] data = ((DataBufferByte) grey.getRaster().getDataBuffer()).getData();
        return Canvas.of(new GreyImage(grey.getWidth(), grey.getHeight(), data));
    }
}
