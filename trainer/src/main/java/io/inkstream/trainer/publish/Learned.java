package io.inkstream.trainer.publish;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.Map;
import java.util.Optional;

/**
 * Which samples a published model has learned from.
 *
 * @param model id of the model
 * @param digest of the samples
 * @param samples how many
 * @param offsets next offset of the topic of samples by partition: what lies before it was looked at
 */
public record Learned(String model, String digest, int samples, Map<Integer, Long> offsets) {
    private static final JsonMapper JSON = new JsonMapper();

    public Learned {
        offsets = Map.copyOf(offsets);
    }

    /** What is kept beside each offset. */
    String note() {
        return JSON.createObjectNode()
                .put("model", model)
                .put("digest", digest)
                .put("samples", samples)
                .toString();
    }

    /** Reads a {@link #note}; empty if it is none, such as after somebody has reset the group's offsets. */
    static Optional<Learned> of(String note, Map<Integer, Long> offsets) {
        JsonNode json;
        try {
            json = JSON.readTree(note);
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
        return json.path("model").isTextual() && json.path("digest").isTextual()
                ? Optional.of(new Learned(
                        json.path("model").asText(),
                        json.path("digest").asText(),
                        Math.max(0, json.path("samples").asInt()),
                        offsets))
                : Optional.empty();
    }
}
