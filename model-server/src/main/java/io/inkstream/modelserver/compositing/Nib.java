package io.inkstream.modelserver.compositing;

import java.util.Arrays;

/**
 * Draws strokes with a round pen: the share of ink of a pixel follows from its centre's exact distance to the nearest
 * stroke, so edges are crisp at every size and no pixel is written twice by one glyph.
 *
 * <p>Holds the distances of one glyph at a time and reuses them; not thread-safe.
 */
final class Nib {
    private float[] squared = new float[0];
    private float reachSquared;
    private int left;
    private int top;
    private int width;
    private int height;

    /**
     * Lays the pen's distances out over the glyph's surroundings, clipped to the canvas.
     *
     * @param scale canvas pixels of one unit of {@code strokes}; (0, 0) goes to ({@code originX}, {@code originY})
     * @param reach how far from the path ink can fall, in pixels; there is none beyond it
     */
    void trace(
            Strokes strokes,
            float scale,
            float originX,
            float originY,
            float reach,
            int canvasWidth,
            int canvasHeight) {
        reachSquared = reach * reach;
        if (strokes.isEmpty()) {
            width = 0;
            height = 0;
            return;
        }
        float[] box = strokes.bounds();
        left = clamp((int) Math.floor(originX + scale * box[0] - reach), canvasWidth);
        top = clamp((int) Math.floor(originY + scale * box[1] - reach), canvasHeight);
        width = clamp((int) Math.ceil(originX + scale * box[2] + reach) + 1, canvasWidth) - left;
        height = clamp((int) Math.ceil(originY + scale * box[3] + reach) + 1, canvasHeight) - top;
        if (squared.length < width * height) {
            squared = new float[width * height];
        }
        Arrays.fill(squared, 0, width * height, Float.MAX_VALUE);
        float shiftX = originX - left;
        float shiftY = originY - top;
        for (float[] line : strokes.lines()) {
            float ax = shiftX + scale * line[0];
            float ay = shiftY + scale * line[1];
            if (line.length == 2) {
                segment(ax, ay, ax, ay, reach);
            }
            for (int i = 2; i < line.length; i += 2) {
                float bx = shiftX + scale * line[i];
                float by = shiftY + scale * line[i + 1];
                segment(ax, ay, bx, by, reach);
                ax = bx;
                ay = by;
            }
        }
    }

    private void segment(float ax, float ay, float bx, float by, float reach) {
        int firstRow = Math.max(0, (int) Math.ceil(Math.min(ay, by) - reach - .5f));
        int lastRow = Math.min(height - 1, (int) Math.floor(Math.max(ay, by) + reach - .5f));
        int firstColumn = Math.max(0, (int) Math.ceil(Math.min(ax, bx) - reach - .5f));
        int lastColumn = Math.min(width - 1, (int) Math.floor(Math.max(ax, bx) + reach - .5f));
        float dx = bx - ax;
        float dy = by - ay;
        float lengthSquared = dx * dx + dy * dy;
        float inverse = lengthSquared > 1e-12f ? 1 / lengthSquared : 0;
        for (int row = firstRow; row <= lastRow; row++) {
            float py = row + .5f - ay;
            for (int column = firstColumn, i = row * width + firstColumn; column <= lastColumn; column++, i++) {
                float px = column + .5f - ax;
                float along = Math.max(0, Math.min(1, (px * dx + py * dy) * inverse));
                float qx = px - along * dx;
                float qy = py - along * dy;
                squared[i] = Math.min(squared[i], qx * qx + qy * qy);
            }
        }
    }

    int left() {
        return left;
    }

    int top() {
        return top;
    }

    int width() {
        return width;
    }

    int height() {
        return height;
    }

    /**
     * Share of ink of a pixel, 0 to 1, rows and columns counted from {@link #top} and {@link #left}.
     *
     * @param radius half the pen, in pixels
     * @param softness pixels over which the edge falls from ink to paper; 1 is crisp
     */
    float coverage(int row, int column, float radius, float softness) {
        float distanceSquared = squared[row * width + column];
        if (distanceSquared >= reachSquared) {
            return 0; // most of a glyph's box: without a root
        }
        float value = .5f + (radius - (float) Math.sqrt(distanceSquared)) / softness;
        return Math.max(0, Math.min(1, value));
    }

    static float squaredDistance(float px, float py, float ax, float ay, float bx, float by) {
        float dx = bx - ax;
        float dy = by - ay;
        float lengthSquared = dx * dx + dy * dy;
        float along = lengthSquared > 1e-12f ? ((px - ax) * dx + (py - ay) * dy) / lengthSquared : 0;
        along = Math.max(0, Math.min(1, along));
        float qx = px - ax - along * dx;
        float qy = py - ay - along * dy;
        return qx * qx + qy * qy;
    }

    private static int clamp(int value, int limit) {
        return Math.max(0, Math.min(limit, value));
    }
}
