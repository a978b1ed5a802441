package io.inkstream.trainer.language;

import io.inkstream.schemas.ModelId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What makes a training the same one, by which a checkpoint of another is refused.
 *
 * @param parts each with its name; no name or value has an equals sign or a semicolon
 */
record Signature(Map<String, String> parts) {
    static Signature of(ModelId id, LanguageConfig config, LearntText text) {
        Map<String, String> parts = new LinkedHashMap<>();
        parts.put("model", id.toString());
        parts.put("text", text.digest().hex());
        parts.put("cell", config.cell().name());
        parts.put("layers", Integer.toString(config.layers()));
        parts.put("width", Integer.toString(config.width()));
        parts.put("dropout", Double.toString(config.dropout()));
        parts.put("rate", Double.toString(config.rate()));
        parts.put("clip", Double.toString(config.clip()));
        parts.put("sequence", Integer.toString(config.sequence()));
        parts.put("batch", Integer.toString(config.batch()));
        parts.put("average", Double.toString(config.average()));
        parts.put("seed", Long.toString(config.seed()));
        return new Signature(parts);
    }

    /** How this differs from what {@link #toString} gave another time, in words; empty if it does not. */
    List<String> differencesTo(String written) {
        Map<String, String> before = new LinkedHashMap<>();
        for (String part : written.split(";")) {
            int equals = part.indexOf('=');
            before.put(part.substring(0, Math.max(0, equals)), part.substring(equals + 1));
        }
        List<String> differences = new ArrayList<>();
        parts.forEach((name, now) -> {
            String then = before.get(name);
            if (!now.equals(then)) {
                differences.add(
                        name.equals("text")
                                ? "it learns another text"
                                : name + " " + (then == null ? "unknown" : then) + ", not " + now);
            }
        });
        return differences;
    }

    @Override
    public String toString() {
        List<String> all = new ArrayList<>();
        parts.forEach((name, value) -> all.add(name + "=" + value));
        return String.join(";", all);
    }
}
