package io.inkstream.schemas.hand;

import io.inkstream.schemas.avro.LayoutOptions;
import java.util.EnumMap;
import java.util.Map;

/** The traits of one hand. Immutable; lengths are x-heights of the line. */
public final class HandTraits {
    /** By how much word spaces are wider than gaps, however a hand turns out: else its words could not be told apart. */
    private static final double LEAST_BETWEEN_WORDS = .5;

    private static final double TIRED_AFTER_LINES = 29;
    /** How much more uneven a hand gets that tires as much as one can be asked to. */
    private static final double MOST_TIRED = 1;

    private final EnumMap<Trait, Double> values = new EnumMap<>(Trait.class);

    private HandTraits() {}

    /**
     * The traits of one hand of a style.
     *
     * @param style what it says of each trait; for one that it does not name, all hands are alike and even
     * @throws IllegalArgumentException if a distribution is out of its trait's range
     */
    public static HandTraits draw(Map<Trait, Distribution> style, long seed) {
        HandTraits traits = new HandTraits();
        for (Trait trait : Trait.values()) {
            traits.values.put(trait, trait.draw(style.getOrDefault(trait, trait.standard()), seed));
        }
        if (style.getOrDefault(Trait.WORD_SPACE, Trait.WORD_SPACE.standard()).spread() > 0) {
            traits.values.merge(Trait.WORD_SPACE, traits.gap() + LEAST_BETWEEN_WORDS, Math::max);
        }
        return traits;
    }

    /**
     * One that is even in all that is not said.
     *
     * @throws IllegalArgumentException if a value is out of its trait's range
     */
    public static HandTraits even(double slant, double pen, double gap, double wordSpace) {
        return draw(
                Map.of(
                        Trait.SLANT, new Distribution(slant, 0),
                        Trait.PEN, new Distribution(pen, 0),
                        Trait.GAP, new Distribution(gap, 0),
                        Trait.WORD_SPACE, new Distribution(wordSpace, 0)),
                0);
    }

    /** The value of a trait. */
    public double of(Trait trait) {
        return values.get(trait);
    }

    /** Common slant, right-leaning positive. */
    public double slant() {
        return of(Trait.SLANT);
    }

    /** Width of the pen. */
    public double pen() {
        return of(Trait.PEN);
    }

    /** Gap between letters, by ink profile. */
    public double gap() {
        return of(Trait.GAP);
    }

    /**
     * How wide it writes a character, over the width of its class.
     *
     * @param character a grapheme
     */
    public double widthFactor(String character) {
        return of(Trait.WIDTH) * xHeight(character);
    }

    /**
     * How high it writes the part of a character between baseline and x-height, over the line's x-height: capitals, digits
     * and signs keep their height.
     *
     * @param character a grapheme
     */
    public double xHeight(String character) {
        return Character.isLowerCase(character.codePointAt(0)) ? of(Trait.X_HEIGHT) : 1;
    }

    /** Gap between words. */
    public double wordSpace() {
        return of(Trait.WORD_SPACE);
    }

    /** The traits with which it writes a document: what the layout asks for beyond its own is added. */
    public HandTraits in(LayoutOptions layout) {
        HandTraits asked = new HandTraits();
        asked.values.putAll(values);
        asked.values.merge(Trait.PEN, layout.getPenWidth(), (own, factor) -> own * factor);
        asked.values.merge(Trait.WORD_SPACE, layout.getWordSpacing(), (own, factor) -> own * factor);
        return asked;
    }

    /**
     * How uneven it writes a line of a document, over its own: what the layout asks for, and more the more lines it has
     * written.
     *
     * @param lineIndex from 0
     */
    public static double unevenness(LayoutOptions layout, int lineIndex) {
        double tired = Math.min(1, lineIndex / TIRED_AFTER_LINES);
        return layout.getIrregularity() * (1 + MOST_TIRED * layout.getFatigue() * tired);
    }

    /** How much it joins letters in a document, 0 to 1: what the layout asks for, or its own. */
    public double joining(LayoutOptions layout) {
        return layout.getJoining() < 0 ? of(Trait.JOINING) : layout.getJoining();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof HandTraits that && values.equals(that.values);
    }

    @Override
    public int hashCode() {
        return values.hashCode();
    }

    @Override
    public String toString() {
        return values.toString();
    }
}
