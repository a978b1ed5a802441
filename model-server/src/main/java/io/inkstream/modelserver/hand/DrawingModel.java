package io.inkstream.modelserver.hand;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.compositing.UndrawableLineException;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.StyleSpec;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * A model version as hands see it: its manifest and a way to draw and read. Immutable apart from what {@link GlyphModel}
 * does; thread-safe.
 */
public final class DrawingModel {
    private final String sha256;
    private final Manifest manifest;
    private final GlyphModel glyphs;
    private final Credits credits;
    private final Map<String, Integer> classOf;

    /**
     * @param sha256 digest of the bundle, which names the version in caches
     * @throws IllegalArgumentException if the manifest has no classes or styles
     */
    public DrawingModel(String sha256, Manifest manifest, GlyphModel glyphs) {
        this.sha256 = requireNonNull(sha256, "sha256");
        this.manifest = requireNonNull(manifest, "manifest");
        this.glyphs = requireNonNull(glyphs, "glyphs");
        if (manifest.classes().isEmpty() || manifest.styles().isEmpty()) {
            throw new IllegalArgumentException("model " + manifest.id() + " has no classes or no styles");
        }
        credits = new Credits(manifest.classes());
        Map<String, Integer> indices = new HashMap<>();
        for (ClassSpec spec : manifest.classes()) {
            indices.put(spec.character(), indices.size());
        }
        classOf = Map.copyOf(indices);
    }

    private DrawingModel(DrawingModel other, GlyphModel glyphs) {
        sha256 = other.sha256;
        manifest = other.manifest;
        this.glyphs = requireNonNull(glyphs, "glyphs");
        credits = other.credits;
        classOf = other.classOf;
    }

    /** The same version, drawn and read by another that gives the same, such as one for a caller in a hurry. */
    public DrawingModel by(GlyphModel others) {
        return new DrawingModel(this, others);
    }

    /**
     * Makes a style of one hand: its seeds differ in the forms that letters take, and {@code seed} draws what it draws in
     * {@code style}.
     *
     * @param name of the new style
     * @throws IllegalArgumentException if there is no style {@code style}, or no style can be called or lean so
     */
    public StyleSpec styleOf(String style, long seed, String name, String description) {
        return new Hand(this, style, seed).asStyle(name, description);
    }

    String sha256() {
        return sha256;
    }

    GlyphModel glyphs() {
        return glyphs;
    }

    int imageSize() {
        return manifest.imageSize();
    }

    int styleSize() {
        return manifest.styleSize();
    }

    int noiseSize() {
        return manifest.noiseSize();
    }

    List<ClassSpec> classes() {
        return manifest.classes();
    }

    /** How much of the reader's probability for each class counts as reading another. */
    Credits credits() {
        return credits;
    }

    boolean hasClass(String character) {
        return classOf.containsKey(character);
    }

    /** Index of the class of a character that has one. */
    int classOf(String character) {
        return classOf.get(character);
    }

    boolean hasStyle(String name) {
        return manifest.styles().stream().anyMatch(style -> style.name().equals(name));
    }

    /** @throws UndrawableLineException if there is no such style */
    StyleSpec style(String name) {
        if (name.isEmpty()) {
            return manifest.styles().get(0);
        }
        for (StyleSpec style : manifest.styles()) {
            if (style.name().equals(name)) {
                return style;
            }
        }
        throw new UndrawableLineException("model " + manifest.id() + " has no style \""
                + Limits.cut(name, Limits.QUOTED_CHARS) + "\", only "
                + manifest.styles().stream().map(StyleSpec::name).toList());
    }
}
