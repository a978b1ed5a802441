package io.inkstream.trainer.palindrome;

import static java.util.Objects.requireNonNull;

import io.inkstream.trainer.language.LanguageConfig;

/**
 * A palindrome task, and how a network learns it.
 *
 * @param cell of the recurrent layer
 * @param length digits of a palindrome, the one to be predicted included
 * @param width cells of the layer
 * @param rate learning rate of Adam
 * @param clip largest value of a gradient
 * @param batch palindromes of a step
 * @param steps most steps
 */
public record PalindromeConfig(
        LanguageConfig.Cell cell, int length, int width, double rate, double clip, int batch, int steps, long seed) {
    private static final int LONGEST = 1_000;
    private static final int WIDEST = 4_096;

    public PalindromeConfig {
        requireNonNull(cell, "cell");
        if (length < 2 || length > LONGEST || width < 1 || width > WIDEST) {
            throw new IllegalArgumentException("the length is 2 to " + LONGEST + " and the width 1 to " + WIDEST
                    + ", got " + length + " and " + width);
        }
        if (batch < 1 || steps < 1 || !(rate > 0) || !(clip > 0)) {
            throw new IllegalArgumentException("batch and steps are at least 1, rate and clip are positive, got "
                    + batch + ", " + steps + ", " + rate + " and " + clip);
        }
    }

    /** The usual configuration of a cell and a length. */
    public static PalindromeConfig of(LanguageConfig.Cell cell, int length, int steps, long seed) {
        return new PalindromeConfig(cell, length, 128, 2e-3, 1, 128, steps, seed);
    }
}
