package io.inkstream.trainer.reading;

import io.inkstream.trainer.dataset.SampleSet;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Locale;

/** Shows the glyphs of whose wrong reading a reader is most sure: what was asked, what was read, and how sure it is. */
final class MistakeSheet {
    private static final int COLUMNS = 10;
    private static final int ROWS = 6;
    private static final int SCALE = 3;
    private static final int GLYPH_PX = SampleSet.SIDE_PX * SCALE;
    private static final int GAP_PX = 8;
    private static final int CELL_PX = GLYPH_PX + GAP_PX;
    private static final int TEXT_PX = 22;

    private MistakeSheet() {}

    /** Draws at most sixty, the surest first, by rows. */
    static BufferedImage of(Readings readings) {
        List<Integer> mistakes = readings.mistakes(COLUMNS * ROWS);
        int rows = Math.max(1, (mistakes.size() + COLUMNS - 1) / COLUMNS);
        BufferedImage sheet = new BufferedImage(
                COLUMNS * CELL_PX + GAP_PX, rows * (CELL_PX + TEXT_PX) + GAP_PX, BufferedImage.TYPE_INT_RGB);
        Graphics2D graphics = sheet.createGraphics();
        graphics.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        graphics.setColor(Color.WHITE);
        graphics.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        graphics.setFont(new Font(Font.MONOSPACED, Font.PLAIN, 14));
        for (int k = 0; k < mistakes.size(); k++) {
            int i = mistakes.get(k);
            int left = GAP_PX + k % COLUMNS * CELL_PX;
            int top = GAP_PX + k / COLUMNS * (CELL_PX + TEXT_PX);
            draw(readings.of().image(i), sheet, left, top);
            graphics.setColor(Color.BLACK);
            graphics.drawString(
                    String.format(
                            Locale.ROOT,
                            "%s read %s",
                            readings.of().classes().characterAt(readings.of().label(i)),
                            readings.of().classes().characterAt(readings.read()[i])),
                    left,
                    top + GLYPH_PX + 14);
        }
        graphics.dispose();
        return sheet;
    }

    private static void draw(byte[] image, BufferedImage sheet, int left, int top) {
        for (int y = 0; y < GLYPH_PX; y++) {
            for (int x = 0; x < GLYPH_PX; x++) {
                int paper = 255 - (image[y / SCALE * SampleSet.SIDE_PX + x / SCALE] & 0xff);
                sheet.setRGB(left + x, top + y, paper << 16 | paper << 8 | paper);
            }
        }
    }
}
