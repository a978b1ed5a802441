package io.inkstream.ops.explore;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.StyleSpec;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A hand as a document names it.
 *
 * @param style of the model
 * @param seed that draws the hand
 */
public record NamedHand(String style, long seed) {
    private static final Pattern WITH_SEED = Pattern.compile("(.+):(-?\\d{1,18})");

    public NamedHand {
        requireNonNull(style, "style");
    }

    /**
     * Reads {@code STYLE:SEED}, or {@code STYLE} for its seed 0: what is kept as a style is one hand whatever the seed.
     *
     * @throws IllegalArgumentException if the model has no such style
     */
    public static NamedHand parse(String text, Manifest model) {
        Matcher seeded = WITH_SEED.matcher(text);
        if (has(model, text)) {
            return new NamedHand(text, 0);
        }
        if (seeded.matches() && has(model, seeded.group(1))) {
            return new NamedHand(seeded.group(1), Long.parseLong(seeded.group(2)));
        }
        throw new IllegalArgumentException("'" + text + "' is no hand of " + model.id()
                + ": name a style, or a style and a seed as in natural:7; the styles are "
                + model.styles().stream().map(StyleSpec::name).toList());
    }

    private static boolean has(Manifest model, String style) {
        return model.styles().stream().anyMatch(each -> each.name().equals(style));
    }

    @Override
    public String toString() {
        return style + ":" + seed;
    }
}
