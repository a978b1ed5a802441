package io.inkstream.topology.routing;

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
 * @param serverTimeout a server that is silent for longer is considered dead
 * @param versions by model id
 * @param servers by server id
 * @param policies by model name, the latest first; older ones serve while a newer one is held
 * @param byWriting model names that have a policy, the one first whose policy was written last
 * @param proven versions that every warm live server has had READY at one moment
 * @param established policies that have been in force, here or in another instance
 * @param halts why the candidate of a policy gets no documents, by policy
 */
public record Fleet(
        boolean complete,
        Duration serverTimeout,
        Map<String, Version> versions,
        Map<String, Server> servers,
        Map<String, List<Policy>> policies,
        List<String> byWriting,
        Set<String> proven,
        Set<PolicyId> established,
        Map<PolicyId, String> halts) {
    private static final Comparator<Version> AGE =
            Comparator.comparing(Version::announcedAt).thenComparing(Version::id);

    public Fleet {
        versions = Map.copyOf(versions);
        servers = Map.copyOf(servers);
        policies = Map.copyOf(policies);
        byWriting = List.copyOf(byWriting);
        proven = Set.copyOf(proven);
        established = Set.copyOf(established);
        halts = Map.copyOf(halts);
    }

    /** Nothing known yet. */
    public static Fleet unknown() {
        return new Fleet(false, Duration.ZERO, Map.of(), Map.of(), Map.of(), List.of(), Set.of(), Set.of(), Map.of());
    }

    /** The same with more candidates halted. */
    public Fleet halting(Map<PolicyId, String> more) {
        Map<PolicyId, String> all = new HashMap<>(halts);
        all.putAll(more);
        return new Fleet(complete, serverTimeout, versions, servers, policies, byWriting, proven, established, all);
    }

    /**
     * The same without what servers say to have READY and no server within reach has: servers of other installations may write
     * to the topic, too, and nobody could draw what was planned for such a version.
     *
     * @param mayHave whether a server within reach may have a version READY
     */
    public Fleet within(Predicate<String> mayHave) {
        if (servers.values().stream().allMatch(server -> server.within(mayHave) == server)) {
            return this;
        }
        Map<String, Server> within = new HashMap<>();
        servers.forEach((id, server) -> within.put(id, server.within(mayHave)));
        return new Fleet(complete, serverTimeout, versions, within, policies, byWriting, proven, established, halts);
    }

    /** Whether some live server has the version READY. */
    public boolean isServed(Version version, Instant now) {
        return live(now).anyMatch(server -> server.isReady(version.id(), version.sha256()));
    }

    /**
     * Whether the version may take traffic by a policy: served, and at some moment READY on all live servers together. A
     * server that has nothing READY is still starting and is not asked; one that joins later does not undo a version's
     * standing.
     */
    public boolean isProven(Version version, Instant now) {
        return isServed(version, now) && (proven.contains(version.id()) || isReadyEverywhere(version, now));
    }

    /** Whether the very version that a document was planned for is announced. */
    public boolean isAnnounced(Assignment assignment) {
        Version version = versions.get(assignment.model());
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
                ? !mayBecomeReady(versions.get(assignment.model()), now)
                : live(now).noneMatch(server -> server.isReady(assignment.model(), assignment.sha256()));
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

    /** Whether any server lives. */
    public boolean hasLiveServer(Instant now) {
        return live(now).findAny().isPresent();
    }

    /** Whether every live server that has anything READY has this version READY, and there is one. */
    boolean isReadyEverywhere(Version version, Instant now) {
        List<Server> warm = live(now).filter(server -> server.isWarm(versions)).toList();
        return !warm.isEmpty() && warm.stream().allMatch(server -> server.isReady(version.id(), version.sha256()));
    }

    /** Whether the version may yet become READY: on some live server, or on one that is to come where none lives. */
    boolean mayBecomeReady(Version version, Instant now) {
        return !hasLiveServer(now) || !live(now).allMatch(server -> server.hasRejected(version));
    }

    /** The newest version that may take traffic and that the caller accepts. */
    Optional<Version> newestProven(Instant now, Predicate<Version> accepted) {
        Optional<Version> newest = Optional.empty();
        for (Version version : versions.values()) {
            boolean isNewer = newest.isEmpty() || AGE.compare(version, newest.get()) > 0;
            // In this order: there may be a thousand versions, and a document waits for its route.
            if (isNewer && accepted.test(version) && isProven(version, now)) {
                newest = Optional.of(version);
            }
        }
        return newest;
    }

    private Stream<Server> live(Instant now) {
        return servers.values().stream()
                .filter(server -> !server.heardAt().plus(serverTimeout).isBefore(now));
    }
}
