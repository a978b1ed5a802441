package io.inkstream.ops.hand;

import io.inkstream.trainer.dataset.SampleSet;
import java.awt.Color;
import java.awt.Font;
import java.awt.Graphics2D;
import java.awt.RenderingHints;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Shows what became of each thing that a person wrote: its picture, above it what it should be, around it a frame for the
 * verdict: blue is taken, orange doubtful, grey empty, yellow runs out of its field, black is unknown to the model.
 */
public final class ReviewSheet {
    private static final int SCALE = 2;
    private static final int FIELD_PX_PER_MM = 4;
    private static final int LABEL_PX = 16;
    private static final int GAP_PX = 6;
    private static final int WIDTH_PX = 1_560;
    private static final int MARGIN_PX = 12;
    private static final Font LABEL = new Font(Font.SANS_SERIF, Font.PLAIN, 13);

    /** Dark enough on white, and told apart by those who do not see red and green. */
    private static final Map<Verdict, Color> FRAMES = Map.of(
            Verdict.TAKEN, new Color(0, 114, 178),
            Verdict.DOUBTFUL, new Color(213, 94, 0),
            Verdict.EMPTY, Color.GRAY,
            Verdict.RIM, new Color(230, 159, 0),
            Verdict.UNKNOWN, Color.BLACK);

    private ReviewSheet() {}

    /** Something that was written. */
    record Entry(String label, BufferedImage picture, Verdict verdict) {}

    /** Draws the glyphs of a hand, by their characters. */
    public static BufferedImage draw(OwnHand hand) {
        return draw(hand.glyphs().stream()
                .sorted(Comparator.comparing(OwnGlyph::character))
                .map(glyph -> new Entry(glyph.character(), picture(glyph.image()), glyph.verdict()))
                .toList());
    }

    static BufferedImage draw(List<Entry> entries) {
        List<int[]> places = new ArrayList<>();
        int left = MARGIN_PX;
        int top = MARGIN_PX;
        int high = 0;
        int wide = 0;
        for (Entry entry : entries) {
            BufferedImage picture = entry.picture();
            boolean isFull = left + picture.getWidth() > WIDTH_PX - MARGIN_PX;
            boolean isOther = wide > 0 && wide != picture.getWidth();
            wide = picture.getWidth();
            if (left > MARGIN_PX && (isFull || isOther)) {
                left = MARGIN_PX;
                top += high + LABEL_PX + GAP_PX;
                high = 0;
            }
            places.add(new int[] {left, top + LABEL_PX});
            left += picture.getWidth() + GAP_PX;
            high = Math.max(high, picture.getHeight());
        }
        BufferedImage sheet =
                new BufferedImage(WIDTH_PX, top + high + LABEL_PX + MARGIN_PX, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = sheet.createGraphics();
        g.setRenderingHint(RenderingHints.KEY_TEXT_ANTIALIASING, RenderingHints.VALUE_TEXT_ANTIALIAS_ON);
        g.setColor(Color.WHITE);
        g.fillRect(0, 0, sheet.getWidth(), sheet.getHeight());
        g.setFont(LABEL);
        for (int i = 0; i < entries.size(); i++) {
            Entry entry = entries.get(i);
            int x = places.get(i)[0];
            int y = places.get(i)[1];
            g.setColor(FRAMES.get(entry.verdict()));
            g.drawString(entry.label(), x + 2, y - 4);
            g.drawImage(entry.picture(), x, y, null);
            g.drawRect(
                    x - 1,
                    y - 1,
                    entry.picture().getWidth() + 1,
                    entry.picture().getHeight() + 1);
        }
        g.dispose();
        return sheet;
    }

    /** The ink of a field, made small. */
    static BufferedImage picture(FieldInk ink) {
        int step = FieldInk.PER_MM / FIELD_PX_PER_MM;
        BufferedImage picture =
                new BufferedImage(ink.columns() / step, ink.rows() / step, BufferedImage.TYPE_BYTE_GRAY);
        for (int row = 0; row < picture.getHeight(); row++) {
            for (int column = 0; column < picture.getWidth(); column++) {
                float sum = 0;
                for (int k = 0; k < step * step; k++) {
                    sum += ink.at(step * column + k % step, step * row + k / step);
                }
                picture.getRaster().setSample(column, row, 0, (int) (255 * (1 - sum / (step * step))));
            }
        }
        return picture;
    }

    private static BufferedImage picture(byte[] image) {
        int side = SCALE * SampleSet.SIDE_PX;
        BufferedImage picture = new BufferedImage(side, side, BufferedImage.TYPE_BYTE_GRAY);
        for (int i = 0; i < side * side; i++) {
            int pixel = image[i / side / SCALE * SampleSet.SIDE_PX + i % side / SCALE] & 0xff;
            picture.getRaster().setSample(i % side, i / side, 0, 255 - pixel);
        }
        return picture;
    }
}
