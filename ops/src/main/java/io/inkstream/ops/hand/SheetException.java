package io.inkstream.ops.hand;

import java.awt.BasicStroke;
import java.awt.Color;
import java.awt.Graphics2D;
import java.awt.Image;
import java.awt.Polygon;
import java.awt.image.BufferedImage;
import java.util.List;

/** A photo shows no page that can be read; the message says what is seen and what to do. */
public final class SheetException extends Exception {
    private static final long serialVersionUID = 1L;
    private static final int LONGEST_SIDE_PX = 1_200;
    private static final Color FOUND = new Color(0, 114, 178);

    private final transient List<Polygon> marks;

    /** @param marks those that were found, in pixels of the picture */
    SheetException(String message, List<Polygon> marks) {
        super(message);
        this.marks = List.copyOf(marks);
    }

    /** Whether nothing of a sheet is in the picture: the back of a page. */
    public boolean isBlank() {
        return marks.isEmpty();
    }

    /** The picture made small, with a frame around each mark that was found in it. */
    public BufferedImage seen(BufferedImage picture) {
        double scale = Math.min(1, (double) LONGEST_SIDE_PX / Math.max(picture.getWidth(), picture.getHeight()));
        int width = Math.max(1, (int) (scale * picture.getWidth()));
        int height = Math.max(1, (int) (scale * picture.getHeight()));
        BufferedImage seen = new BufferedImage(width, height, BufferedImage.TYPE_INT_RGB);
        Graphics2D g = seen.createGraphics();
        g.drawImage(picture.getScaledInstance(width, height, Image.SCALE_AREA_AVERAGING), 0, 0, null);
        g.scale(scale, scale);
        g.setColor(FOUND);
        g.setStroke(new BasicStroke((float) (4 / scale)));
        marks.forEach(g::draw);
        g.dispose();
        return seen;
    }
}
