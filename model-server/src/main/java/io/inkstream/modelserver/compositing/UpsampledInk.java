package io.inkstream.modelserver.compositing;

import java.util.Arrays;

/** A glyph's ink on a grid of finer pixels, with a margin of paper, by cubic interpolation. */
final class UpsampledInk {
    /** Pixels of paper around the glyph, in its own. */
    static final int MARGIN = 2;
    /** Columns of paper either side, so that the taps of the margin find something: two of margin and two of a tap. */
    private static final int PADDING = MARGIN + 2;

    private final int glyphSide;
    private final int scale;
    private final int side;
    private final int paddedSide;
    private final int[] firstTap;
    private final float[] tapWeights;
    private final float[] halfUpsampled;
    private final float[] phaseRow;
    private final float[] upsampled;
    private final float[] rowPeaks;
    private float peak;

    /**
     * Space for glyphs of {@code glyphSide} rows and columns.
     *
     * @param scale fine pixels along a side of one of the glyph's
     */
    UpsampledInk(int glyphSide, int scale) {
        this.glyphSide = glyphSide;
        this.scale = scale;
        side = scale * (glyphSide + 2 * MARGIN);
        firstTap = new int[side];
        tapWeights = new float[4 * side];
        for (int i = 0; i < side; i++) {
            float position = (i + .5f) / scale - MARGIN - .5f;
            firstTap[i] = (int) Math.floor(position) - 1;
            for (int k = 0; k < 4; k++) {
                tapWeights[4 * i + k] = catmullRom(position - (firstTap[i] + k));
            }
        }
        paddedSide = glyphSide + 2 * PADDING;
        halfUpsampled = new float[side * paddedSide];
        phaseRow = new float[side / scale];
        upsampled = new float[side * side];
        rowPeaks = new float[side];
    }

    /** Where the middle of a fine pixel's row or column lies, in the glyph's pixels from its edge. */
    float inGlyph(int fine) {
        return (fine + .5f) / scale - MARGIN;
    }

    /** Fine pixels along a side of one of the glyph's. */
    int scale() {
        return scale;
    }

    /** Rows and columns of fine pixels. */
    int side() {
        return side;
    }

    /** Fine pixels by rows; not copied, and not to be written. */
    float[] pixels() {
        return upsampled;
    }

    /** The darkest ink, or NaN if a pixel is that. */
    float peak() {
        return peak;
    }

    /** The darkest ink of a row of fine pixels, or NaN if one of them is that. */
    float peak(int row) {
        return rowPeaks[row];
    }

    /** Takes a glyph: ink [side * side] by rows, 0 is paper and 1 is ink. */
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
            float rowPeak = 0;
            int in = row * paddedSide + PADDING;
            for (int phase = 0; phase < scale; phase++) {
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
                    upsampled[out + scale * i] = value;
                    rowPeak = Math.max(rowPeak, value);
                }
            }
            rowPeaks[row] = rowPeak;
            peak = Math.max(peak, rowPeak); // NaN if a pixel is that
        }
    }

    private static float catmullRom(float distance) {
        float d = Math.abs(distance);
        if (d < 1) {
            return 1.5f * d * d * d - 2.5f * d * d + 1;
        }
        return d < 2 ? -.5f * d * d * d + 2.5f * d * d - 4 * d + 2 : 0;
    }
}
