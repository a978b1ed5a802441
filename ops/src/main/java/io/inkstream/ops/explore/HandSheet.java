package io.inkstream.ops.explore;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.compositing.GreyImage;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.util.List;

/** Puts hands under one another, each beside what a document would name to get it. */
public final class HandSheet {
    private static final int MARGIN_PX = 16;
    private static final int GAP_PX = 10;
    private static final Font NAME = new Font(Font.SANS_SERIF, Font.BOLD, 15);
    private static final Font MEASURES = new Font(Font.SANS_SERIF, Font.PLAIN, 12);

    private HandSheet() {}

    /**
     * A row of a sheet.
     *
     * @param name of the picture, such as a hand's
     * @param note what else there is to say of it
     */
    public record Row(String name, String note, GreyImage picture) {
        public Row {
            requireNonNull(name, "name");
            requireNonNull(note, "note");
            requireNonNull(picture, "picture");
        }
    }

    /** Draws the sheet; the same hands give the same pixels on machines with the same fonts. */
    public static BufferedImage draw(List<ExploredHand> hands) {
        return ofRows(hands.stream()
                .map(hand -> new Row(hand.style() + ", seed " + hand.seed(), hand.measures(), hand.line()))
                .toList());
    }

    /** Draws a sheet of any pictures, likewise. */
    public static BufferedImage ofRows(List<Row> rows) {
        int labelWidth = 2 * MARGIN_PX
                + rows.stream()
                        .mapToInt(row -> Math.max(width(NAME, row.name), width(MEASURES, row.note)))
                        .max()
                        .orElse(0);
        int lineWidth =
                rows.stream().mapToInt(row -> row.picture.widthPx()).max().orElse(0);
        int rowHeight = GAP_PX
                + rows.stream().mapToInt(row -> row.picture.heightPx()).max().orElse(0);
        BufferedImage sheet = new BufferedImage(
                labelWidth + lineWidth + MARGIN_PX,
                rows.size() * rowHeight + 2 * MARGIN_PX,
                BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D g = sheet.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        for (int i = 0; i < rows.size(); i++) {
            Row row = rows.get(i);
            int top = MARGIN_PX + i * rowHeight;
            g.setColor(Color.BLACK);
            g.setFont(NAME);
            g.drawString(row.name, MARGIN_PX, top + rowHeight / 2);
            g.setColor(Color.DARK_GRAY);
            g.setFont(MEASURES);
            g.drawString(row.note, MARGIN_PX, top + rowHeight / 2 + 16);
            g.drawImage(image(row.picture), labelWidth, top, null);
        }
        g.dispose();
        return sheet;
    }

    private static int width(Font font, String text) {
        Graphics2D g = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY).createGraphics();
        try {
            return g.getFontMetrics(font).stringWidth(text);
        } finally {
            g.dispose();
        }
    }

    static BufferedImage image(GreyImage line) {
        BufferedImage image = new BufferedImage(line.widthPx(), line.heightPx(), BufferedImage.TYPE_BYTE_GRAY);
        byte[] data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        System.arraycopy(line.pixels(), 0, data, 0, data.length);
        return image;
    }
}
