package io.inkstream.topology.routing;

import static java.util.stream.Collectors.toMap;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.rollout.PolicyRules;
import io.inkstream.schemas.rollout.RolloutSteps;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
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
 * @param candidatePercent the share, 0 to 100, where there are no steps
 * @param bounds beyond which the candidate is halted, where there are no steps; and stable is left while it bakes
 * @param steps of the candidate's share
 * @param shadow is never served, but draws a share of the documents too
 * @param shadowPercent that share, 0 to 100
 * @param documentPins document id to model id
 * @param stylePins style to model id
 * @param frozen whether versions announced after the policy are kept from becoming stable by themselves
 * @param earlier model ids that served before stable, the latest first
 * @param bakes how long after the policy stable is watched
 */
public record Policy(
        Instant writtenAt,
        PolicyId id,
        Optional<String> stable,
        Optional<String> candidate,
        int candidatePercent,
        Bounds bounds,
        RolloutSteps steps,
        Optional<String> shadow,
        int shadowPercent,
        Map<String, String> documentPins,
        Map<String, String> stylePins,
        boolean frozen,
        List<String> earlier,
        Duration bakes) {

    /**
     * What a version that is on trial may do wrong.
     *
     * @param maxErrorRate share of its lines that may fail, 0 to 1
     * @param maxLatencyMs time within which nearly all of its lines must be drawn
     */
    public record Bounds(double maxErrorRate, OptionalInt maxLatencyMs) {}

    /** In force where nothing is written: the newest version of any name that every live server has READY. */
    public static final Policy DEFAULT = byDefault("");

    public Policy {
        documentPins = Map.copyOf(documentPins);
        stylePins = Map.copyOf(stylePins);
        earlier = List.copyOf(earlier);
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
                new RolloutSteps(Instant.EPOCH, List.of()),
                Optional.empty(),
                0,
                Map.of(),
                Map.of(),
                false,
                List.of(),
                Duration.ZERO);
    }

    /**
     * Reads a policy; versions may be written {@code version} or {@code name:version}.
     *
     * @param name of the model, the record's key
     * @throws IllegalArgumentException if it cannot be used, see {@link PolicyRules}
     */
    public static Policy of(String name, RolloutPolicy record, Instant writtenAt) {
        PolicyRules.check(name, record, writtenAt.toEpochMilli());
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
                RolloutSteps.of(record, writtenAt),
                Optional.ofNullable(record.getShadow()).map(version -> ModelId.resolve(name, version)),
                record.getShadowPercent(),
                ids(name, record.getDocumentPins()),
                ids(name, record.getStylePins()),
                record.getFrozen(),
                record.getEarlier().stream()
                        .map(version -> ModelId.resolve(name, version))
                        .toList(),
                Duration.ofSeconds(record.getBakeSeconds()));
    }

    /** The candidate's share at a moment, 0 to 100. */
    public int candidatePercent(Instant now) {
        return steps.at(now).map(RolloutSteps.Step::percent).orElse(candidatePercent);
    }

    /** The candidate's bounds at a moment. */
    Bounds bounds(Instant now) {
        return steps.at(now)
                .map(step -> new Bounds(step.maxErrorRate(), step.maxLatencyMs()))
                .orElse(bounds);
    }

    /** Whether stable is still watched. */
    boolean isBaking(Instant now) {
        return !bakes.isZero() && now.isBefore(writtenAt.plus(bakes));
    }

    int pins() {
        return documentPins.size() + stylePins.size();
    }

    /** Names it in the provenance of images. */
    public String revision() {
        return id.revision();
    }

    private static Map<String, String> ids(String name, Map<String, String> pins) {
        return pins.entrySet().stream().collect(toMap(Map.Entry::getKey, pin -> ModelId.resolve(name, pin.getValue())));
    }
}
