package io.inkstream.modelserver.joins;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Measures and cuts polylines. */
public final class Polylines {
    /** What is smaller than this in both directions is a dot. */
    private static final double DOT = .22;
    /** Lines that come so near to each other touch. */
    static final double TOUCH = .035;
    /** Ends that are nearer to each other than this close a line. */
    private static final double CLOSED = .03;
    /** Over this length from an end a line has its direction there. */
    private static final double REACH = .16;

    private static final double STEP = .01;

    private Polylines() {}

    /**
     * An end of a line that no other line touches.
     *
     * @param line which one
     * @param isLast whether it is the last point of the line, not the first
     * @param outward direction in which the pen leaves the line there
     */
    record FreeEnd(int line, boolean isLast, Vector point, Vector outward) {}

    static List<FreeEnd> freeEnds(List<float[]> lines) {
        List<FreeEnd> ends = new ArrayList<>();
        for (int i = 0; i < lines.size(); i++) {
            float[] line = lines.get(i);
            if (isDot(line) || isClosed(line)) {
                continue;
            }
            for (boolean isLast : new boolean[] {false, true}) {
                Vector end = end(line, isLast);
                if (!touchesAnother(lines, i, end)) {
                    ends.add(new FreeEnd(i, isLast, end, outward(line, isLast, REACH)));
                }
            }
        }
        return ends;
    }

    private static boolean touchesAnother(List<float[]> lines, int own, Vector point) {
        for (int i = 0; i < lines.size(); i++) {
            if (i != own && nearest(lines.get(i), point).distance(point) < TOUCH) {
                return true;
            }
        }
        return false;
    }

    static boolean isDot(float[] line) {
        return isDot(line, 1);
    }

    /**
     * Whether a line is no longer than a dot.
     *
     * @param unit length of an x-height
     */
    public static boolean isDot(float[] line, double unit) {
        float[] box = box(List.of(line));
        return Math.max(box[2] - box[0], box[3] - box[1]) < DOT * unit;
    }

    static boolean isClosed(float[] line) {
        return end(line, false).distance(end(line, true)) < CLOSED;
    }

    /** Least and greatest of the coordinates: minX, minY, maxX, maxY; infinite where there are no lines. */
    public static float[] box(List<float[]> lines) {
        float[] box = {
            Float.POSITIVE_INFINITY, Float.POSITIVE_INFINITY, Float.NEGATIVE_INFINITY, Float.NEGATIVE_INFINITY
        };
        for (float[] line : lines) {
            for (int i = 0; i < line.length; i += 2) {
                box[0] = Math.min(box[0], line[i]);
                box[1] = Math.min(box[1], line[i + 1]);
                box[2] = Math.max(box[2], line[i]);
                box[3] = Math.max(box[3], line[i + 1]);
            }
        }
        return box;
    }

    static Vector point(float[] line, int index) {
        return new Vector(line[2 * index], line[2 * index + 1]);
    }

    static Vector end(float[] line, boolean isLast) {
        return point(line, isLast ? line.length / 2 - 1 : 0);
    }

    static double length(float[] line) {
        double length = 0;
        for (int i = 1; i < line.length / 2; i++) {
            length += point(line, i).distance(point(line, i - 1));
        }
        return length;
    }

    static float[] reversed(float[] line) {
        float[] reversed = new float[line.length];
        for (int i = 0; i < line.length; i += 2) {
            reversed[i] = line[line.length - 2 - i];
            reversed[i + 1] = line[line.length - 1 - i];
        }
        return reversed;
    }

    /** The direction in which a line leaves at an end, taken over a length of it. */
    static Vector outward(float[] line, boolean isLast, double reach) {
        float[] forward = isLast ? line : reversed(line);
        Vector end = end(forward, true);
        double passed = 0;
        for (int i = forward.length / 2 - 1; i > 0; i--) {
            Vector to = point(forward, i);
            Vector from = point(forward, i - 1);
            double step = to.distance(from);
            if (passed + step >= reach || i == 1) {
                double share = step > 0 ? Math.min(1, (reach - passed) / step) : 1;
                return Vector.unit(
                        end.x() - to.x() - share * (from.x() - to.x()), end.y() - to.y() - share * (from.y() - to.y()));
            }
            passed += step;
        }
        return new Vector(1, 0);
    }

    /** The point of a line that is nearest to the given one. */
    static Vector nearest(float[] line, Vector point) {
        double nearestX = line[0];
        double nearestY = line[1];
        double distance = point.distance(end(line, false));
        for (int i = 2; i < line.length; i += 2) {
            double ax = line[i - 2];
            double ay = line[i - 1];
            double dx = line[i] - ax;
            double dy = line[i + 1] - ay;
            double square = dx * dx + dy * dy;
            double share = square > 0 ? ((point.x() - ax) * dx + (point.y() - ay) * dy) / square : 0;
            share = Math.max(0, Math.min(1, share));
            double x = ax + share * dx;
            double y = ay + share * dy;
            double there = StrictMath.sqrt((x - point.x()) * (x - point.x()) + (y - point.y()) * (y - point.y()));
            if (there < distance) {
                nearestX = x;
                nearestY = y;
                distance = there;
            }
        }
        return new Vector(nearestX, nearestY);
    }

    /** A line cut back from an end: to a height, but by no more than {@code most} of its length. */
    static float[] cut(float[] line, boolean isLast, double height, double most) {
        float[] forward = isLast ? line : reversed(line);
        double passed = 0;
        for (int i = forward.length / 2 - 1; i > 0; i--) {
            Vector to = point(forward, i);
            Vector from = point(forward, i - 1);
            int steps = 1 + (int) (to.distance(from) / STEP);
            for (int k = 0; k < steps; k++) {
                double share = (double) k / steps;
                Vector at = to.plus(share * (from.x() - to.x()), share * (from.y() - to.y()));
                if (at.height() >= height || passed >= most) {
                    float[] kept = Arrays.copyOf(forward, 2 * i + 2);
                    kept[2 * i] = (float) at.x();
                    kept[2 * i + 1] = (float) at.y();
                    return isLast ? kept : reversed(kept);
                }
                passed += to.distance(from) / steps;
            }
        }
        return Arrays.copyOf(line, 2);
    }

    static float[] scaled(float[] line, double factor) {
        float[] scaled = new float[line.length];
        for (int i = 0; i < line.length; i++) {
            scaled[i] = (float) (factor * line[i]);
        }
        return scaled;
    }

    static List<float[]> scaled(List<float[]> lines, double factor) {
        return factor == 1
                ? lines
                : lines.stream().map(line -> scaled(line, factor)).toList();
    }

    static List<float[]> with(List<float[]> lines, int index, float[] line) {
        List<float[]> changed = new ArrayList<>(lines);
        changed.set(index, line);
        return changed;
    }
}
