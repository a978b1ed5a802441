package io.inkstream.modelserver.compositing;

/**
 * How a hand holds the pen and sets its letters; lengths are x-heights.
 *
 * @param slant common slant, right-leaning positive
 * @param pen width of the pen, 0.02 to 0.5
 * @param gap gap between letters, by ink profile
 * @param wordSpace gap between the boxes of words
 */
public record HandTraits(double slant, double pen, double gap, double wordSpace) {
    public HandTraits {
        if (!(Math.abs(slant) <= 1)) {
            throw new IllegalArgumentException("a hand's slant is between -1 and 1, got " + slant);
        }
        if (!(pen >= .02 && pen <= .5)) {
            throw new IllegalArgumentException("a pen is 0.02 to 0.5 x-heights wide, got " + pen);
        }
        if (!(gap >= -.5 && gap <= 2)) {
            throw new IllegalArgumentException("the gap between letters is -0.5 to 2 x-heights, got " + gap);
        }
        if (!(wordSpace >= .3 && wordSpace <= 5)) {
            throw new IllegalArgumentException("a word space is 0.3 to 5 x-heights, got " + wordSpace);
        }
    }
}
