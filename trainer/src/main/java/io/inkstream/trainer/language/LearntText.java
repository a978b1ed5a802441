package io.inkstream.trainer.language;

import io.inkstream.schemas.Sha256;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A text to learn, and where it is from.
 *
 * @param paragraphs in their order
 * @param sources names of files, or of a topic; a published model tells them to everybody
 */
public record LearntText(List<String> paragraphs, List<String> sources) {
    private static final int MOST_NAMED = 100;

    public LearntText {
        paragraphs = List.copyOf(paragraphs);
        sources = List.copyOf(sources);
    }

    /** SHA-256 of its paragraphs, each with a line end. */
    Sha256 digest() {
        MessageDigest digest = Sha256.digest();
        for (String paragraph : paragraphs) {
            digest.update((paragraph + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return Sha256.of(digest);
    }

    /** What a model that learnt it says of it. */
    Map<String, String> provenance() {
        Map<String, String> provenance = new TreeMap<>();
        provenance.put("textSha256", digest().hex());
        provenance.put("textParagraphs", Integer.toString(paragraphs.size()));
        for (int i = 0; i < Math.min(MOST_NAMED, sources.size()); i++) {
            provenance.put("text-" + (i + 1), sources.get(i));
        }
        if (sources.size() > MOST_NAMED) {
            provenance.put("textSources", Integer.toString(sources.size()));
        }
        return provenance;
    }
}
