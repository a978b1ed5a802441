package io.inkstream.modelserver.compositing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Walks along a {@link Skeleton} and writes its lines down: without specks, smoothed, as few points as curves need. */
final class SkeletonLines {
    /** Rounds of smoothing where a glyph's pixel is one pixel; their reach, in glyph pixels, grows with their root. */
    private static final float SMOOTHING_ROUNDS = 1.25f;

    /** Farthest that a dropped point may lie from the line that replaces it, in glyph pixels: a tenth of a pixel of the largest output. */
    private static final float TOLERANCE = .03f;
    /** A piece beyond the expected number that is shorter than this, in glyph pixels, is a speck. */
    private static final float SPECK = 3f;

    private final UpsampledInk ink;
    private final int side;
    private final int smoothingRounds;
    private final Skeleton skeleton;
    private final int[] nodeOf;
    private float[] xs = new float[1024];
    private float[] ys = new float[1024];
    private float[] smoothXs = new float[1024];
    private float[] smoothYs = new float[1024];
    private int[] piece = new int[1024];
    private int[] walked = new int[1024];
    private int[] neighbours = new int[8 * 1024];
    private int[] neighbourCounts = new int[1024];
    /** Two entries a point are enough: a walk meets a node once, but for its start. */
    private int[] stack = new int[2 * 1024];

    private float[] chain = new float[2048];
    private boolean[] keep = new boolean[1024];

    /** @param ink what the skeleton is of */
    SkeletonLines(UpsampledInk ink, Skeleton skeleton) {
        this.ink = ink;
        side = ink.side();
        smoothingRounds = Math.round(SMOOTHING_ROUNDS * ink.scale() * ink.scale());
        this.skeleton = skeleton;
        nodeOf = new int[side * side];
    }

    /**
     * The lines of what the skeleton has taken, in glyph pixels.
     *
     * @param expectedPieces specks beyond so many pieces are dropped; -1 keeps everything
     */
    Strokes trace(int expectedPieces) {
        int nodes = skeleton.count();
        ensureNodes(nodes);
        for (int i = 0; i < nodes; i++) {
            int pixel = skeleton.pixel(i);
            nodeOf[pixel] = i;
            xs[i] = ink.inGlyph(pixel % side);
            ys[i] = ink.inGlyph(pixel / side);
        }
        boolean[] dropped = specks(nodes, labelPieces(nodes), expectedPieces);
        smooth(nodes);

        List<float[]> lines = new ArrayList<>();
        Arrays.fill(walked, 0, nodes, 0);
        for (int pass = 0; pass < 2; pass++) { // strokes between ends and crossings first, closed loops then
            for (int i = 0; i < nodes; i++) {
                if (dropped[piece[i]]) {
                    continue;
                }
                int joined = skeleton.joined(skeleton.pixel(i));
                int degree = skeleton.degree(skeleton.pixel(i));
                if (degree == 0 && pass == 0) {
                    lines.add(new float[] {xs[i], ys[i]});
                }
                for (int k = 0; k < 8 && (degree != 2 || pass == 1); k++) {
                    if (isSet(joined, k) && !isSet(walked[i], k)) {
                        lines.add(walk(i, k));
                    }
                }
            }
        }
        return new Strokes(lines);
    }

    private int labelPieces(int nodes) {
        Arrays.fill(piece, 0, nodes, -1);
        int pieces = 0;
        for (int i = 0; i < nodes; i++) {
            if (piece[i] >= 0) {
                continue;
            }
            int top = 0;
            stack[top++] = i;
            piece[i] = pieces;
            while (top > 0) {
                int p = skeleton.pixel(stack[--top]);
                int joined = skeleton.joined(p);
                for (int k = 0; k < 8; k++) {
                    if (isSet(joined, k)) {
                        int j = nodeOf[skeleton.neighbour(p, k)];
                        if (piece[j] < 0) {
                            piece[j] = pieces;
                            stack[top++] = j;
                        }
                    }
                }
            }
            pieces++;
        }
        return pieces;
    }

    /** Which pieces are dropped: those beyond the expected number, smallest first, that are mere specks. */
    private boolean[] specks(int nodes, int pieces, int expectedPieces) {
        int[] length = new int[pieces];
        for (int i = 0; i < nodes; i++) {
            length[piece[i]]++;
        }
        boolean[] dropped = new boolean[pieces];
        for (int left = pieces; expectedPieces >= 0 && left > expectedPieces; left--) {
            int smallest = -1;
            for (int i = 0; i < pieces; i++) {
                if (!dropped[i] && (smallest < 0 || length[i] < length[smallest])) {
                    smallest = i;
                }
            }
            if (length[smallest] >= SPECK * ink.scale()) {
                break;
            }
            dropped[smallest] = true;
        }
        return dropped;
    }

