package io.inkstream.ops.explore;

import io.inkstream.modelserver.compositing.GreyImage;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;

/** Puts pictures of one text into rows and columns, with names above and below the columns and beside the rows. */
public final class GridSheet {
    private static final int MARGIN_PX = 16;
    private static final int GAP_PX = 14;
    private static final int NAME_PX = 20;
    private static final Font NAME = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

    private GridSheet() {}

    /**
     * What stands around the pictures; a name may be empty.
     *
     * @param above [columns]
     * @param below [columns]
     * @param beside [rows]
     */
    public record Names(List<String> above, List<String> below, List<String> beside) {
        public Names {
            above = List.copyOf(above);
            below = List.copyOf(below);
            beside = List.copyOf(beside);
        }
    }

    /**
     * Draws the sheet; the same pictures give the same pixels on machines with the same fonts.
     *
     * @param pictures [rows][columns]
     */
    public static BufferedImage draw(List<List<GreyImage>> pictures, Names names) {
        List<String> rows = names.beside;
        List<GreyImage> all = pictures.stream().flatMap(List::stream).toList();
        int cellWidth = GAP_PX + all.stream().mapToInt(GreyImage::widthPx).max().orElse(0);
        int cellHeight =
                GAP_PX + all.stream().mapToInt(GreyImage::heightPx).max().orElse(0);
        BufferedImage probe = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D measuring = probe.createGraphics();
        int left = MARGIN_PX
                + GAP_PX
                + rows.stream()
                        .mapToInt(measuring.getFontMetrics(NAME)::stringWidth)
                        .max()
                        .orElse(0);
        measuring.dispose();
        int top = MARGIN_PX + NAME_PX;
        BufferedImage sheet = new BufferedImage(
                left + names.above.size() * cellWidth + MARGIN_PX,
                top + rows.size() * cellHeight + (isBlank(names.below) ? 0 : NAME_PX) + MARGIN_PX,
                BufferedImage.TYPE_BYTE_GRAY);
        Graphics2D g = sheet.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        g.setColor(Color.DARK_GRAY);
        g.setFont(NAME);
        for (int c = 0; c < names.above.size(); c++) {
            g.drawString(names.above.get(c), left + c * cellWidth, MARGIN_PX + NAME_PX / 2);
            g.drawString(names.below.get(c), left + c * cellWidth, top + rows.size() * cellHeight + NAME_PX / 2);
        }
        for (int r = 0; r < rows.size(); r++) {
            g.drawString(rows.get(r), MARGIN_PX, top + r * cellHeight + cellHeight / 2);
            for (int c = 0; c < names.above.size(); c++) {
                g.drawImage(HandSheet.image(pictures.get(r).get(c)), left + c * cellWidth, top + r * cellHeight, null);
            }
        }
        g.dispose();
        return sheet;
    }

    private static boolean isBlank(List<String> names) {
        return names.stream().allMatch(String::isEmpty);
    }
}
