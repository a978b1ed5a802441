package io.inkstream.schemas.bundle;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.avro.TraitMetrics;
import io.inkstream.schemas.hand.Distribution;
import io.inkstream.schemas.hand.HandTraits;
import io.inkstream.schemas.hand.Trait;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * A named style of a model: where in the style space its writers live and how they hold the pen. Lengths are x-heights.
 *
 * @param name what documents say
 * @param description one sentence for people who choose
 * @param latent centre of the style, one value for each dimension of the style latent; empty for the origin
 * @param spread how far seeds move from the centre: latent = centre + spread * standard normal; 0 is one writer
 * @param slant common slant of the hand, right-leaning positive, -1 to 1
 * @param slantSpread standard deviation of the slant between seeds
 * @param pen width of the pen, 0.05 to 0.3
 * @param gap gap between letters
 * @param wordSpace gap between words
 * @param noiseScale factor on the noise of each glyph, 0 to 1; smaller is more legible and less varied
 * @param traits what else there is to say of {@link Trait}s, by their {@link Trait#json names}; none of a style in which all
 *     hands are alike and even
 * @param exemplars characters as one person wrote them, each at least once; a hand of the style writes these as variations
 *     of them, and all others with the generator
 */
@SuppressWarnings("ArrayRecordComponent") // copied in and out, compared by content
public record StyleSpec(
        String name,
        String description,
        float[] latent,
        double spread,
        double slant,
        double slantSpread,
        double pen,
        double gap,
        double wordSpace,
        double noiseScale,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, Said> traits,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) Map<String, List<Exemplar>> exemplars) {

    /** Exemplars of all characters of a style. */
    public static final int MOST_EXEMPLARS = 10_000;

    /** Spread from which on hands lie all over the style space. */
    private static final double WIDE = .8;

    private static final Set<Trait> FIELDS = EnumSet.of(Trait.SLANT, Trait.PEN, Trait.GAP, Trait.WORD_SPACE);

    /**
     * What a style says of one trait.
     *
     * @param median null where the style has a field of its own for it, or means the trait's standard
     * @param spread standard deviation between hands, 0 to 1
     */
    @JsonInclude(JsonInclude.Include.NON_NULL)
    public record Said(Double median, double spread) {}

    /** One in which all hands are alike but for their letters and slant, and even. */
    public StyleSpec(
            String name,
            String description,
            float[] latent,
            double spread,
            double slant,
            double slantSpread,
            double pen,
            double gap,
            double wordSpace,
            double noiseScale) {
        this(name, description, latent, spread, slant, slantSpread, pen, gap, wordSpace, noiseScale, Map.of());
    }

    /** One that is written by the generator alone. */
    public StyleSpec(
            String name,
            String description,
            float[] latent,
            double spread,
            double slant,
            double slantSpread,
            double pen,
            double gap,
            double wordSpace,
            double noiseScale,
            Map<String, Said> traits) {
        this(name, description, latent, spread, slant, slantSpread, pen, gap, wordSpace, noiseScale, traits, Map.of());
    }

    /** The same, with characters as one person wrote them. */
    public StyleSpec with(Map<String, List<Exemplar>> others) {
        return new StyleSpec(
                name, description, latent, spread, slant, slantSpread, pen, gap, wordSpace, noiseScale, traits, others);
    }

    /** @throws IllegalArgumentException if a value is out of its range */
    @JsonCreator
    public StyleSpec {
        if (name == null || name.isBlank() || name.length() > 100) {
            throw new IllegalArgumentException("a style's name has 1 to 100 characters, not '" + name + "'");
        }
        String of = " of style '" + name + "'";
        description = description == null ? "" : description;
        latent = latent == null ? new float[0] : latent.clone();
        for (float value : latent) {
            Checks.range("a latent value" + of, value, -1000, 1000);
        }
        Checks.range("spread" + of, spread, 0, 10);
        Checks.range("slant" + of, slant, -1, 1);
        Checks.range("slantSpread" + of, slantSpread, 0, 1);
        Checks.range("pen" + of, pen, 0.05, 0.3);
        Checks.range("gap" + of, gap, 0, 5);
        Checks.range("wordSpace" + of, wordSpace, 0, 10);
        Checks.range("noiseScale" + of, noiseScale, 0, 1);
        traits = traits == null ? Map.of() : Collections.unmodifiableMap(new TreeMap<>(traits));
        traits.forEach((trait, said) -> check(Trait.of(trait), said, of));
        exemplars = exemplars == null ? Map.of() : copy(exemplars, of);
    }

    private static Map<String, List<Exemplar>> copy(Map<String, List<Exemplar>> exemplars, String of) {
        Map<String, List<Exemplar>> copy = new TreeMap<>();
        int count = 0;
        for (Map.Entry<String, List<Exemplar>> each : exemplars.entrySet()) {
            List<Exemplar> own = each.getValue() == null ? List.of() : each.getValue();
            count += own.size();
            if (!Graphemes.isClass(each.getKey())
                    || own.isEmpty()
                    || own.stream().anyMatch(Objects::isNull)
                    || count > MOST_EXEMPLARS) {
                throw new IllegalArgumentException(
                        "the exemplars" + of + " are one or more of each character, together at most " + MOST_EXEMPLARS
                                + "; those of '" + Limits.cut(each.getKey(), Limits.QUOTED_CHARS) + "' are not");
            }
            copy.put(each.getKey(), List.copyOf(own));
        }
        return Collections.unmodifiableMap(copy);
    }

    private static void check(Trait trait, Said said, String of) {
        if (said == null) {
            throw new IllegalArgumentException("nothing is said of trait " + trait.json() + of + ": leave it out");
        }
        if (said.median() != null && FIELDS.contains(trait)) {
            throw new IllegalArgumentException(
                    "the median of " + trait.json() + of + " is its " + trait.json() + ", not one of its traits");
        }
        if (trait == Trait.SLANT) {
            throw new IllegalArgumentException(
                    "the spread of slant" + of + " is its slantSpread, not one of its traits");
        }
        trait.check(trait.standard().with(said.median(), said.spread()), of);
    }

    /** What a style that is one hand alone says of its traits. */
    public static Map<String, Said> said(HandTraits hand) {
        Map<String, Said> said = new TreeMap<>();
        for (Trait trait : Trait.values()) {
            if (!FIELDS.contains(trait) && hand.of(trait) != trait.standard().median()) {
                said.put(trait.json(), new Said(hand.of(trait), 0));
            }
        }
        return said;
    }

    /** What its announcement says of its traits: the same. */
    public Map<String, TraitMetrics> announcedTraits() {
        Map<String, TraitMetrics> announced = new TreeMap<>();
        traits.forEach((name, said) -> announced.put(name, new TraitMetrics(said.median(), said.spread())));
        return announced;
    }

    /** How all traits are distributed over its hands. */
    @JsonIgnore
    public Map<Trait, Distribution> distributions() {
        Map<Trait, Distribution> all = new EnumMap<>(Trait.class);
        for (Trait trait : Trait.values()) {
            all.put(trait, trait.standard());
        }
        all.put(Trait.PEN, new Distribution(pen, 0));
        all.put(Trait.GAP, new Distribution(gap, 0));
        all.put(Trait.WORD_SPACE, new Distribution(wordSpace, 0));
        traits.forEach((name, said) ->
                all.computeIfPresent(Trait.of(name), (trait, before) -> before.with(said.median(), said.spread())));
        all.put(Trait.SLANT, new Distribution(slant, slantSpread));
        return all;
    }

    @Override
    public float[] latent() {
        return latent.clone();
    }

    /** Whether each seed is another person's hand, and not a variation of one person's. */
    public boolean hasManyWriters() {
        return latent.length == 0 && spread >= WIDE && exemplars.isEmpty();
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof StyleSpec that
                && name.equals(that.name)
                && description.equals(that.description)
                && Arrays.equals(latent, that.latent)
                && numbers().equals(that.numbers())
                && traits.equals(that.traits)
                && exemplars.equals(that.exemplars);
    }

    @Override
    public int hashCode() {
        return Objects.hash(name, description, Arrays.hashCode(latent), numbers(), traits, exemplars);
    }

    private List<Double> numbers() {
        return List.of(spread, slant, slantSpread, pen, gap, wordSpace, noiseScale);
    }
}
