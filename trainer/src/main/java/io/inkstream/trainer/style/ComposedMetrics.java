package io.inkstream.trainer.style;

import io.inkstream.schemas.alphabet.Alphabet;
import io.inkstream.schemas.alphabet.Composition;
import io.inkstream.schemas.alphabet.Mark;
import io.inkstream.schemas.alphabet.Step;
import io.inkstream.schemas.bundle.ClassSpec;
import java.util.Map;
import java.util.Optional;

/**
 * Estimates the size and place of a character that nobody has measured, from the measured ones that it would be composed of;
 * one that cannot be composed is taken to be as large as an o, or as an O if it is no small letter. Lengths are x-heights.
 */
final class ComposedMetrics {
    private static final int VARIES = -1;

    private final Map<String, ClassSpec> measured;

    ComposedMetrics(Map<String, ClassSpec> measured) {
        this.measured = measured;
    }

    /**
     * The estimate.
     *
     * @throws IllegalArgumentException if there is no measured character to go by
     */
    ClassSpec of(String character) {
        Optional<Composition> composition = Alphabet.standard().composition(character, measured::containsKey);
        ClassSpec like = composition
                .flatMap(Composition::letter)
                .map(measured::get)
                .orElseGet(() -> alike(Character.isLowerCase(character.codePointAt(0)) ? "o" : "O"));
        Extent extent = composition.flatMap(this::extent).orElse(Extent.of(like));
        return new ClassSpec(
                character,
                extent.top() - extent.bottom(),
                composition
                        .map(found -> found.width(part -> measured.get(part).width()))
                        .orElse(like.width()),
                extent.bottom(),
                like.heightLogSd(),
                like.widthLogSd(),
                like.slant(),
                like.slantFactor(),
                like.sideTolerance(),
                like.maxBoxGap(),
                like.penFactor(),
                VARIES,
                VARIES,
                character);
    }

    private ClassSpec alike(String character) {
        ClassSpec like = measured.get(character);
        if (like == null) {
            throw new IllegalArgumentException("the typography has no metrics for '" + character + "'");
        }
        return like;
    }

    private record Extent(double bottom, double top) {
        static Extent of(ClassSpec spec) {
            return new Extent(spec.bottom(), spec.bottom() + spec.height());
        }

        Extent and(Extent other) {
            return new Extent(Math.min(bottom, other.bottom), Math.max(top, other.top));
        }

        Extent with(Mark mark) {
            return switch (mark.place()) {
                case ABOVE -> new Extent(bottom, top + mark.gap() + mark.height());
                case BELOW, CEDILLA, OGONEK -> new Extent(bottom - mark.gap() - mark.height(), top);
                default -> this;
            };
        }
    }

    private Optional<Extent> extent(Composition composition) {
        Optional<Extent> extent = Optional.empty();
        if (composition.base() instanceof Composition.Letter letter) {
            extent = Optional.of(Extent.of(measured.get(letter.character())));
        } else if (composition.base() instanceof Composition.Recipe recipe) {
            for (Step step : recipe.steps()) {
                extent = after(step, extent);
            }
        }
        // Raised, lowered, circled: no alphabet's letters.
        for (Mark mark : composition.marks()) {
            extent = extent.map(ink -> ink.with(mark));
        }
        return extent;
    }

    private Optional<Extent> after(Step step, Optional<Extent> before) {
        Optional<Extent> its = Optional.empty();
        if (step instanceof Step.Glyph glyph) {
            ClassSpec spec = measured.get(glyph.character());
            double bottom = glyph.bottom().orElse(spec.bottom());
            its = Optional.of(new Extent(bottom, bottom + glyph.height().orElse(spec.height())));
        } else if (step instanceof Step.Pen pen) {
            its = Optional.of(new Extent(pen.bottom(), pen.bottom() + pen.height()));
        } else if (step instanceof Step.Part part) {
            its = extent(part.composition());
        } else if (step instanceof Step.Accent accent) {
            return before.map(ink -> ink.with(accent.mark()));
        }
        Optional<Extent> added = its;
        return before.map(ink -> added.map(ink::and).orElse(ink)).or(() -> added);
    }
}
