package io.inkstream.schemas.hand;

import io.inkstream.schemas.CamelCase;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What one person's hand has more of than another's. A style gives each trait a median and a spread, a seed draws one value
 * that holds for all that the hand writes. Lengths are x-heights of the line.
 *
 * <p>Sizes are spread by factors (their logarithms are normal, as those of people are), the others by sums. Some traits go
 * together in people: who leaves wide gaps leaves wide word spaces. The {@code sway} of a trait is how far it follows the
 * one hidden quantity that these have in common, -1 to 1.
 *
 * <p>Sways follow the correlations between 94 writers of lines of the UNIPEN collection. A trait that a style does not name is
 * the same in all its hands, and even.
 */
public enum Trait {
    /** Common slant: horizontal over vertical, right-leaning positive. */
    SLANT(Spread.SUM, -1, 1, 0, 0),
    /** Width of the pen. */
    PEN(Spread.FACTOR, .02, .5, .13, 0),
    /** Gap between letters, by ink profile. */
    GAP(Spread.FACTOR, 0, 2, .2, .8),
    /** Gap between words. */
    WORD_SPACE(Spread.FACTOR, .3, 5, 1.05, .4),
    /** Width of letters over the width that their classes have on average. */
    WIDTH(Spread.FACTOR, .65, 1.5, 1, .2),
    /** How far a single letter is drawn to the width that the hand's letters have on average: 0 as it comes, 1 exactly. */
    EVEN_WIDTH(Spread.SUM, 0, 1, 0, 0),
    /** Height of small letters; tall letters and capitals keep theirs. */
    X_HEIGHT(Spread.FACTOR, .6, 1.1, 1, 0),
    /** Nearest that the ink of two letters comes; below 0 they may run into each other. */
    LEAST_GAP(Spread.SUM, -.06, .3, .09, 0),
    /** Standard deviation of a gap between letters within a line. */
    GAP_UNREST(Spread.FACTOR, 0, .6, .05, .8),
    /** Standard deviation of a word space, over the word space. */
    WORD_SPACE_UNREST(Spread.FACTOR, 0, .6, .13, 0),
    /** Standard deviation of the size of a letter, over its size. */
    SIZE_UNREST(Spread.FACTOR, 0, .25, .03, 0),
    /** Standard deviation of the height at which a single letter stands, beside the wandering of the whole line. */
    BASELINE_UNREST(Spread.FACTOR, 0, .3, 0, 0),
    /** Standard deviation of the slant of a letter. */
    SLANT_UNREST(Spread.FACTOR, 0, .2, .022, 0),
    /** How legible a letter has to be before the hand takes it: 1 as legible as goes, 0 as it comes. */
    LEGIBILITY(Spread.SUM, 0, 1, 1, 0),
    /** How much of the pairs of letters in a word it joins, where a document does not say: 0 nothing, 1 wherever it can. */
    JOINING(Spread.SUM, 0, 1, 0, 0),
    /**
     * How fast it writes where it joins: 0 each letter is finished, 1 corners are cut, arches become shallow, and letters are
     * joined however that looks.
     */
    HASTE(Spread.SUM, 0, 1, 0, 0);

    private static final double MOST_DEVIATIONS = 2.5;
    private static final Map<String, Trait> BY_NAME =
            Arrays.stream(values()).collect(Collectors.toUnmodifiableMap(Trait::json, Function.identity()));

    private final Spread kind;
    private final double least;
    private final double most;
    private final double even;
    private final double sway;
    private final String json;

    Trait(Spread kind, double least, double most, double even, double sway) {
        this.kind = kind;
        this.least = least;
        this.most = most;
        this.even = even;
        this.sway = sway;
        json = CamelCase.of(this);
    }

    private enum Spread {
        SUM,
        FACTOR
    }

    /** Its name in manifests and announcements, such as {@code wordSpace}. */
    public String json() {
        return json;
    }

    /** The trait of a name, if there is one. */
    public static Optional<Trait> find(String json) {
        return Optional.ofNullable(BY_NAME.get(json));
    }

    /**
     * The trait of a name.
     *
     * @throws IllegalArgumentException if there is none
     */
    public static Trait of(String json) {
        return find(json)
                .orElseThrow(() -> new IllegalArgumentException("there is no trait '" + json + "'; there are "
                        + Arrays.stream(values()).map(Trait::json).toList()));
    }

    /** Where a style does not say: the same for all its hands, and even. */
    public Distribution standard() {
        return new Distribution(even, 0);
    }

    /** The nearest value that a hand can have. */
    public double within(double value) {
        return Math.max(least, Math.min(most, value));
    }

    /**
     * Checks that a distribution is one of this trait.
     *
     * @param of names whose it is, such as " of style natural"
     * @throws IllegalArgumentException if it is not, saying what is out of which range
     */
    public void check(Distribution distribution, String of) {
        check("median", distribution.median(), least, most, of);
        check("spread", distribution.spread(), 0, 1, of);
    }

    private void check(String what, double value, double from, double to, String of) {
        if (!(value >= from && value <= to)) {
            throw new IllegalArgumentException(
                    "the " + what + " of " + json + of + " is " + value + ", not " + from + " to " + to);
        }
    }

    /** The value of one hand. */
    double draw(Distribution distribution, long seed) {
        check(distribution, "");
        if (distribution.spread() == 0) {
            return distribution.median();
        }
        double deviation = distribution.spread() * deviations(seed);
        double value = kind == Spread.FACTOR
                ? distribution.median() * StrictMath.exp(deviation)
                : distribution.median() + deviation;
        return within(value);
    }

    private double deviations(long seed) {
        if (this == SLANT) {
            return new CounterRandom(seed, CounterRandom.Purpose.SLANT).nextGaussianWithin(MOST_DEVIATIONS);
        }
        double common = new CounterRandom(seed, CounterRandom.Purpose.TRAIT).nextGaussian();
        double own = new CounterRandom(seed, CounterRandom.Purpose.TRAIT, 1 + ordinal()).nextGaussian();
        double deviations = sway * common + Math.sqrt(1 - sway * sway) * own;
        return Math.max(-MOST_DEVIATIONS, Math.min(MOST_DEVIATIONS, deviations));
    }
}
