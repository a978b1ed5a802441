package io.inkstream.ops.look;

/**
 * A rectangle of whole pixels.
 *
 * @param left first column
 * @param top first row
 * @param width columns, at least 1
 * @param height rows, at least 1
 */
public record Box(int left, int top, int width, int height) {
    public Box {
        if (width < 1 || height < 1) {
            throw new IllegalArgumentException("a box has pixels, not " + width + " x " + height);
        }
    }

    /** The first column after it. */
    public int right() {
        return left + width;
    }

    /** The first row after it. */
    public int bottom() {
        return top + height;
    }

    /** The smallest box that holds both. */
    public Box with(Box other) {
        int l = Math.min(left, other.left);
        int t = Math.min(top, other.top);
        return new Box(l, t, Math.max(right(), other.right()) - l, Math.max(bottom(), other.bottom()) - t);
    }
}
