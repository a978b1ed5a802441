package io.inkstream.ops.it;

import io.inkstream.ops.client.ModelFiles;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import java.util.List;

/** Makes other versions of a bundle: the same networks under another name. */
final class Bundles {
    private Bundles() {}

    /** The bundle as another version, which slants its letters so much more. */
    static ModelBundle version(byte[] bundle, String name, String version, double slant) throws InvalidBundleException {
        ModelBundle from = ModelFiles.parse(bundle);
        Manifest m = from.manifest();
        List<StyleSpec> styles = m.styles().stream()
                .map(style -> new StyleSpec(
                        style.name(),
                        style.description(),
                        style.latent(),
                        style.spread(),
                        style.slant() + slant,
                        style.slantSpread(),
                        style.pen(),
                        style.gap(),
                        style.wordSpace(),
                        style.noiseScale(),
                        style.traits(),
                        style.exemplars()))
                .toList();
        return from.with(m.childAs(new ModelId(name, version)).withStyles(styles));
    }
}
