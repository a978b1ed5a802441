package io.inkstream.modelserver.compositing;

import java.util.ArrayList;
import java.util.List;

/** Maps 0..farthest smoothly and in order into 0..limit, the identity up to the knee. */
record Squeeze(double knee, double limit, double farthest) {
    /** Ascenders above and descenders below these heights are squeezed where they would leave the canvas. */
    private static final double ASCENDER_KNEE = .9;

    private static final double DESCENDER_KNEE = .05;

    /** Beyond this multiple of the room above the knee, one parabola would turn back: scale down to it first. */
    private static final double PARABOLA_REACH = 1.4;

    boolean isNeeded() {
        return farthest > limit;
    }

    double apply(double y) {
        if (!isNeeded() || y <= knee) {
            return y;
        }
        double reach = Math.min(farthest - knee, PARABOLA_REACH * (limit - knee));
        double z = (y - knee) * reach / (farthest - knee);
        return knee + z - (reach - (limit - knee)) * (z / reach) * (z / reach);
    }

    /** Keeps the path within {@code above} and {@code below} the baseline, bending only what lies beyond the knees. */
    static Strokes into(Strokes strokes, double above, double below) {
        if (strokes.isEmpty()) {
            return strokes;
        }
        float[] box = strokes.bounds();
        Squeeze up = new Squeeze(Math.min(ASCENDER_KNEE, above / 2), above, -box[1]);
        Squeeze down = new Squeeze(Math.min(DESCENDER_KNEE, below / 2), below, box[3]);
        if (!up.isNeeded() && !down.isNeeded()) {
            return strokes;
        }
        List<float[]> lines = new ArrayList<>(strokes.lines().size());
        for (float[] line : strokes.lines()) {
            float[] squeezed = line.clone();
            for (int i = 1; i < line.length; i += 2) {
                squeezed[i] = (float) (line[i] < 0 ? -up.apply(-line[i]) : down.apply(line[i]));
            }
            lines.add(squeezed);
        }
        return new Strokes(lines);
    }
}
