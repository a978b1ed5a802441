package io.inkstream.schemas.bundle;

/**
 * One character class of a model: its typography and how a good drawing of it looks. Lengths are x-heights of the pen's
 * centre line; add the pen for ink.
 *
 * @param character the character, one Unicode code point
 * @param height median height
 * @param width median width
 * @param bottom lowest point above (+) or below (-) the baseline
 * @param heightLogSd standard deviation of the logarithm of the height between writers
 * @param widthLogSd likewise of the width
 * @param slant median of horizontal over vertical moment (right-leaning is positive) of upright hands
 * @param slantFactor how much of a deviation from {@code slant} is the writer's slant, 0.1 to 1
 * @param sideTolerance rows above and below within which a neighbour's ink counts for spacing
 * @param maxBoxGap widest gap between its box and the next
 * @param penFactor factor on the pen's width (dots are drawn bolder)
 * @param pieces connected pieces of a good drawing, or -1 where they vary
 * @param holes enclosed holes of a good drawing, or -1 where they vary
 * @param lookalikes characters that a size-blind reader may report for it, itself included
 */
public record ClassSpec(
        String character,
        double height,
        double width,
        double bottom,
        double heightLogSd,
        double widthLogSd,
        double slant,
        double slantFactor,
        double sideTolerance,
        double maxBoxGap,
        double penFactor,
        int pieces,
        int holes,
        String lookalikes) {}
