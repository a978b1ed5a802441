package io.inkstream.ops.look;

import static java.util.Objects.requireNonNull;

import java.awt.geom.AffineTransform;
import java.awt.geom.Point2D;

/**
 * Where the places of a picture are in another that was made of it. Immutable.
 *
 * @param transform from places of the first to places of the second; whole numbers are the edges of pixels
 * @param grownPx how far ink reaches further to each side, since the pen is thicker
 * @param widthPx of the second picture
 * @param heightPx of the second picture
 */
public record Motion(AffineTransform transform, int grownPx, int widthPx, int heightPx) {
    /** A corner that is this near to the edge of a pixel is on it. */
    private static final double ROUNDING = 1e-6;

    public Motion {
        transform = new AffineTransform(requireNonNull(transform, "transform"));
    }

    static Motion none(int widthPx, int heightPx) {
        return new Motion(new AffineTransform(), 0, widthPx, heightPx);
    }

    Motion then(Motion next) {
        AffineTransform both = new AffineTransform(next.transform);
        both.concatenate(transform);
        return new Motion(both, grownPx + next.grownPx, next.widthPx, next.heightPx);
    }

    @Override
    public AffineTransform transform() {
        return new AffineTransform(transform);
    }

    /** Where a place is now, within the picture. */
    public Point2D point(double x, double y) {
        Point2D moved = transform.transform(new Point2D.Double(x, y), null);
        return new Point2D.Double(clip(moved.getX(), widthPx), clip(moved.getY(), heightPx));
    }

    /** The smallest box that holds the moved corners of another, within the picture. */
    public Box box(Box box) {
        double[] corners = {
            box.left() - grownPx,
            box.top() - grownPx,
            box.right() + grownPx,
            box.top() - grownPx,
            box.right() + grownPx,
            box.bottom() + grownPx,
            box.left() - grownPx,
            box.bottom() + grownPx
        };
        transform.transform(corners, 0, corners, 0, 4);
        double left = Double.MAX_VALUE;
        double top = Double.MAX_VALUE;
        double right = -Double.MAX_VALUE;
        double bottom = -Double.MAX_VALUE;
        for (int i = 0; i < corners.length; i += 2) {
            left = Math.min(left, corners[i]);
            right = Math.max(right, corners[i]);
            top = Math.min(top, corners[i + 1]);
            bottom = Math.max(bottom, corners[i + 1]);
        }
        int l = (int) clip(Math.floor(left + ROUNDING), widthPx - 1);
        int t = (int) clip(Math.floor(top + ROUNDING), heightPx - 1);
        int r = (int) clip(Math.ceil(right - ROUNDING), widthPx);
        int b = (int) clip(Math.ceil(bottom - ROUNDING), heightPx);
        return new Box(l, t, Math.max(1, r - l), Math.max(1, b - t));
    }

    private static double clip(double value, double most) {
        return Math.max(0, Math.min(most, value));
    }
}
