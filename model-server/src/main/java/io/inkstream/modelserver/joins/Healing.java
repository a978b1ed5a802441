package io.inkstream.modelserver.joins;

import java.util.ArrayList;
import java.util.List;

/** Bridges gaps in a form that has more pieces than its class: there the pen did not lift. */
public final class Healing {
    /** Widest gap that is bridged. */
    private static final double WIDEST = .3;

    private static final int MOST_BRIDGES = 3;

    private Healing() {}

    /**
     * The lines with as many bridges as needed behind them.
     *
     * @param pieces of the class; -1 where they vary, then nothing is bridged
     */
    public static List<float[]> heal(List<float[]> lines, int pieces) {
        List<float[]> healed = new ArrayList<>(lines);
        for (int i = 0; pieces > 0 && i < MOST_BRIDGES; i++) {
            int[] pieceOf = pieces(healed);
            if (count(pieceOf) <= pieces) {
                break;
            }
            float[] bridge = bridge(healed, pieceOf);
            if (bridge == null) {
                break;
            }
            healed.add(bridge);
        }
        return healed;
    }

    /** The shortest line from an end of one piece to another, or null. */
    private static float[] bridge(List<float[]> lines, int[] pieceOf) {
        double shortest = WIDEST;
        float[] bridge = null;
        for (int i = 0; i < lines.size(); i++) {
            for (boolean isLast : new boolean[] {false, true}) {
                Vector end = Polylines.end(lines.get(i), isLast);
                for (int k = 0; k < lines.size() && !Polylines.isDot(lines.get(i)); k++) {
                    if (pieceOf[k] == pieceOf[i] || Polylines.isDot(lines.get(k))) {
                        continue;
                    }
                    Vector there = Polylines.nearest(lines.get(k), end);
                    if (there.distance(end) < shortest) {
                        shortest = there.distance(end);
                        bridge = new float[] {(float) end.x(), (float) end.y(), (float) there.x(), (float) there.y()};
                    }
                }
            }
        }
        return bridge;
    }

    private static int[] pieces(List<float[]> lines) {
        int[] pieceOf = new int[lines.size()];
        for (int i = 0; i < pieceOf.length; i++) {
            pieceOf[i] = i;
            for (int k = 0; k < i; k++) {
                if (pieceOf[k] != pieceOf[i]
                        && (touch(lines.get(i), lines.get(k)) || touch(lines.get(k), lines.get(i)))) {
                    int from = pieceOf[i];
                    int into = pieceOf[k];
                    for (int p = 0; p <= i; p++) {
                        pieceOf[p] = pieceOf[p] == from ? into : pieceOf[p];
                    }
                }
            }
        }
        return pieceOf;
    }

    private static boolean touch(float[] ends, float[] line) {
        for (boolean isLast : new boolean[] {false, true}) {
            Vector end = Polylines.end(ends, isLast);
            if (Polylines.nearest(line, end).distance(end) < Polylines.TOUCH) {
                return true;
            }
        }
        return false;
    }

    private static int count(int[] pieceOf) {
        int count = 0;
        for (int i = 0; i < pieceOf.length; i++) {
            boolean isFirst = true;
            for (int k = 0; k < i; k++) {
                isFirst &= pieceOf[k] != pieceOf[i];
            }
            count += isFirst ? 1 : 0;
        }
        return count;
    }
}
