package io.inkstream.schemas.bundle;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.ModelId;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The description of a bundle's model ({@code manifest.json}).
 *
 * @param formatVersion version of the bundle format, at most {@link ModelBundle#FORMAT_VERSION}; that which its content needs,
 *     where the given one is older
 * @param name name of the model
 * @param version version of the model
 * @param parent {@code name:version} it was trained from, or null
 * @param imageSize rows and columns of a glyph
 * @param styleSize dimensions of the style latent
 * @param noiseSize dimensions of the noise of a glyph
 * @param classes the character classes in the order of the generator's labels
 * @param styles the styles that documents may name; the first is the default
 * @param license licence of the weights
 * @param dataSources what the weights were trained on, with the licence of each
 * @param provenance data digest, code version, seed, steps, machine
 */
public record Manifest(
        int formatVersion,
        String name,
        String version,
        String parent,
        int imageSize,
        int styleSize,
        int noiseSize,
        List<ClassSpec> classes,
        List<StyleSpec> styles,
        String license,
        List<String> dataSources,
        Map<String, String> provenance) {
    private static final int MAX_LATENT = 65_536;

    /** Most classes and styles of a model, and so of its announcement. */
    public static final int MAX_CLASSES = 65_536;

    public static final int MAX_STYLES = 1_024;

    /** @throws IllegalArgumentException if it contradicts itself or is out of all proportion; the message names what */
    public Manifest {
        new ModelId(name, version);
        if (parent != null) {
            ModelId.parse(parent);
        }
        checkSize("imageSize", imageSize, 8, 256);
        checkSize("styleSize", styleSize, 1, MAX_LATENT);
        checkSize("noiseSize", noiseSize, 1, MAX_LATENT);
        classes = List.copyOf(requireNonNull(classes, "classes"));
        styles = List.copyOf(requireNonNull(styles, "styles"));
        checkSize("number of classes", classes.size(), 1, MAX_CLASSES);
        checkSize("number of styles", styles.size(), 1, MAX_STYLES);
        checkDistinct("class", classes.stream().map(ClassSpec::character).toList());
        checkDistinct("style", styles.stream().map(StyleSpec::name).toList());
        for (StyleSpec style : styles) {
            int dimensions = style.latent().length;
            if (dimensions != 0 && dimensions != styleSize) {
                throw new IllegalArgumentException("style '" + style.name() + "' has a latent of " + dimensions
                        + " dimensions, the model of " + styleSize);
            }
        }
        if (styles.stream().anyMatch(style -> !style.traits().isEmpty())
                || classes.stream().anyMatch(spec -> spec.composedFrom() != null)) {
            formatVersion = Math.max(formatVersion, ModelBundle.WITH_TRAITS);
        }
        if (styles.stream().anyMatch(style -> !style.exemplars().isEmpty())) {
            formatVersion = Math.max(formatVersion, ModelBundle.WITH_EXEMPLARS);
        }
        license = license == null ? "" : license;
        dataSources = dataSources == null ? List.of() : List.copyOf(dataSources);
        provenance = provenance == null ? Map.of() : Map.copyOf(provenance);
    }

    /** The model's id, key of its announcement. */
    public ModelId id() {
        return new ModelId(name, version);
    }

    /** Another version of the same model or of another, whose parent this one is. */
    public Manifest childAs(ModelId child) {
        return changed(child, id().toString(), styles, provenance);
    }

    /** The same with other styles. */
    public Manifest withStyles(List<StyleSpec> others) {
        return changed(id(), parent, others, provenance);
    }

    /** What its provenance says of people whose own hands it has: entries whose keys begin so, and end in their names. */
    public static final String HAND_OF = "hand of ";

    /** The same with one entry of its provenance added or replaced. */
    public Manifest withProvenance(String key, String value) {
        Map<String, String> more = new HashMap<>(provenance);
        more.put(key, value);
        return changed(id(), parent, styles, more);
    }

    private Manifest changed(
            ModelId newId, String newParent, List<StyleSpec> newStyles, Map<String, String> newProvenance) {
        return new Manifest(
                formatVersion,
                newId.name(),
                newId.version(),
                newParent,
                imageSize,
                styleSize,
                noiseSize,
                classes,
                newStyles,
                license,
                dataSources,
                newProvenance);
    }

    private static void checkSize(String what, int size, int least, int most) {
        if (size < least || size > most) {
            throw new IllegalArgumentException(what + " " + size + " must be " + least + " to " + most);
        }
    }

    private static void checkDistinct(String what, List<String> names) {
        Set<String> seen = new HashSet<>();
        for (String name : names) {
            if (!seen.add(name)) {
                throw new IllegalArgumentException("the " + what + " '" + name + "' occurs twice");
            }
        }
    }
}
