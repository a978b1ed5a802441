package io.inkstream.trainer.style;

import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import java.awt.image.BufferedImage;
import java.util.List;

/**
 * A model with styles of its own.
 *
 * @param bundle the same networks and classes, the styles replaced
 * @param styles what was found, with its measures
 * @param picture a line of text in each style
 */
public record StyledBundle(ModelBundle bundle, List<FoundStyle> styles, BufferedImage picture) {
    private static final String TEXT = "The quick brown fox jumps over the lazy dog. 0123456789";

    public StyledBundle {
        styles = List.copyOf(styles);
    }

    /**
     * Finds styles in a model and puts them into its manifest; its provenance says how they were found.
     *
     * @throws IllegalArgumentException if its networks cannot be loaded
     */
    public static StyledBundle of(ModelBundle bundle, StyleFinder.Config config) {
        try (OnnxNetworks networks = new OnnxNetworks(bundle)) {
            List<FoundStyle> found = new StyleFinder(config).find(networks, bundle.manifest());
            Manifest manifest = bundle.manifest()
                    .withStyles(found.stream().map(FoundStyle::spec).toList())
                    .withProvenance("styles", config.toString());
            ModelBundle styled = bundle.with(manifest);
            return new StyledBundle(
                    styled, found, new StyleSheet(styled.manifest(), networks, TEXT).draw(config.seed()));
        }
    }
}
