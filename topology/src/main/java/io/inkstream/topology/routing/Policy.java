package io.inkstream.topology.routing;

import static java.util.stream.Collectors.toMap;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.RolloutPolicy;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Which version of one model name draws which document.
 *
 * @param writtenAt timestamp of its record
 * @param id its revision names it in the provenance of images
 * @param stable serves by default; empty leaves it to the newest version
 * @param candidate serves a share of the documents
 * @param candidatePercent the share, 0 to 100
 * @param bounds beyond which the candidate is halted
 * @param shadow is never served, but draws a share of the documents too
 * @param shadowPercent that share, 0 to 100
 * @param documentPins document id to model id
 * @param stylePins style to model id
 * @param frozen whether versions announced after the policy are kept from becoming stable by themselves
 */
public record Policy(
        Instant writtenAt,
        PolicyId id,
        Optional<String> stable,
        Optional<String> candidate,
        int candidatePercent,
        Bounds bounds,
        Optional<String> shadow,
        int shadowPercent,
        Map<String, String> documentPins,
        Map<String, String> stylePins,
        boolean frozen) {

    /**
     * What a candidate may do wrong.
     *
     * @param maxErrorRate share of its lines that may fail, 0 to 1
     * @param maxLatencyMs time within which nearly all of its lines must be drawn
     */
    public record Bounds(double maxErrorRate, OptionalInt maxLatencyMs) {
        public Bounds {
            if (!(maxErrorRate >= 0 && maxErrorRate <= 1)) {
                throw new IllegalArgumentException(
                        "the candidate's bound of errors is " + maxErrorRate + ", not 0 to 1");
            }
            if (maxLatencyMs.isPresent() && maxLatencyMs.getAsInt() < 1) {
                throw new IllegalArgumentException(
                        "the candidate's bound of latency is " + maxLatencyMs.getAsInt() + " ms, not 1 or more");
            }
        }
    }

    /** In force where nothing is written: the newest version of any name that every live server has READY. */
    public static final Policy DEFAULT = byDefault("");

    public Policy {
        documentPins = Map.copyOf(documentPins);
        stylePins = Map.copyOf(stylePins);
        checkPercent("candidate", candidatePercent);
        checkPercent("shadow", shadowPercent);
    }

    /** In force where nothing that is written can be: the newest version of the name that every live server has READY. */
    static Policy byDefault(String name) {
        return new Policy(
                Instant.MAX,
                new PolicyId(name, "default"),
                Optional.empty(),
                Optional.empty(),
                0,
                new Bounds(1, OptionalInt.empty()),
                Optional.empty(),
                0,
                Map.of(),
                Map.of(),
                false);
    }

    /**
     * Reads a policy; versions may be written {@code version} or {@code name:version}.
     *
     * @param name of the model, the record's key
     * @throws IllegalArgumentException if it cannot be used
     */
    public static Policy of(String name, RolloutPolicy record, Instant writtenAt) {
        Integer maxLatencyMs = record.getMaxCandidateLatencyMs();
        return new Policy(
                writtenAt,
                new PolicyId(name, record.getRevision()),
                Optional.ofNullable(record.getStable()).map(version -> ModelId.resolve(name, version)),
                Optional.ofNullable(record.getCandidate()).map(version -> ModelId.resolve(name, version)),
                record.getCandidatePercent(),
                new Bounds(
                        record.getMaxCandidateErrorRate(),
                        maxLatencyMs == null ? OptionalInt.empty() : OptionalInt.of(maxLatencyMs)),
                Optional.ofNullable(record.getShadow()).map(version -> ModelId.resolve(name, version)),
                record.getShadowPercent(),
                ids(name, record.getDocumentPins()),
                ids(name, record.getStylePins()),
                record.getFrozen());
    }

    /** Names it in the provenance of images. */
    public String revision() {
        return id.revision();
    }

    private static void checkPercent(String whose, int percent) {
        if (percent < 0 || percent > 100) {
            throw new IllegalArgumentException("the " + whose + "'s share is " + percent + " %, not 0 to 100");
        }
    }

    private static Map<String, String> ids(String name, Map<String, String> pins) {
        return pins.entrySet().stream().collect(toMap(Map.Entry::getKey, pin -> ModelId.resolve(name, pin.getValue())));
    }
}
