package io.inkstream.ops.hand;

import io.inkstream.trainer.dataset.SampleSet;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;

/** Shows what became of each glyph: in its cell the drawing, the character that it should be, and a frame for the verdict. */
public final class ReviewSheet {
    private static final int SCALE = 2;
    private static final int CELL_PX = SCALE * SampleSet.SIDE_PX;
    private static final int LABEL_PX = 16;
    private static final int GAP_PX = 6;
    private static final int COLUMNS = 20;
    private static final int MARGIN_PX = 12;
    private static final Font LABEL = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

    /** Dark enough on white, and told apart by those who do not see red and green. */
    private static final Map<OwnGlyph.Verdict, Color> FRAMES = Map.of(
            OwnGlyph.Verdict.TAKEN,
            new Color(0, 114, 178),
            OwnGlyph.Verdict.DOUBTFUL,
            new Color(213, 94, 0),
            OwnGlyph.Verdict.EMPTY,
            Color.GRAY,
            OwnGlyph.Verdict.UNKNOWN,
            Color.BLACK);

    private ReviewSheet() {}

    /** Draws the sheet: blue frames are taken, orange doubtful, grey empty, black unknown to the model. */
    public static BufferedImage draw(OwnHand hand) {
        List<OwnGlyph> glyphs = hand.glyphs();
        int rows = Math.max(1, (glyphs.size() + COLUMNS - 1) / COLUMNS);
        int pitch = CELL_PX + GAP_PX;
        BufferedImage sheet = new BufferedImage(
                2 * MARGIN_PX + COLUMNS * pitch, 2 * MARGIN_PX + rows * (pitch + LABEL_PX), BufferedImage.TYPE_INT_RGB);
        Graphics2D g = sheet.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        g.setFont(LABEL);
        for (int i = 0; i < glyphs.size(); i++) {
            OwnGlyph glyph = glyphs.get(i);
            int left = MARGIN_PX + i % COLUMNS * pitch;
            int top = MARGIN_PX + i / COLUMNS * (pitch + LABEL_PX);
            g.setColor(FRAMES.get(glyph.verdict()));
            g.drawString(glyph.character(), left + 2, top + LABEL_PX - 4);
            g.drawImage(picture(glyph.image()), left, top + LABEL_PX, CELL_PX, CELL_PX, null);
            g.drawRect(left - 1, top + LABEL_PX - 1, CELL_PX + 1, CELL_PX + 1);
        }
        g.dispose();
        return sheet;
    }

    private static BufferedImage picture(byte[] image) {
        BufferedImage picture = new BufferedImage(SampleSet.SIDE_PX, SampleSet.SIDE_PX, BufferedImage.TYPE_BYTE_GRAY);
        byte[] paper = new byte[image.length];
        for (int i = 0; i < image.length; i++) {
            paper[i] = (byte) ~image[i];
        }
        picture.getRaster().setDataElements(0, 0, SampleSet.SIDE_PX, SampleSet.SIDE_PX, paper);
        return picture;
    }
}
