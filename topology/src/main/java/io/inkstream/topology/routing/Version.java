package io.inkstream.topology.routing;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.Sha256;
import io.inkstream.schemas.avro.ClassMetrics;
import io.inkstream.schemas.avro.LayoutOptions;
import io.inkstream.schemas.avro.ModelAnnouncement;
import io.inkstream.schemas.avro.StyleMetrics;
import io.inkstream.schemas.hand.Distribution;
import io.inkstream.schemas.hand.HandTraits;
import io.inkstream.schemas.hand.Trait;
import io.inkstream.schemas.rollout.Serving;
import io.inkstream.topology.layout.Advances;
import io.inkstream.topology.tokenise.Tokeniser;
import java.time.Instant;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * An announced model version, with what tokenising and layout need of it.
 *
 * @param id model id, {@code name:version}
 * @param name of the model, the first half of the id
 * @param sha256 of its bundle
 * @param characters of its classes, in their order
 * @param widths of its classes on average, by character
 * @param styles how the traits of their hands are distributed, by the name of the style
 */
public record Version(
        String id,
        String name,
        String sha256,
        Instant announcedAt,
        List<String> characters,
        Tokeniser tokeniser,
        Map<String, Double> widths,
        Map<String, Map<Trait, Distribution>> styles)
        implements Serving.Announced {

    /**
     * Reads an announcement.
     *
     * @throws IllegalArgumentException if it cannot be used, naming what is wrong
     */
    public static Version of(ModelAnnouncement announcement) {
        ModelId id = new ModelId(announcement.getName(), announcement.getVersion());
        List<String> characters = announcement.getClasses().stream()
                .map(ClassMetrics::getCharacter)
                .toList();
        Map<String, Double> widths = new HashMap<>();
        for (ClassMetrics metrics : announcement.getClasses()) {
            widths.put(
                    metrics.getCharacter(), length(metrics.getWidth(), 0, "width of class " + metrics.getCharacter()));
        }
        size("classes", characters.size(), Limits.MODEL_CLASSES_EACH);
        size("styles", announcement.getStyles().size(), Limits.MODEL_STYLES);
        announcement
                .getStyles()
                .forEach(style ->
                        size("characters in a style's name", style.getName().length(), Limits.STYLE_CHARS));
        Map<String, Map<Trait, Distribution>> styles =
                announcement.getStyles().stream().collect(toUnmodifiableMap(StyleMetrics::getName, Version::traits));
        return new Version(
                id.toString(),
                id.name(),
                new Sha256(announcement.getSha256()).hex(),
                announcement.getAnnouncedAt(),
                characters,
                new Tokeniser(characters),
                Map.copyOf(widths),
                styles);
    }

    /** How far the pen of one hand moves for a document; empty if there is no such style. */
    public Optional<Advances> advances(String style, long seed, LayoutOptions layout) {
        return Optional.ofNullable(styles.get(style))
                .map(traits -> Advances.of(widths, HandTraits.draw(traits, seed), layout));
    }

    private static Map<Trait, Distribution> traits(StyleMetrics style) {
        String of = " of style " + style.getName();
        Map<Trait, Distribution> traits = new EnumMap<>(Trait.class);
        traits.put(Trait.PEN, new Distribution(length(style.getPen(), 0.01, "pen" + of), 0));
        traits.put(Trait.GAP, new Distribution(length(style.getGap(), 0, "gap" + of), 0));
        traits.put(Trait.WORD_SPACE, new Distribution(length(style.getWordSpace(), 0, "word space" + of), 0));
        style.getTraits().forEach((name, metrics) -> Trait.find(name)
                .ifPresent(trait -> traits.put(
                        trait,
                        traits.getOrDefault(trait, trait.standard()).with(metrics.getMedian(), metrics.getSpread()))));
        traits.forEach((trait, distribution) -> trait.check(distribution, of));
        return traits;
    }

    private static void size(String what, int size, int most) {
        if (size < 1 || size > most) {
            throw new IllegalArgumentException("it has " + size + " " + what + ", not 1 to " + most);
        }
    }

    /** No measure of handwriting is beyond ten x-heights; a wild one would set every text on lines of one glyph. */
    private static double length(double value, double least, String what) {
        if (!(value >= least && value <= 10)) {
            throw new IllegalArgumentException("the " + what + " is " + value + ", not " + least + " to 10 x-heights");
        }
        return value;
    }
}
