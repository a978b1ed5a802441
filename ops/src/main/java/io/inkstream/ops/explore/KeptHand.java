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
        check(m, style.name(), as);
        List<StyleSpec> styles = new ArrayList<>(m.styles());
        styles.add(style);
        return bundle.with(m.childAs(as).withStyles(styles).withProvenance("style " + style.name(), from));
    }

    /**
     * Checks that a model can offer one style more, before the work of making it.
     *
     * @throws IllegalArgumentException if the version is the same, or the model has a style of that name
     */
    public static void check(Manifest model, String style, ModelId as) {
        if (as.equals(model.id())) {
            throw new IllegalArgumentException(
                    model.id() + " is the model without the style; a model with it is another version");
        }
        if (model.styles().stream().anyMatch(each -> each.name().equals(style))) {
            throw new IllegalArgumentException(
                    model.id() + " has a style '" + style + "' already; keep the hand by another name");
        }
    }
}
