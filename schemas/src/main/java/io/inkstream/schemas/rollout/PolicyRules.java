package io.inkstream.schemas.rollout;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStep;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/**
 * Decides whether a policy can be used, alike for all who read or write one: a policy that cannot is ignored, and the one
 * before it stays in force.
 */
public final class PolicyRules {
    /** What lines say that followed their document's own pin: a policy of this name could not be told from it. */
    public static final String DOCUMENT_PIN = "document-pin";

    private PolicyRules() {}

    /**
     * Checks a policy.
     *
     * @param name of the model, the record's key
     * @param writtenAtMs the record's timestamp; negative where it has none
     * @throws IllegalArgumentException if it cannot be used, naming the field and what it may be
     */
    public static void check(String name, RolloutPolicy policy, long writtenAtMs) {
        version(name, "any", "the model's name");
        revision(policy.getRevision());
        optionalVersion(name, policy.getStable(), "stable");
        optionalVersion(name, policy.getCandidate(), "candidate");
        optionalVersion(name, policy.getShadow(), "shadow");
        range("candidatePercent", policy.getCandidatePercent(), 0, 100);
        range("shadowPercent", policy.getShadowPercent(), 0, 100);
        bounds(
                "maxCandidateErrorRate",
                policy.getMaxCandidateErrorRate(),
                "maxCandidateLatencyMs",
                policy.getMaxCandidateLatencyMs());
        pins(name, policy);
        range("the number of earlier versions", policy.getEarlier().size(), 0, Limits.POLICY_EARLIER);
        policy.getEarlier().forEach(version -> version(name, version, "earlier"));
        steps(policy);
        range("bakeSeconds", policy.getBakeSeconds(), 0, Limits.POLICY_SECONDS);
        if (writtenAtMs <= 0 && (!policy.getSteps().isEmpty() || policy.getBakeSeconds() > 0)) {
            throw new IllegalArgumentException(
                    "its record has no timestamp, from which its steps and its baking time begin");
        }
    }

    private static void revision(String revision) {
        if (revision.isBlank()
                || revision.length() > Limits.REVISION_CHARS
                || revision.chars().anyMatch(Character::isISOControl)
                || revision.equals(DOCUMENT_PIN)) {
            throw new IllegalArgumentException("a revision has 1 to " + Limits.REVISION_CHARS
                    + " printable characters and is not " + DOCUMENT_PIN + ", unlike '"
                    + Limits.cut(revision, Limits.QUOTED_CHARS) + "'");
        }
    }

    private static void pins(String name, RolloutPolicy policy) {
        Map<String, String> documents = policy.getDocumentPins();
        Map<String, String> styles = policy.getStylePins();
        range("the number of pins", documents.size() + styles.size(), 0, Limits.POLICY_PINS);
        documents.forEach((document, version) -> {
            range(
                    "the length of a pinned document's id",
                    document.getBytes(StandardCharsets.UTF_8).length,
                    1,
                    Limits.DOCUMENT_ID_BYTES);
            version(name, version, "documentPins");
        });
        styles.forEach((style, version) -> {
            range("the length of a pinned style's name", style.length(), 1, Limits.STYLE_CHARS);
            version(name, version, "stylePins");
        });
    }

    private static void steps(RolloutPolicy policy) {
        range("the number of steps", policy.getSteps().size(), 0, Limits.POLICY_STEPS);
        if (!policy.getSteps().isEmpty() && policy.getCandidate() == null) {
            throw new IllegalArgumentException("it has steps but no candidate");
        }
        for (RolloutStep step : policy.getSteps()) {
            range("percent of a step", step.getPercent(), 1, 100);
            range("seconds of a step", step.getSeconds(), 1, Limits.POLICY_SECONDS);
            bounds("maxErrorRate of a step", step.getMaxErrorRate(), "maxLatencyMs of a step", step.getMaxLatencyMs());
        }
    }

    private static void bounds(String errors, double maxErrorRate, String latency, Integer maxLatencyMs) {
        if (!(maxErrorRate >= 0 && maxErrorRate <= 1)) { // so that NaN is refused, too
            throw new IllegalArgumentException(errors + " is 0 to 1, not " + maxErrorRate);
        }
        if (maxLatencyMs != null && maxLatencyMs < 1) {
            throw new IllegalArgumentException(latency + " is 1 or more, not " + maxLatencyMs);
        }
    }

    private static void optionalVersion(String name, String version, String field) {
        if (version != null) {
            version(name, version, field);
        }
    }

    private static void version(String name, String version, String field) {
        try {
            ModelId.parse(ModelId.resolve(name, version));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(field + ": " + e.getMessage(), e);
        }
    }

    private static void range(String what, int value, int least, int most) {
        if (value < least || value > most) {
            throw new IllegalArgumentException(what + " is " + least + " to " + most + ", not " + value);
        }
    }
}
