package io.inkstream.ops.explore;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import java.util.ArrayList;
import java.util.List;

/** Makes a version of a model that offers one style more. */
public final class KeptHand {
    private KeptHand() {}

    /**
     * Returns the same networks as another version, the given one its parent.
     *
     * @param from where the style comes from, for the provenance
     * @throws IllegalArgumentException if the version is the same, or the model has a style of that name
     */
    public static ModelBundle add(ModelBundle bundle, StyleSpec style, String from, ModelId as) {
        Manifest m = bundle.manifest();
        if (as.equals(m.id())) {
            throw new IllegalArgumentException(
                    m.id() + " is the model without the style; a model with it is another version");
        }
        List<StyleSpec> styles = new ArrayList<>(m.styles());
        styles.add(style);
        return bundle.with(m.childAs(as).withStyles(styles).withProvenance("style " + style.name(), from));
    }
}
