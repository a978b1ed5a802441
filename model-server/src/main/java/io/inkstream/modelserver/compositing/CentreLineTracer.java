package io.inkstream.modelserver.compositing;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Finds the path of the pen in the ink of a glyph: upsampled, cut at a level, thinned to one pixel, freed of spurs and
 * specks, smoothed, and written down as few points as its curves need.
 *
 * <p>{@link #load} once, then {@link #trace} at as many levels as wanted. Holds scratch space of some 200 kB that every
 * glyph reuses; not thread-safe, keep one a thread.
 *
 * @see <a href="https://doi.org/10.1145/62065.62074">Guo and Hall: Parallel thinning with two-subiteration algorithms</a>
 */
final class CentreLineTracer {
    private static final int SCALE = 4;
    private static final int MARGIN = 2;
    /** Columns of paper either side, so that the taps of the margin find something: two of margin and two of a tap. */
    private static final int PADDING = MARGIN + 2;

    private static final int SMOOTHING_ROUNDS = 20;
    /** Farthest that a dropped point may lie from the line that replaces it, in glyph pixels: a tenth of a pixel of the largest output. */
    private static final float TOLERANCE = .03f;
    /** A piece beyond the expected number that is shorter than this, in glyph pixels, is a speck. */
    private static final float SPECK = 3f;
    /** Below this everywhere a drawing is blank paper. */
    private static final float FAINTEST = .05f;
    /** Longest spur that is looked at, in upsampled pixels. */
    private static final int LONGEST_SPUR = 5 * SCALE;

    // Neighbours clockwise from north; bit k of a code says that neighbour k is ink.
    private static final int NORTH = 1;
    private static final int EAST = 1 << 2;
    private static final int SOUTH = 1 << 4;
    private static final int WEST = 1 << 6;
    private static final int SURROUNDED = 255;
    /** The bit that a pixel has in the code of its neighbour {@code k}. */
    private static final int[] FROM = {1 << 4, 1 << 5, 1 << 6, 1 << 7, 1, 1 << 1, 1 << 2, 1 << 3};

    private static final boolean[] DELETE_FIRST = new boolean[256];
    private static final boolean[] DELETE_SECOND = new boolean[256];
    /** The neighbours that a thinned pixel is joined to: a diagonal only where no shared side neighbour joins them. */
    private static final int[] JOINED = new int[256];

    static {
        for (int code = 0; code < 256; code++) {
            boolean border = isBorder(code);
            DELETE_FIRST[code] = border && !((isSet(code, 4) || isSet(code, 5) || !isSet(code, 7)) && isSet(code, 6));
            DELETE_SECOND[code] = border && !((isSet(code, 0) || isSet(code, 1) || !isSet(code, 3)) && isSet(code, 2));
            int joined = code & (NORTH | EAST | SOUTH | WEST);
            for (int k = 1; k < 8; k += 2) {
                boolean sideNeighbour = isSet(code, k - 1) || isSet(code, k + 1);
                joined |= sideNeighbour ? 0 : code & (1 << k);
            }
            JOINED[code] = joined;
        }
    }

    private final int glyphSide;
    private final int side;
    private final int paddedSide;
    private final int[] offsets;
    private final int[] firstTap;
    private final float[] tapWeights;
    private final float[] halfUpsampled;
    private final float[] phaseRow;
    private final float[] upsampled;
    private float peak;

    private final boolean[] mask;
    private final boolean[] thin;
    private final int[] code;
    private final int[] alive;
    private final int[] border;
    private final int[] marked;
    private final int[] nodeOf;
    private float[] xs = new float[1024];
    private float[] ys = new float[1024];
    private float[] smoothXs = new float[1024];
    private float[] smoothYs = new float[1024];
    private int[] piece = new int[1024];
    private int[] walked = new int[1024];
    private int[] neighbours = new int[8 * 1024];
    private int[] neighbourCounts = new int[1024];
    private float[] chain = new float[2048];
    private boolean[] keep = new boolean[1024];

    /** A tracer for glyphs of {@code glyphSide} rows and columns. */
    CentreLineTracer(int glyphSide) {
        this.glyphSide = glyphSide;
        side = SCALE * (glyphSide + 2 * MARGIN);
        offsets = new int[] {-side, -side + 1, 1, side + 1, side, side - 1, -1, -side - 1};
        firstTap = new int[side];
        tapWeights = new float[4 * side];
        for (int i = 0; i < side; i++) {
            float position = (i + .5f) / SCALE - MARGIN - .5f;
            firstTap[i] = (int) Math.floor(position) - 1;
            for (int k = 0; k < 4; k++) {
                tapWeights[4 * i + k] = catmullRom(position - (firstTap[i] + k));
            }
        }
        paddedSide = glyphSide + 2 * PADDING;
        halfUpsampled = new float[side * paddedSide];
        phaseRow = new float[side / SCALE];
        upsampled = new float[side * side];
        mask = new boolean[side * side];
        thin = new boolean[side * side];
        code = new int[side * side];
        alive = new int[side * side];
        border = new int[side * side];
        marked = new int[side * side];
        nodeOf = new int[side * side];
    }

    /** Takes the glyph to trace: ink [side * side] by rows, 0 is paper and 1 is ink. */
    void load(float[] ink) {
        if (ink.length != glyphSide * glyphSide) {
            throw new IllegalArgumentException("a glyph has " + glyphSide * glyphSide + " pixels, got " + ink.length);
        }
        Arrays.fill(halfUpsampled, 0);
        for (int row = 0; row < side; row++) {
            int out = row * paddedSide + PADDING;
            for (int k = 0; k < 4; k++) {
                int y = firstTap[row] + k;
                if (y >= 0 && y < glyphSide) {
                    float weight = tapWeights[4 * row + k];
                    for (int x = 0; x < glyphSide; x++) {
                        halfUpsampled[out + x] += weight * ink[y * glyphSide + x];
                    }
                }
            }
        }
        peak = 0;
        for (int row = 0; row < side; row++) {
            int in = row * paddedSide + PADDING;
            for (int phase = 0; phase < SCALE; phase++) {
                // Columns of one phase have their taps side by side and their weights in common: vector instructions.
                int at = in + firstTap[phase];
                float first = tapWeights[4 * phase];
                float second = tapWeights[4 * phase + 1];
                float third = tapWeights[4 * phase + 2];
                float fourth = tapWeights[4 * phase + 3];
                for (int i = 0; i < phaseRow.length; i++) {
                    phaseRow[i] = first * halfUpsampled[at + i]
                            + second * halfUpsampled[at + i + 1]
                            + third * halfUpsampled[at + i + 2]
                            + fourth * halfUpsampled[at + i + 3];
                }
                int out = row * side + phase;
                for (int i = 0; i < phaseRow.length; i++) {
                    float value = phaseRow[i];
                    upsampled[out + SCALE * i] = value;
                    peak = value > peak || Float.isNaN(value) ? value : peak; // a glyph with a NaN is blank
                }
            }
        }
    }

    /**
     * Traces the loaded glyph where its ink is at least {@code level}, in glyph pixels; a glyph fainter than that is cut at
     * this share of its darkest ink, and a blank one has no strokes.
     *
     * @param expectedPieces specks beyond so many pieces are dropped; -1 keeps everything
     */
    Strokes trace(float level, int expectedPieces) {
        if (!(peak >= FAINTEST)) {
            return new Strokes(List.of());
        }
        int count = cut(peak > level ? level : level * peak);
        count = thin(count);
        pruneSpurs(count);
        return linesOf(count, expectedPieces);
    }

    private int cut(float level) {
        Arrays.fill(mask, false);
        int count = 0;
        for (int y = 1; y < side - 1; y++) {
            for (int p = y * side + 1; p < y * side + side - 1; p++) {
                if (upsampled[p] >= level) {
                    mask[p] = true;
                    alive[count++] = p;
                }
            }
        }
        System.arraycopy(mask, 0, thin, 0, mask.length);
        for (int i = 0; i < count; i++) {
            int p = alive[i];
            int bits = 0;
            for (int k = 0; k < 8; k++) {
                bits |= mask[p + offsets[k]] ? 1 << k : 0;
            }
            code[p] = bits;
        }
        return count;
    }

    /** Peels borders off until lines of one pixel are left, which {@link #alive} then lists; no piece vanishes. */
    private int thin(int count) {
        int borders = 0;
        for (int i = 0; i < count; i++) {
            if (code[alive[i]] != SURROUNDED) {
                border[borders++] = alive[i];
            }
        }
        boolean changed = true;
        for (boolean first = true; changed || !first; first = !first) {
            boolean[] delete = first ? DELETE_FIRST : DELETE_SECOND;
            int left = 0;
            int gone = 0;
            for (int i = 0; i < borders; i++) {
                int p = border[i];
                if (delete[code[p]]) {
                    marked[gone++] = p;
                } else {
                    border[left++] = p;
                }
            }
            borders = left;
            for (int i = 0; i < gone; i++) {
                int p = marked[i];
                if (code[p] == 0) {
                    border[borders++] = p; // a block of four would vanish all at once, and it may be the dot of an i
                    continue;
                }
                thin[p] = false;
                for (int k = 0; k < 8; k++) {
                    int neighbour = p + offsets[k];
                    int bits = code[neighbour];
                    if (bits == SURROUNDED && thin[neighbour]) {
                        border[borders++] = neighbour;
                    }
                    code[neighbour] = bits & ~FROM[k];
                }
            }
            changed = first ? gone > 0 : changed || gone > 0;
        }
        int left = 0;
        for (int i = 0; i < count; i++) {
            if (thin[alive[i]]) {
                alive[left++] = alive[i];
            }
        }
        return left;
    }

    private void remove(int p) {
        thin[p] = false;
        for (int k = 0; k < 8; k++) {
            code[p + offsets[k]] &= ~FROM[k];
        }
    }

    /** Cuts end branches that are no longer than the ink was wide where they leave: corners of the ink, not strokes. */
    private void pruneSpurs(int count) {
        for (int i = 0; i < count; i++) {
            int end = alive[i];
            if (!thin[end] || degree(end) != 1) {
                continue;
            }
            int length = 0;
            int previous = -1;
            int at = end;
            while (length < LONGEST_SPUR && degree(at) <= 2) {
                marked[length++] = at;
                int next = -1;
                for (int k = 0; k < 8; k++) {
                    int neighbour = at + offsets[k];
                    if (isSet(JOINED[code[at]], k) && neighbour != previous) {
                        next = neighbour;
                    }
                }
                if (next < 0) {
                    break;
                }
                previous = at;
                at = next;
            }
            if (degree(at) > 2 && length < inkRadius(at)) {
                for (int j = 0; j < length; j++) {
                    remove(marked[j]);
                }
            }
        }
    }

    private int degree(int p) {
        return Integer.bitCount(JOINED[code[p]]);
    }

    /** Distance from a pixel of the cut ink to the nearest paper, in upsampled pixels. */
    private float inkRadius(int p) {
        int y = p / side;
        int x = p % side;
        int nearest = Integer.MAX_VALUE;
        for (int ring = 1; (ring - 1) * (ring - 1) < nearest && ring < side; ring++) {
            for (int dy = -ring; dy <= ring; dy++) {
                int step = Math.abs(dy) == ring ? 1 : 2 * ring;
                for (int dx = -ring; dx <= ring; dx += step) {
                    int row = y + dy;
                    int column = x + dx;
                    boolean ink = row >= 0 && column >= 0 && row < side && column < side && mask[row * side + column];
                    if (!ink) {
                        nearest = Math.min(nearest, dx * dx + dy * dy);
                    }
                }
            }
        }
        return (float) Math.sqrt(nearest) - .5f;
    }

    private Strokes linesOf(int thinned, int expectedPieces) {
        int nodes = 0;
        for (int i = 0; i < thinned; i++) {
            if (thin[alive[i]]) {
                alive[nodes++] = alive[i];
            }
        }
        ensureNodes(nodes);
        for (int i = 0; i < nodes; i++) {
            nodeOf[alive[i]] = i;
            xs[i] = (alive[i] % side + .5f) / SCALE - MARGIN;
            int row = alive[i] / side;
            ys[i] = (row + .5f) / SCALE - MARGIN;
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
                int degree = degree(alive[i]);
                if (degree == 0 && pass == 0) {
                    lines.add(new float[] {xs[i], ys[i]});
                }
                for (int k = 0; k < 8 && (degree != 2 || pass == 1); k++) {
                    if (isSet(JOINED[code[alive[i]]], k) && !isSet(walked[i], k)) {
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
            marked[top++] = i;
            piece[i] = pieces;
            while (top > 0) {
                int p = alive[marked[--top]];
                for (int k = 0; k < 8; k++) {
                    if (isSet(JOINED[code[p]], k)) {
                        int j = nodeOf[p + offsets[k]];
                        if (piece[j] < 0) {
                            piece[j] = pieces;
                            marked[top++] = j;
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
            if (length[smallest] >= SPECK * SCALE) {
                break;
            }
            dropped[smallest] = true;
        }
        return dropped;
    }

    /** Takes the staircase of the pixels out; ends stay where they are. */
    private void smooth(int nodes) {
        for (int i = 0; i < nodes; i++) {
            int joined = JOINED[code[alive[i]]];
            int count = 0;
            for (int k = 0; k < 8; k++) {
                if (isSet(joined, k)) {
                    neighbours[8 * i + count++] = nodeOf[alive[i] + offsets[k]];
                }
            }
            neighbourCounts[i] = count;
        }
        for (int round = 0; round < SMOOTHING_ROUNDS; round++) {
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
            int next = nodeOf[alive[at] + offsets[out]];
            int back = (out + 4) & 7;
            walked[next] |= 1 << back;
            at = next;
            addPoint(points++, at);
            int onward = JOINED[code[alive[at]]] & ~walked[at];
            if (degree(alive[at]) != 2 || onward == 0) {
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
        int[] stack = marked;
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
        }
    }

    /** Whether neighbour {@code k}, counted round and round, is in a code. */
    private static boolean isSet(int code, int k) {
        return ((code >> (k & 7)) & 1) == 1;
    }

    /** Whether a pixel with these neighbours is neither an end nor a bridge nor inside. */
    private static boolean isBorder(int code) {
        int crossings = 0;
        int pairs = 0;
        int otherPairs = 0;
        for (int k = 0; k < 8; k += 2) {
            crossings += !isSet(code, k) && (isSet(code, k + 1) || isSet(code, k + 2)) ? 1 : 0;
            pairs += isSet(code, k) || isSet(code, k + 1) ? 1 : 0;
            otherPairs += isSet(code, k) || isSet(code, k - 1) ? 1 : 0;
        }
        int neighbours = Math.min(pairs, otherPairs);
        return crossings == 1 && neighbours >= 2 && neighbours <= 3;
    }

    private static float catmullRom(float distance) {
        float d = Math.abs(distance);
        if (d < 1) {
            return 1.5f * d * d * d - 2.5f * d * d + 1;
        }
        return d < 2 ? -.5f * d * d * d + 2.5f * d * d - 4 * d + 2 : 0;
    }
}
