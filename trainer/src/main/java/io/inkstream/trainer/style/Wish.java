package io.inkstream.trainer.style;

import java.util.List;
import java.util.function.ToDoubleFunction;

/**
 * A kind of hand that people ask for by name.
 *
 * @param name what documents say
 * @param description one sentence for people who choose
 * @param character how much of that kind a hand is
 * @param pen width of its pen, in x-heights
 * @param noiseScale factor on the noise of each glyph: a careful hand repeats its letters more exactly
 * @param width of its letters, over what is usual
 */
record Wish(
        String name,
        String description,
        ToDoubleFunction<HandMeasures> character,
        double pen,
        double noiseScale,
        double width) {
    private static final double PEN = .13;
    private static final double NOISE = .7;

    /** In the order in which they choose. */
    static final List<Wish> ALL = List.of(
            new Wish(
                    "neat",
                    "Careful and even.",
                    h -> h.legibility() + h.evenness() - leansOtherThan(.1, h),
                    PEN,
                    .5,
                    1),
            new Wish("upright", "Stands straight.", h -> -2 * leansOtherThan(-.02, h), PEN, NOISE, 1),
            new Wish("slanted", "Leans to the right.", h -> -2 * leansOtherThan(.28, h), PEN, NOISE, 1),
            new Wish("round", "Round, open letters.", h -> 2 * h.roundness() + h.width(), PEN, NOISE, 1),
            new Wish("narrow", "Tall and narrow, letters close together.", h -> -2 * h.width(), PEN, NOISE, .88),
            new Wish("wide", "Broad, with room between letters.", h -> 2 * h.width(), PEN, NOISE, 1.1),
            new Wish("fine", "A fine pen.", h -> 2 * h.legibility() + h.evenness() - h.thickness(), .1, NOISE, 1),
            new Wish("felt", "A felt pen.", h -> 2 * h.thickness(), .165, NOISE, 1));

    /** In steps of 0.1, about a standard deviation between writers. */
    private static double leansOtherThan(double angle, HandMeasures hand) {
        return Math.abs(hand.slantAngle() - angle) / .1;
    }
}
