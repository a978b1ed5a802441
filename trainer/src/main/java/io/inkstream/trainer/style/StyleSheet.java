package io.inkstream.trainer.style;

import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.StyleSpec;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.nn.Streams;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Pictures styles as lines of one text, letters as the generator draws them: a quick look, without the pen and the spacing
 * that the model server gives them.
 */
public final class StyleSheet {
    private static final int X_HEIGHT_PX = 24;
    private static final int ROW_PX = 96;
    private static final int LABEL_PX = 96;
    private static final int MARGIN_PX = 16;
    private static final float INK = .25f;
    /** Shorter than this, a mark's size is told by its width. */
    private static final double FLAT = .35;

    private final Manifest model;
    private final GlyphNetworks networks;
    private final String text;

    /** @param text characters that the model does not have are left out */
    public StyleSheet(Manifest model, GlyphNetworks networks, String text) {
        this.model = model;
        this.networks = networks;
        this.text = text;
    }

    /** Draws one line for each style of the model, the same for the same seed. */
    public BufferedImage draw(long seed) {
        List<StyleSpec> styles = model.styles();
        int widthPx = LABEL_PX + 2 * MARGIN_PX + text.length() * X_HEIGHT_PX * 5 / 4;
        BufferedImage sheet = new BufferedImage(widthPx, styles.size() * ROW_PX, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D g = sheet.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_INTERPOLATION, RenderingHints.VALUE_INTERPOLATION_BICUBIC);
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setFont(new Font(Font.SANS_SERIF, Font.PLAIN, 15));
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, widthPx, sheet.getHeight());
        for (int row = 0; row < styles.size(); row++) {
            int baseline = row * ROW_PX + ROW_PX * 5 / 8;
            g.setColor(Color.DARK_GRAY);
            g.drawString(styles.get(row).name(), MARGIN_PX, baseline);
            drawLine(g, styles.get(row), baseline, seed);
        }
        g.dispose();
        return sheet;
    }

    private void drawLine(Graphics2D g, StyleSpec style, int baseline, long seed) {
        int[] glyphs = text.chars()
                .map(c -> c == ' ' ? -1 : indexOf(c))
                .filter(c -> c >= -1)
                .toArray();
        int[] drawn = java.util.Arrays.stream(glyphs).filter(c -> c >= 0).toArray();
        float[] ink = networks.draw(latents(style, drawn.length, seed), noises(style, drawn.length, seed), drawn);
        double x = LABEL_PX + MARGIN_PX;
        int next = 0;
        for (int glyph : glyphs) {
            if (glyph < 0) {
                x += style.wordSpace() * X_HEIGHT_PX;
            } else {
                x += drawGlyph(
                                g,
                                ink,
                                next++ * SampleSet.PIXELS,
                                model.classes().get(glyph),
                                x,
                                baseline)
                        + style.gap() * X_HEIGHT_PX;
            }
        }
    }

    /** Returns the width in pixels. */
    private static double drawGlyph(Graphics2D g, float[] ink, int offset, ClassSpec spec, double x, int baseline) {
        int side = SampleSet.SIDE_PX;
        int left = side;
        int right = -1;
        int top = side;
        int bottom = -1;
        BufferedImage image = new BufferedImage(side, side, BufferedImage.TYPE_INT_ARGB);
        for (int i = 0; i < SampleSet.PIXELS; i++) {
            float f = ink[offset + i];
            image.setRGB(i % side, i / side, Math.round(255 * f) << 24);
            if (f >= INK) {
                left = Math.min(left, i % side);
                right = Math.max(right, i % side);
                top = Math.min(top, i / side);
                bottom = Math.max(bottom, i / side);
            }
        }
        if (right < 0) {
            return 0;
        }
        double scale = X_HEIGHT_PX
                * (spec.height() < FLAT ? spec.width() / (right - left + 1) : spec.height() / (bottom - top + 1));
        double foot = baseline - spec.bottom() * X_HEIGHT_PX;
        g.drawImage(
                image,
                (int) Math.round(x - left * scale),
                (int) Math.round(foot - (bottom + 1) * scale),
                (int) Math.round(side * scale),
                (int) Math.round(side * scale),
                null);
        return (right - left + 1) * scale;
    }

    private int indexOf(int character) {
        for (int c = 0; c < model.classes().size(); c++) {
            if (model.classes().get(c).character().codePointAt(0) == character) {
                return c;
            }
        }
        return Integer.MIN_VALUE;
    }

    private float[] latents(StyleSpec style, int rows, long seed) {
        int size = model.styleSize();
        float[] centre = style.latent();
        RandomGenerator random = Streams.named(seed, "style-sheet-hand");
        float[] latents = new float[rows * size];
        for (int k = 0; k < size; k++) {
            float value = (float) ((k < centre.length ? centre[k] : 0) + style.spread() * random.nextGaussian());
            for (int row = 0; row < rows; row++) {
                latents[row * size + k] = value;
            }
        }
        return latents;
    }

    private float[] noises(StyleSpec style, int rows, long seed) {
        RandomGenerator random = Streams.named(seed, "style-sheet-noise");
        float[] noises = new float[rows * model.noiseSize()];
        for (int i = 0; i < noises.length; i++) {
            noises[i] = (float) (style.noiseScale() * random.nextGaussian());
        }
        return noises;
    }
}
