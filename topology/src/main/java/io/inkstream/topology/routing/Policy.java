package io.inkstream.topology.routing;

import static java.util.stream.Collectors.toMap;

import io.inkstream.schemas.avro.RolloutPolicy;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;

/**
 * Which version of one model name draws which document.
 *
 * @param writtenAt timestamp of its record
 * @param revision names it in the provenance of images
 * @param stable serves by default; empty leaves it to the newest version
 * @param candidate serves a share of the documents
 * @param candidatePercent the share, 0 to 100
 * @param shadow is never served
 * @param documentPins document id to model id
 * @param stylePins style to model id
 * @param frozen whether versions announced after the policy are kept from becoming stable by themselves
 */
public record Policy(
        Instant writtenAt,
        String revision,
        Optional<String> stable,
        Optional<String> candidate,
        int candidatePercent,
        Optional<String> shadow,
        Map<String, String> documentPins,
        Map<String, String> stylePins,
        boolean frozen) {
    /** In force where nothing is written: the newest version that every live server has READY. */
    public static final Policy DEFAULT = new Policy(
            Instant.MAX, "default", Optional.empty(), Optional.empty(), 0, Optional.empty(), Map.of(), Map.of(), false);

    public Policy {
        documentPins = Map.copyOf(documentPins);
        stylePins = Map.copyOf(stylePins);
        if (candidatePercent < 0 || candidatePercent > 100) {
            throw new IllegalArgumentException("the candidate's share is " + candidatePercent + " %, not 0 to 100");
        }
    }

    /**
     * Reads a policy; versions may be written {@code version} or {@code name:version}.
     *
     * @param name of the model, the record's key
     * @throws IllegalArgumentException if it cannot be used
     */
    public static Policy of(String name, RolloutPolicy record, Instant writtenAt) {
        return new Policy(
                writtenAt,
                record.getRevision(),
                Optional.ofNullable(record.getStable()).map(version -> id(name, version)),
                Optional.ofNullable(record.getCandidate()).map(version -> id(name, version)),
                record.getCandidatePercent(),
                Optional.ofNullable(record.getShadow()).map(version -> id(name, version)),
                ids(name, record.getDocumentPins()),
                ids(name, record.getStylePins()),
                record.getFrozen());
    }

    private static Map<String, String> ids(String name, Map<String, String> pins) {
        return pins.entrySet().stream().collect(toMap(Map.Entry::getKey, pin -> id(name, pin.getValue())));
    }

    private static String id(String name, String version) {
        return version.contains(":") ? version : name + ":" + version;
    }
}
