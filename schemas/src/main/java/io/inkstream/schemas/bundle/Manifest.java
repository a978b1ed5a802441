package io.inkstream.schemas.bundle;

import io.inkstream.schemas.ModelId;
import java.util.List;
import java.util.Map;

/**
 * What a bundle says of its model ({@code manifest.json}).
 *
 * @param formatVersion version of the bundle format, {@link ModelBundle#FORMAT_VERSION}
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

    public Manifest {
        classes = List.copyOf(classes);
        styles = List.copyOf(styles);
        dataSources = List.copyOf(dataSources);
        provenance = Map.copyOf(provenance);
    }

    /** The model's id, key of its announcement. */
    public ModelId id() {
        return new ModelId(name, version);
    }
}
