package io.inkstream.trainer.language;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.ModelKind;
import io.inkstream.trainer.publish.Announceable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a language model says of itself.
 *
 * @param formatVersion of its file
 * @param name of the model
 * @param version of the model
 * @param network and how it learnt
 * @param heldOutBits bits for each character of the part of the text that it did not learn
 * @param pass over the text after which it was, from 1
 * @param provenance of its text, and the code that trained it
 */
public record LanguageManifest(
        int formatVersion,
        String name,
        String version,
        LanguageConfig network,
        double heldOutBits,
        int pass,
        Map<String, String> provenance) {
    static final int FORMAT_VERSION = 1;

    public LanguageManifest {
        if (formatVersion < 1 || formatVersion > FORMAT_VERSION) {
            throw new IllegalArgumentException("format version " + formatVersion
                    + " is not one that this code reads (1 to " + FORMAT_VERSION + "); a newer Inkstream wrote it");
        }
        ModelId ignored = new ModelId(name, version);
        requireNonNull(network, "network");
        provenance = provenance == null ? Map.of() : Map.copyOf(provenance);
    }

    /** The model's id, key of its announcement. */
    public ModelId id() {
        return new ModelId(name, version);
    }

    /** What is announced of it. */
    public Announceable announceable() {
        return new Announceable(id(), ModelKind.LANGUAGE, List.of(), List.of(), Optional.empty(), card(), announced());
    }

    private Map<String, String> card() {
        return Map.of(
                "held_out_bits_per_character", Double.toString(heldOutBits),
                "pass", Integer.toString(pass));
    }

    private Map<String, String> announced() {
        Map<String, String> all = new TreeMap<>(provenance);
        all.put("recipe", network.toString());
        all.put("seed", Long.toString(network.seed()));
        return all;
    }
}
