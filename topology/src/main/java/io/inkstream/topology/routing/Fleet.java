package io.inkstream.topology.routing;

import io.inkstream.schemas.rollout.Server;
import io.inkstream.schemas.rollout.Serving;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the topics {@code models}, {@code model-status}, {@code rollouts} and {@code rollout-status} said at one moment.
 * Immutable.
 *
 * @param complete whether all is known that the topics held when this process began to read them
 * @param serving what is announced, and what the servers have READY of it
 * @param policies by model name, the latest first; older ones serve while a newer one is held
 * @param byWriting model names that have a policy, the one first whose policy was written last
 * @param established policies that have been in force, here or in another instance
 * @param halts why the candidate of a policy gets no documents, by policy
 */
public record Fleet(
        boolean complete,
        Serving<Version> serving,
        Map<String, List<Policy>> policies,
        List<String> byWriting,
        Set<PolicyId> established,
        Map<PolicyId, String> halts) {

    public Fleet {
        policies = Map.copyOf(policies);
        byWriting = List.copyOf(byWriting);
        established = Set.copyOf(established);
        halts = Map.copyOf(halts);
    }

    /** Nothing known yet. */
    public static Fleet unknown() {
        Serving<Version> nothing = new Serving<>(Map.of(), Map.of(), Set.of(), Duration.ZERO);
        return new Fleet(false, nothing, Map.of(), List.of(), Set.of(), Map.of());
    }

    /** The announced versions, by model id. */
    public Map<String, Version> versions() {
        return serving.versions();
    }

    /** The same with more candidates halted. */
    public Fleet halting(Map<PolicyId, String> more) {
        Map<PolicyId, String> all = new HashMap<>(halts);
        all.putAll(more);
        return new Fleet(complete, serving, policies, byWriting, established, all);
    }

    /**
     * The same without what servers say to have READY and no server within reach has: servers of other installations may write
     * to the topic, too, and nobody could draw what was planned for such a version.
     *
     * @param mayHave whether a server within reach may have a version READY
     */
    public Fleet within(Predicate<String> mayHave) {
        Map<String, Server> servers = serving.servers();
        if (servers.values().stream().allMatch(server -> server.within(mayHave) == server)) {
            return this;
        }
        Map<String, Server> within = new HashMap<>();
        servers.forEach((id, server) -> within.put(id, server.within(mayHave)));
        return new Fleet(complete, serving.with(within), policies, byWriting, established, halts);
    }

    /** Whether the very version that a document was planned for is announced. */
    public boolean isAnnounced(Assignment assignment) {
        Version version = versions().get(assignment.model());
        return version != null && version.sha256().equals(assignment.sha256());
    }

    /**
     * Whether nobody will draw by the version that a document was planned for: it is rejected by every live server, or it
     * is withdrawn or replaced and no live server has it READY.
     */
    public boolean isLost(Assignment assignment, Instant now) {
        if (!complete) {
            return false;
        }
        return isAnnounced(assignment)
                ? !serving.mayBecomeReady(versions().get(assignment.model()), now)
                : !serving.isServed(assignment.model(), assignment.sha256(), now);
    }

    /** The policy as whose candidate the version draws what was assigned, if it does so as a candidate. */
    public Optional<Policy> candidacy(Assignment assignment) {
        return deciding(assignment)
                .filter(policy -> policy.candidate().equals(Optional.of(assignment.model())))
                .findFirst();
    }

    /** The policy by which the version draws what was assigned as a stable version that is still watched. */
    Optional<Policy> baking(Assignment assignment, Instant now) {
        return deciding(assignment)
                .filter(policy -> policy.isBaking(now))
                .filter(policy -> policy.stable().equals(Optional.of(assignment.model())))
                .findFirst();
    }

    /** The same with that candidacy halted, if the version draws as a candidate. */
    public Optional<Fleet> withoutCandidate(Assignment assignment) {
        return candidacy(assignment).map(policy -> halting(Map.of(policy.id(), "it refused the document")));
    }

    /** The policies, as far as they are remembered, of the revision that decided: one, unless two models' are named alike. */
    Stream<Policy> deciding(Assignment assignment) {
        return policies.values().stream()
                .flatMap(List::stream)
                .filter(policy -> policy.revision().equals(assignment.policyRevision()))
                .sorted(Comparator.comparing(Policy::writtenAt).reversed());
    }

    /** Why the policy's candidate gets no documents, if it was halted. */
    Optional<String> halt(Policy policy) {
        return Optional.ofNullable(halts.get(policy.id()));
    }
}
