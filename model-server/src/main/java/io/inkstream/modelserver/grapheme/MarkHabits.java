package io.inkstream.modelserver.grapheme;

import io.inkstream.modelserver.compositing.PenGlyph;
import io.inkstream.schemas.hand.CounterRandom;
import io.inkstream.schemas.hand.CounterRandom.Purpose;
import io.inkstream.schemas.hand.HandTraits;
import java.util.ArrayList;
import java.util.List;

/**
 * How one hand sets marks. Immutable.
 *
 * @param slant of the hand, right-leaning positive
 * @param pen width of the pen in x-heights
 * @param size factor on the size of marks
 * @param width further factor on their width
 * @param gap factor on the white below or above them
 * @param dots the dots that this hand sets, each around 0, 0
 */
public record MarkHabits(double slant, double pen, double size, double width, double gap, List<List<float[]>> dots) {
    private static final double SIZE_SD = .07;
    private static final double GAP_SD = .15;
    private static final double LIMIT = 1.5;
    /** Larger is a tick or part of a stem. */
    private static final double LARGEST_DOT = .24;

    /** A dot as a pen leaves it that is pressed and turned a little. */
    private static final float[] PRESS = {-.03f, 0, 0, -.03f, .03f, 0, 0, .03f, -.03f, 0, 0, 0};

    public MarkHabits {
        dots = List.copyOf(dots);
    }

    /**
     * The habits of a hand.
     *
     * @param seed of the hand
     * @param dotted forms of its i, whose dots it sets elsewhere too; may be none
     */
    public static MarkHabits of(HandTraits traits, long seed, List<PenGlyph> dotted) {
        List<List<float[]>> dots = new ArrayList<>();
        for (PenGlyph form : dotted) {
            List<float[]> strokes = form.strokes().lines();
            List<float[]> dot =
                    strokes.isEmpty() ? List.of() : Dots.parts(strokes).dots();
            if (!dot.isEmpty()) {
                Paths.Box box = Paths.box(dot);
                if (Math.max(box.width(), box.height()) < LARGEST_DOT) {
                    dots.add(Paths.shifted(dot, -box.middleX(), -box.middleY()));
                }
            }
        }
        if (dots.isEmpty()) {
            dots.add(List.of(PRESS));
        }
        CounterRandom random = new CounterRandom(seed, Purpose.MARK_HABITS);
        return new MarkHabits(
                traits.slant(),
                traits.pen(),
                1 + SIZE_SD * random.nextGaussianWithin(LIMIT),
                1 + SIZE_SD * random.nextGaussianWithin(LIMIT),
                1 + GAP_SD * random.nextGaussianWithin(LIMIT),
                dots);
    }
}
