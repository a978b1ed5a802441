package io.inkstream.ops.bench.swaps;

import static java.util.Objects.requireNonNull;

import io.inkstream.ops.bench.Redrawing;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.LineImage;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.bundle.StyleSpec;
import java.util.List;
import java.util.Locale;

/**
 * Makes any number of versions of one bundle: the same networks, but in each another slant, pen and word space, so that no
 * two draw a line alike and a line that is drawn by the wrong one shows.
 */
final class SwapVersions {
    private static final int SLANTS = 11;
    private static final int PENS = 7;
    private static final int SPACES = 13;

    private final ModelBundle bundle;

    SwapVersions(ModelBundle bundle) {
        this.bundle = requireNonNull(bundle, "bundle");
    }

    /**
     * A version, ready to be published.
     *
     * @param sha256 of its file
     */
    @SuppressWarnings("ArrayRecordComponent") // megabytes that nobody changes
    record Version(ModelBundle bundle, byte[] file, String sha256) {
        String id() {
            return bundle.manifest().id().toString();
        }
    }

    /** The k-th version, from 0; equal at every call. */
    Version version(int k) {
        ModelBundle made = bundle.with(manifest(k));
        byte[] file = made.toBytes();
        return new Version(made, file, ModelBundle.sha256(file));
    }

    /**
     * How many of the lines their version draws otherwise.
     *
     * @throws IllegalStateException if the next version draws alike, so that comparing says nothing
     */
    long drawnOtherwise(List<LineImage> lines) throws InvalidBundleException {
        if (!lines.isEmpty()
                && Redrawing.differing(bundle, id -> manifest(numberOf(id) + 1), lines.subList(0, 1)) == 0) {
            throw new IllegalStateException("the versions draw alike, so comparing says nothing");
        }
        return Redrawing.differing(bundle, id -> manifest(numberOf(id)), lines);
    }

    private static int numberOf(ModelId id) {
        return Integer.parseInt(id.version().substring(id.version().lastIndexOf('-') + 1));
    }

    private Manifest manifest(int k) {
        Manifest m = bundle.manifest();
        return m.childAs(new ModelId(m.name(), String.format(Locale.ROOT, "swap-%05d", k)))
                .withStyles(m.styles().stream().map(style -> changed(style, k)).toList());
    }

    private static StyleSpec changed(StyleSpec style, int k) {
        int slant = k % SLANTS - SLANTS / 2;
        int pen = k / SLANTS % PENS - PENS / 2;
        int space = k / (SLANTS * PENS) % SPACES - SPACES / 2;
        StyleSpec other = new StyleSpec(
                style.name(),
                style.description(),
                style.latent(),
                style.spread(),
                clamp(style.slant() + 0.015 * slant, -0.5, 0.5),
                style.slantSpread(),
                clamp(style.pen() * (1 + 0.04 * pen), 0.05, 0.3),
                style.gap(),
                clamp(style.wordSpace() * (1 + 0.02 * space), 0, 10),
                style.noiseScale(),
                style.traits());
        return other.with(style.exemplars());
    }

    private static double clamp(double value, double least, double most) {
        return Math.max(least, Math.min(most, value));
    }
}
