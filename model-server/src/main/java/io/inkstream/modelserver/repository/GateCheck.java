package io.inkstream.modelserver.repository;

import io.inkstream.modelserver.repository.GateFigures.Ink;
import io.inkstream.modelserver.repository.GateFigures.Reading;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.function.ToDoubleFunction;

/**
 * What a version's drawings must show before it serves, one constant a demand: the figure, its bounds, which are fixed or
 * from the settings, and what is said of a version that misses them. In the order in which they are told.
 */
enum GateCheck {
    /** Thin styles of a young generator lose some strokes. */
    STROKES(
            ink(Ink::inkedShare),
            atLeast(.8),
            miss -> "only " + miss.ink().inked() + " of " + miss.ink().drawings() + " drawings have any stroke"),
    /** Real glyphs have .1 to .25; inverted ones have the rest. */
    PAPER(
            ink(Ink::share),
            atMost(.5),
            miss -> "drawings are ink on " + miss.figure() + " of their paper: the generator draws white on black"),
    /** Pen strokes have .8, one blurred by 3 x 3 pixels 1.5. */
    SHARPNESS(
            ink(Ink::softness),
            atMost(1.4),
            miss -> "drawings are blurred: softness " + miss.figure() + ", at most " + miss.most()),
    /** Good ones differ by .09 to .14. */
    NOISE(
            ink(Ink::differenceByNoise),
            atLeast(.02),
            miss -> "the generator draws every glyph of a class and style alike, whatever the noise: difference "
                    + miss.figure() + ", at least " + miss.least()),
    /** Good ones differ by .09 to .14. */
    STYLE(
            ink(Ink::differenceByStyle),
            atLeast(.02),
            miss -> "the generator does not follow the style: difference " + miss.figure() + ", at least "
                    + miss.least()),
    VARIETY(
            ink(Ink::deviationWithin),
            (figures, config) -> new Bounds(config.get(GateConfig.MIN_DEVIATION), config.get(GateConfig.MAX_DEVIATION)),
            miss -> "drawings of one character deviate by " + miss.figure() + ", good ones by " + miss.least() + " to "
                    + miss.most() + (miss.isBelow() ? ": the generator repeats itself" : "")),
    /** The mean over all characters hides one that has collapsed. */
    UNVARIED(
            ink(ink -> ink.unvaried().size()),
            (figures, config) -> Bounds.most(config.get(GateConfig.MAX_UNVARIED)),
            miss -> "drawings of " + listed(miss.ink().unvaried()) + " are all alike or blank, at most "
                    + miss.config().get(GateConfig.MAX_UNVARIED) + " characters may be"),
    /** Good ones have .17. */
    CLASSES(
            inkIf(ink -> ink.classes() > 1, Ink::deviationBetween),
            atLeast(.08),
            miss -> "the generator draws every class alike: deviation " + miss.figure() + ", at least " + miss.least()),
    LEGIBILITY(
            reading(Reading::lookalikeAccuracy),
            (figures, config) -> Bounds.least(config.get(GateConfig.MIN_ACCURACY)),
            miss -> "the server's reader reads " + miss.figure()
                    + " of the drawings as asked or as a look-alike, at least " + miss.least()),
    /** A card that claims nothing claims too little to be wrong. */
    CLAIM(
            reading(Reading::accuracy),
            (figures, config) -> Bounds.least(figures.claimed().orElse(0) - config.get(GateConfig.ACCURACY_TOLERANCE)),
            miss -> "the server's reader reads " + miss.figure() + " of the drawings as asked, its card claims "
                    + rounded(miss.figures().claimed().orElse(0)) + " (tolerance "
                    + miss.config().get(GateConfig.ACCURACY_TOLERANCE) + ")"),
    LABELS(
            reading(reading -> reading.misread().size()),
            (figures, config) -> Bounds.most(config.get(GateConfig.MAX_MISREAD)),
            miss -> "drawings of " + listed(miss.figures().reading().misread())
                    + " are hardly ever read as that, at most " + miss.config().get(GateConfig.MAX_MISREAD)
                    + " characters may be: labels may be swapped");

    private static final int MOST_NAMED = 10;

    private final Function<GateFigures, OptionalDouble> figure;
    private final BiFunction<GateFigures, GateConfig, Bounds> bounds;
    private final Function<Miss, String> words;

    /** Within them, both included, a version is good. */
    private record Bounds(double least, double most) {
        static Bounds least(double least) {
            return new Bounds(least, Double.POSITIVE_INFINITY);
        }

        static Bounds most(double most) {
            return new Bounds(Double.NEGATIVE_INFINITY, most);
        }
    }

    /** A figure out of its bounds, and what else can be told. */
    private record Miss(double value, Bounds bounds, GateFigures figures, GateConfig config) {
        String figure() {
            return rounded(value);
        }

        double least() {
            return bounds.least;
        }

        double most() {
            return bounds.most;
        }

        boolean isBelow() {
            return value < bounds.least;
        }

        boolean isAbove() {
            return value > bounds.most;
        }

        Ink ink() {
            return figures.ink();
        }
    }

    GateCheck(
            Function<GateFigures, OptionalDouble> figure,
            BiFunction<GateFigures, GateConfig, Bounds> bounds,
            Function<Miss, String> words) {
        this.figure = figure;
        this.bounds = bounds;
        this.words = words;
    }

    /** Everything that speaks against a version. */
    static List<String> faults(GateFigures figures, GateConfig config) {
        return Arrays.stream(values())
                .flatMap(check -> check.fault(figures, config).stream())
                .toList();
    }

    private Optional<String> fault(GateFigures figures, GateConfig config) {
        OptionalDouble value = figure.apply(figures);
        if (value.isEmpty()) {
            return Optional.empty();
        }
        Miss miss = new Miss(value.getAsDouble(), bounds.apply(figures, config), figures, config);
        return miss.isBelow() || miss.isAbove() ? Optional.of(words.apply(miss)) : Optional.empty();
    }

    /** Some characters, for messages. */
    static String listed(List<String> characters) {
        return String.join(" ", characters.subList(0, Math.min(MOST_NAMED, characters.size())))
                + (characters.size() > MOST_NAMED ? " and " + (characters.size() - MOST_NAMED) + " more" : "");
    }

    private static String rounded(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }

    private static Function<GateFigures, OptionalDouble> ink(ToDoubleFunction<Ink> figure) {
        return inkIf(ink -> true, figure);
    }

    private static Function<GateFigures, OptionalDouble> inkIf(Predicate<Ink> applies, ToDoubleFunction<Ink> figure) {
        return figures -> applies.test(figures.ink())
                ? OptionalDouble.of(figure.applyAsDouble(figures.ink()))
                : OptionalDouble.empty();
    }

    /** There is none of another script: that is judged by its ink alone. */
    private static Function<GateFigures, OptionalDouble> reading(ToDoubleFunction<Reading> figure) {
        return figures -> figures.reading().hasAny()
                ? OptionalDouble.of(figure.applyAsDouble(figures.reading()))
                : OptionalDouble.empty();
    }

    private static BiFunction<GateFigures, GateConfig, Bounds> atLeast(double least) {
        return (figures, config) -> Bounds.least(least);
    }

    private static BiFunction<GateFigures, GateConfig, Bounds> atMost(double most) {
        return (figures, config) -> Bounds.most(most);
    }
}
