package io.inkstream.modelserver.compositing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The paper of a line, on which one stroke after the other is drawn. Only where ink may have come are pixels worked out, for
 * most of a line is blank. Not thread-safe.
 */
final class LineCanvas {
    private static final byte BLANK = (byte) 255;

    private final int width;
    private final int height;
    private final Nib nib = new Nib();
    /** Share of a pixel that is still paper. */
    private final float[] paper;
    /** The same beside the strokes of joined letters, which cover no more together than one of them alone. */
    private final float[] besidePath;

    private final List<InkBox> touched = new ArrayList<>();

    /** @param hasPath whether strokes of joined letters will be drawn */
    LineCanvas(int width, int height, boolean hasPath) {
        this.width = width;
        this.height = height;
        this.paper = blank();
        this.besidePath = hasPath ? blank() : paper;
    }

    private float[] blank() {
        float[] blank = new float[width * height];
        Arrays.fill(blank, 1);
        return blank;
    }

    /**
     * Draws strokes with a round pen.
     *
     * @param radius half the pen, in pixels
     * @param isOfPath whether they and others of the path are one
     * @return box of the ink that can be seen of them, as if they were alone on the canvas; of no size if there is none
     */
    InkBox draw(Strokes strokes, float radius, boolean isOfPath) {
        nib.trace(strokes, 1, 0, 0, radius + .5f, width, height);
        touched.add(new InkBox(nib.left(), nib.top(), nib.width(), nib.height()));
        float[] layer = isOfPath ? besidePath : paper;
        int first = Integer.MAX_VALUE;
        int last = -1;
        int top = Integer.MAX_VALUE;
        int bottom = -1;
        for (int row = 0; row < nib.height(); row++) {
            int at = (nib.top() + row) * width + nib.left();
            for (int column = 0; column < nib.width(); column++) {
                float ink = nib.coverage(row, column, radius, 1);
                if (ink <= 0) {
                    continue;
                }
                float rest = 1 - ink;
                layer[at + column] = isOfPath ? Math.min(layer[at + column], rest) : layer[at + column] * rest;
                if (grey(rest) != BLANK) {
                    first = Math.min(first, column);
                    last = Math.max(last, column);
                    top = Math.min(top, row);
                    bottom = row;
                }
            }
        }
        return last < 0
                ? new InkBox(0, 0, 0, 0)
                : new InkBox(nib.left() + first, nib.top() + top, last - first + 1, bottom - top + 1);
    }

    /** What was drawn so far. */
    GreyImage image() {
        byte[] pixels = new byte[width * height];
        Arrays.fill(pixels, BLANK);
        for (InkBox box : touched) {
            for (int row = box.top(); row < box.top() + box.height(); row++) {
                int end = row * width + box.left() + box.width();
                for (int i = end - box.width(); i < end; i++) {
                    pixels[i] = grey(besidePath == paper ? paper[i] : paper[i] * besidePath[i]);
                }
            }
        }
        return new GreyImage(width, height, pixels);
    }

    private static byte grey(float paper) {
        return (byte) (int) (255 * paper + .5f);
    }
}
