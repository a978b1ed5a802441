package io.inkstream.schemas.alphabet;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/**
 * How one grapheme is drawn from characters of a model and pen strokes. Immutable.
 *
 * @param text the grapheme, in NFC
 * @param base what carries the marks
 * @param marks from the letter outwards, as Unicode orders them
 */
public record Composition(String text, Base base, List<Mark> marks) {
    /** Most marks of a grapheme that are drawn: of more, none can be told. */
    public static final int MOST_MARKS = 4;

    private static final double DOTLESS_WIDTH = .15;
    private static final double RIGHT_MARK_WIDTH = .2;
    /** Room between two characters of a row: white, and the pen. */
    private static final double ROW_GAP = .27;

    public Composition {
        marks = List.copyOf(marks);
    }

    /** What carries the marks. */
    public sealed interface Base {}

    /** Nothing: marks alone, over an x-height letter that is not drawn. */
    public record None() implements Base {}

    /** A character of the model. */
    public record Letter(String character) implements Base {}

    /**
     * A character that is drawn step by step.
     *
     * @param character which it is
     * @param width of it, x-heights of the pen's centre line, mean over hands
     */
    public record Recipe(String character, List<Step> steps, double width) implements Base {
        public Recipe {
            steps = List.copyOf(steps);
        }
    }

    /** Characters in a certain arrangement, as Unicode's compatibility decompositions say. */
    public record Arranged(Arrangement arrangement, List<Composition> parts, int denominatorFrom) implements Base {
        public Arranged {
            parts = List.copyOf(parts);
        }
    }

    /** How characters are arranged. */
    public enum Arrangement {
        RAISED(.6),
        LOWERED(.6),
        /** The parts from {@code denominatorFrom} on stand below the slash. */
        FRACTION(.56),
        CIRCLED(.7),
        ROW(1);

        private final double scale;

        Arrangement(double scale) {
            this.scale = scale;
        }

        /** Size of its characters; of circled ones at most. */
        public double scale() {
            return scale;
        }
    }

    /** The characters of the model whose forms it takes, in the order in which it takes them. */
    public List<String> characters() {
        List<String> characters = new ArrayList<>();
        collect(characters);
        return characters;
    }

    private void collect(List<String> characters) {
        if (base instanceof Letter letter) {
            characters.add(letter.character());
        } else if (base instanceof Arranged arranged) {
            arranged.parts().forEach(part -> part.collect(characters));
        } else if (base instanceof Recipe recipe) {
            for (Step step : recipe.steps()) {
                if (step instanceof Step.Glyph glyph) {
                    characters.add(glyph.character());
                } else if (step instanceof Step.Part part) {
                    part.composition().collect(characters);
                }
            }
        }
    }

    /** The letter that a reader of single characters should take it for; none where it is no letter with marks. */
    public Optional<String> letter() {
        return base instanceof Letter letter ? Optional.of(letter.character()) : Optional.empty();
    }

    /** Whether it needs the hand's own dots. */
    public boolean hasDots() {
        return marks.stream().anyMatch(Mark::isDots)
                || (base instanceof Arranged arranged
                        && arranged.parts().stream().anyMatch(Composition::hasDots))
                || (base instanceof Recipe recipe && recipe.steps().stream().anyMatch(Composition::hasDots));
    }

    private static boolean hasDots(Step step) {
        return (step instanceof Step.Pen pen && pen.shape().equals("dot"))
                || (step instanceof Step.Accent accent && accent.mark().isDots())
                || (step instanceof Step.LoneAccent lone && lone.mark().isDots())
                || (step instanceof Step.Part part && part.composition().hasDots());
    }

    /**
     * The width to expect, x-heights of the pen's centre line.
     *
     * @param widthOf that of a character of the model
     */
    public double width(ToDoubleFunction<String> widthOf) {
        double width = 0;
        if (base instanceof Letter letter) {
            width = widthOf.applyAsDouble(letter.character());
        } else if (base instanceof Recipe recipe) {
            width = recipe.width();
        } else if (base instanceof Arranged arranged) {
            width = arranged.arrangement().scale() * row(arranged.parts(), widthOf);
            if (arranged.arrangement() == Arrangement.FRACTION) {
                width += .4;
            } else if (arranged.arrangement() == Arrangement.CIRCLED) {
                width = 1.5;
            }
        }
        double least = 0;
        for (Mark mark : marks) {
            switch (mark.place()) {
                case RIGHT, HORN -> width += RIGHT_MARK_WIDTH;
                case ABOVE, BELOW -> least = Math.max(least, mark.width());
                default -> {}
            }
        }
        return Math.max(width, Math.min(least, width + DOTLESS_WIDTH));
    }

    private static double row(List<Composition> parts, ToDoubleFunction<String> widthOf) {
        return parts.stream().mapToDouble(part -> part.width(widthOf)).sum() + ROW_GAP * (parts.size() - 1);
    }
}
