package io.inkstream.ops.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStep;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A policy as the commands print it; the names are fixed. Versions are written as model ids.
 *
 * @param model name of the model
 * @param stable absent where the newest version serves
 * @param earlier versions that served before, the latest first
 * @param steps of the candidate's rollout; empty where its share stays
 */
record PolicyJson(
        String model,
        String revision,
        String stable,
        String candidate,
        @JsonProperty("candidate_percent") int candidatePercent,
        @JsonProperty("max_candidate_error_rate") double maxCandidateErrorRate,
        @JsonProperty("max_candidate_latency_ms") Integer maxCandidateLatencyMs,
        String shadow,
        @JsonProperty("shadow_percent") int shadowPercent,
        @JsonProperty("document_pins") Map<String, String> documentPins,
        @JsonProperty("style_pins") Map<String, String> stylePins,
        boolean frozen,
        List<String> earlier,
        List<StepJson> steps,
        @JsonProperty("bake_seconds") int bakeSeconds,
        String comment) {

    /** A step of a rollout; the names are fixed. */
    record StepJson(
            int percent,
            int seconds,
            @JsonProperty("max_error_rate") double maxErrorRate,
            @JsonProperty("max_latency_ms") Integer maxLatencyMs) {
        RolloutStep toRecord() {
            return new RolloutStep(percent, seconds, maxErrorRate, maxLatencyMs);
        }
    }

    static PolicyJson of(String name, RolloutPolicy policy) {
        return new PolicyJson(
                name,
                policy.getRevision(),
                id(name, policy.getStable()),
                id(name, policy.getCandidate()),
                policy.getCandidatePercent(),
                policy.getMaxCandidateErrorRate(),
                policy.getMaxCandidateLatencyMs(),
                id(name, policy.getShadow()),
                policy.getShadowPercent(),
                ids(name, policy.getDocumentPins()),
                ids(name, policy.getStylePins()),
                policy.getFrozen(),
                policy.getEarlier().stream().map(version -> id(name, version)).toList(),
                policy.getSteps().stream()
                        .map(step -> new StepJson(
                                step.getPercent(), step.getSeconds(), step.getMaxErrorRate(), step.getMaxLatencyMs()))
                        .toList(),
                policy.getBakeSeconds(),
                Limits.cut(policy.getComment(), Limits.MESSAGE_CHARS));
    }

    /** The policy in one line for people. */
    String inWords() {
        StringBuilder words = new StringBuilder(
                stable == null ? "the newest version that is READY everywhere" : stable + " by default");
        if (candidate != null && !steps.isEmpty()) {
            words.append(", ")
                    .append(candidate)
                    .append(" for ")
                    .append(steps.stream()
                            .map(step -> RolloutSyntax.inWords(step.toRecord()))
                            .collect(Collectors.joining(", then ")))
                    .append(", then promoted");
        } else if (candidate != null) {
            words.append(", ")
                    .append(candidate)
                    .append(" for ")
                    .append(candidatePercent)
                    .append(" %");
        }
        if (shadow != null) {
            words.append(", ")
                    .append(shadow)
                    .append(" as a shadow of ")
                    .append(shadowPercent)
                    .append(" %");
        }
        documentPins.forEach((document, id) ->
                words.append(", ").append(id).append(" for document ").append(document));
        stylePins.forEach((style, id) ->
                words.append(", ").append(id).append(" for style ").append(style));
        if (bakeSeconds > 0) {
            words.append(", baking for ").append(RolloutSyntax.time(bakeSeconds));
        }
        return words.append(frozen ? ", frozen" : "").toString();
    }

    private static Map<String, String> ids(String name, Map<String, String> pins) {
        Map<String, String> ids = new TreeMap<>();
        pins.forEach((key, version) -> ids.put(key, id(name, version)));
        return ids;
    }

    private static String id(String name, String version) {
        return Optional.ofNullable(version)
                .map(given -> ModelId.resolve(name, given))
                .orElse(null);
    }
}
