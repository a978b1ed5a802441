package io.inkstream.schemas.rollout;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.RolloutPolicy;
import io.inkstream.schemas.avro.RolloutStep;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Derives what follows on a policy, for people and for the topology alike. Pure: what is given stays as it is. */
public final class PolicyChanges {
    /** Versions that are remembered to go back to. */
    public static final int EARLIER = 8;

    private PolicyChanges() {}

    /** A copy that shares nothing with the policy. */
    public static RolloutPolicy copy(RolloutPolicy policy) {
        RolloutPolicy copy = RolloutPolicy.newBuilder(policy).build();
        copy.setDocumentPins(new HashMap<>(policy.getDocumentPins()));
        copy.setStylePins(new HashMap<>(policy.getStylePins()));
        return copy;
    }

    /** The policy as it is to be written now where the change is about something else: its steps and its baking go on. */
    public static RolloutPolicy continued(RolloutPolicy policy, Instant writtenAt, Instant now) {
        RolloutPolicy next = copy(policy);
        List<RolloutStep> left = RolloutSteps.of(policy, writtenAt).leftAt(now).steps().stream()
                .map(RolloutSteps.Step::toRecord)
                .toList();
        setSteps(next, left);
        Duration baking = Duration.between(now, writtenAt.plusSeconds(policy.getBakeSeconds()));
        next.setBakeSeconds((int) Math.max(
                0, Math.min(policy.getBakeSeconds(), baking.plusMillis(999).toSeconds())));
        return next;
    }

    /**
     * Sets the steps of a candidate, and its share and bounds to those of the first: who does not know steps stays in that
     * one.
     */
    public static void setSteps(RolloutPolicy policy, List<RolloutStep> steps) {
        policy.setSteps(List.copyOf(steps));
        if (!steps.isEmpty()) {
            RolloutStep first = steps.get(0);
            policy.setCandidatePercent(first.getPercent());
            policy.setMaxCandidateErrorRate(first.getMaxErrorRate());
            policy.setMaxCandidateLatencyMs(first.getMaxLatencyMs());
        }
    }

    /** Leaves the policy without a candidate, its steps and its bounds. */
    public static void endCandidate(RolloutPolicy policy) {
        RolloutPolicy plain = RolloutPolicy.newBuilder().setRevision("").build();
        policy.setCandidate(null);
        policy.setCandidatePercent(plain.getCandidatePercent());
        policy.setMaxCandidateErrorRate(plain.getMaxCandidateErrorRate());
        policy.setMaxCandidateLatencyMs(plain.getMaxCandidateLatencyMs());
        policy.setSteps(List.of());
    }

    /** Leaves the policy without a shadow. */
    public static void endShadow(RolloutPolicy policy) {
        policy.setShadow(null);
        policy.setShadowPercent(
                RolloutPolicy.newBuilder().setRevision("").build().getShadowPercent());
    }

    /**
     * The candidate serves by default, and what served is remembered; pins and all else stay.
     *
     * @param serving model id that serves by default now
     * @throws IllegalArgumentException if the policy has no candidate
     */
    public static RolloutPolicy promoted(String name, RolloutPolicy policy, Optional<String> serving) {
        if (policy.getCandidate() == null) {
            throw new IllegalArgumentException("policy " + policy.getRevision() + " has no candidate");
        }
        RolloutPolicy next = copy(policy);
        String id = ModelId.resolve(name, policy.getCandidate());
        next.setEarlier(remembered(name, policy, serving, Optional.of(id)));
        return serving(next, name, id);
    }

    /**
     * A version that served before does so again; what served after it is forgotten, and there is no candidate.
     *
     * @param id model id, one of those that the policy remembers or another
     */
    public static RolloutPolicy backTo(String name, RolloutPolicy policy, String id) {
        RolloutPolicy next = copy(policy);
        List<String> earlier = ids(name, policy.getEarlier());
        next.setEarlier(List.copyOf(earlier.subList(earlier.indexOf(id) + 1, earlier.size())));
        return serving(next, name, id);
    }

    /** Makes the version the stable one, which is then neither candidate nor shadow. */
    private static RolloutPolicy serving(RolloutPolicy next, String name, String id) {
        next.setStable(id);
        endCandidate(next);
        next.setBakeSeconds(0);
        if (id.equals(resolved(name, next.getShadow()))) {
            endShadow(next);
        }
        return next;
    }

    /**
     * What a policy remembers to go back to when another version takes the place of the one that serves.
     *
     * @param serving model id that serves now
     * @param next model id that takes its place
     */
    public static List<String> remembered(
            String name, RolloutPolicy policy, Optional<String> serving, Optional<String> next) {
        Set<String> earlier = new LinkedHashSet<>();
        serving.ifPresent(earlier::add);
        earlier.addAll(ids(name, policy.getEarlier()));
        next.ifPresent(earlier::remove);
        return earlier.stream().limit(EARLIER).toList();
    }

    /** The same under a revision, with who and why. */
    public static RolloutPolicy signed(RolloutPolicy policy, String revision, String comment) {
        RolloutPolicy signed = copy(policy);
        signed.setRevision(revision);
        signed.setComment(Limits.cut(comment, Limits.MESSAGE_CHARS));
        return signed;
    }

    private static List<String> ids(String name, List<String> versions) {
        return versions.stream().map(version -> ModelId.resolve(name, version)).toList();
    }

    private static String resolved(String name, String version) {
        return version == null ? null : ModelId.resolve(name, version);
    }
}
