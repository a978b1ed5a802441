package io.inkstream.schemas;

import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Names one model version as {@code name:version}, the key of topic {@code models}.
 *
 * @param name letters, digits, {@code . _ -}; at most 100
 * @param version likewise
 */
public record ModelId(String name, String version) {
    private static final Pattern PART = Pattern.compile("[A-Za-z0-9._-]{1,100}");

    public ModelId {
        check("model name", name);
        check("model version", version);
    }

    /**
     * Parses {@code name:version}.
     *
     * @throws IllegalArgumentException if it has another form; the message quotes it
     */
    public static ModelId parse(String text) {
        int colon = text.indexOf(':');
        if (colon < 0) {
            throw new IllegalArgumentException(
                    "a model is named name:version, not '" + Limits.cut(text, Limits.QUOTED_CHARS) + "'");
        }
        return new ModelId(text.substring(0, colon), text.substring(colon + 1));
    }

    /** The same, or empty if the text has another form. */
    public static Optional<ModelId> ifValid(String text) {
        try {
            return Optional.of(parse(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /**
     * The id of a version as a policy of model {@code name} writes it, {@code version} or {@code name:version}; not checked.
     */
    public static String resolve(String name, String version) {
        return version.contains(":") ? version : name + ":" + version;
    }

    @Override
    public String toString() {
        return name + ":" + version;
    }

    private static void check(String what, String part) {
        if (!PART.matcher(part).matches()) {
            throw new IllegalArgumentException(what + " '" + Limits.cut(part, Limits.QUOTED_CHARS)
                    + "' must be 1 to 100 letters, digits, dots, dashes or underscores");
        }
    }
}