    /** Takes the staircase of the pixels out; ends stay where they are. */
    private void smooth(int nodes) {
        for (int i = 0; i < nodes; i++) {
            int pixel = skeleton.pixel(i);
            int joined = skeleton.joined(pixel);
            int count = 0;
            for (int k = 0; k < 8; k++) {
                if (isSet(joined, k)) {
                    neighbours[8 * i + count++] = nodeOf[skeleton.neighbour(pixel, k)];
                }
            }
            neighbourCounts[i] = count;
        }
        for (int round = 0; round < smoothingRounds; round++) {
            for (int i = 0; i < nodes; i++) {
                int count = neighbourCounts[i];
                float sumX = 0;
                float sumY = 0;
                for (int k = 8 * i; k < 8 * i + count; k++) {
                    sumX += xs[neighbours[k]];
                    sumY += ys[neighbours[k]];
                }
                boolean inner = count >= 2;
                smoothXs[i] = inner ? .5f * xs[i] + .5f * sumX / count : xs[i];
                smoothYs[i] = inner ? .5f * ys[i] + .5f * sumY / count : ys[i];
            }
            float[] x = xs;
            xs = smoothXs;
            smoothXs = x;
            float[] y = ys;
            ys = smoothYs;
            smoothYs = y;
        }
    }

    /** The stroke that leaves node {@code start} in direction {@code direction}, to its end, a crossing, or back. */
    private float[] walk(int start, int direction) {
        int points = 0;
        int at = start;
        int out = direction;
        addPoint(points++, at);
        while (true) {
            walked[at] |= 1 << out;
            int next = nodeOf[skeleton.neighbour(skeleton.pixel(at), out)];
            int back = (out + 4) & 7;
            walked[next] |= 1 << back;
            at = next;
            addPoint(points++, at);
            int onward = skeleton.joined(skeleton.pixel(at)) & ~walked[at];
            if (skeleton.degree(skeleton.pixel(at)) != 2 || onward == 0) {
                return simplify(points);
            }
            out = Integer.numberOfTrailingZeros(onward);
        }
    }

    private void addPoint(int index, int node) {
        if (2 * index + 2 > chain.length) {
            chain = Arrays.copyOf(chain, 2 * chain.length);
            keep = new boolean[chain.length / 2];
        }
        chain[2 * index] = xs[node];
        chain[2 * index + 1] = ys[node];
    }

    /** Drops the points that lie within {@link #TOLERANCE} of the line through the others (Douglas and Peucker). */
    private float[] simplify(int points) {
        Arrays.fill(keep, 0, points, false);
        keep[0] = true;
        keep[points - 1] = true;
        int top = 0;
        stack[top++] = 0;
        stack[top++] = points - 1;
        int kept = 2;
        while (top > 0) {
            int last = stack[--top];
            int first = stack[--top];
            float farthest = TOLERANCE * TOLERANCE;
            int split = -1;
            for (int i = first + 1; i < last; i++) {
                float distance = Nib.squaredDistance(
                        chain[2 * i],
                        chain[2 * i + 1],
                        chain[2 * first],
                        chain[2 * first + 1],
                        chain[2 * last],
                        chain[2 * last + 1]);
                if (distance > farthest) {
                    farthest = distance;
                    split = i;
                }
            }
            if (split >= 0) {
                keep[split] = true;
                kept++;
                stack[top++] = first;
                stack[top++] = split;
                stack[top++] = split;
                stack[top++] = last;
            }
        }
        float[] line = new float[2 * kept];
        int n = 0;
        for (int i = 0; i < points; i++) {
            if (keep[i]) {
                line[n++] = chain[2 * i];
                line[n++] = chain[2 * i + 1];
            }
        }
        return line;
    }

    private void ensureNodes(int nodes) {
        if (nodes > xs.length) {
            int size = Math.max(nodes, 2 * xs.length);
            xs = new float[size];
            ys = new float[size];
            smoothXs = new float[size];
            smoothYs = new float[size];
            piece = new int[size];
            walked = new int[size];
            neighbours = new int[8 * size];
            neighbourCounts = new int[size];
            stack = new int[2 * size];
        }
    }

    private static boolean isSet(int directions, int k) {
        return ((directions >> k) & 1) == 1;
    }
}
