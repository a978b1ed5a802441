package io.inkstream.ops.explore;

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

    /** Draws the sheet; the same hands give the same pixels on machines with the same fonts. */
    public static BufferedImage draw(List<ExploredHand> hands) {
        int labelWidth = 2 * MARGIN_PX
                + hands.stream()
                        .mapToInt(hand -> Math.max(width(NAME, name(hand)), width(MEASURES, hand.measures())))
                        .max()
                        .orElse(0);
        int lineWidth =
                hands.stream().mapToInt(hand -> hand.line().widthPx()).max().orElse(0);
        int rowHeight = GAP_PX
                + hands.stream().mapToInt(hand -> hand.line().heightPx()).max().orElse(0);
        BufferedImage sheet = new BufferedImage(
                labelWidth + lineWidth + MARGIN_PX,
                hands.size() * rowHeight + 2 * MARGIN_PX,
                BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D g = sheet.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        for (int i = 0; i < hands.size(); i++) {
            ExploredHand hand = hands.get(i);
            int top = MARGIN_PX + i * rowHeight;
            g.setColor(Color.BLACK);
            g.setFont(NAME);
            g.drawString(name(hand), MARGIN_PX, top + rowHeight / 2);
            g.setColor(Color.DARK_GRAY);
            g.setFont(MEASURES);
            g.drawString(hand.measures(), MARGIN_PX, top + rowHeight / 2 + 16);
            g.drawImage(image(hand.line()), labelWidth, top, null);
        }
        g.dispose();
        return sheet;
    }

    private static String name(ExploredHand hand) {
        return hand.style() + ", seed " + hand.seed();
    }

    private static int width(Font font, String text) {
        Graphics2D g = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY).createGraphics();
        try {
            return g.getFontMetrics(font).stringWidth(text);
        } finally {
            g.dispose();
        }
    }

    private static BufferedImage image(GreyImage line) {
        BufferedImage image = new BufferedImage(line.widthPx(), line.heightPx(), BufferedImage.TYPE_BYTE_GRAY);
        byte[] data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
        System.arraycopy(line.pixels(), 0, data, 0, data.length);
        return image;
    }
}
