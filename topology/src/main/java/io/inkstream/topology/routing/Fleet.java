package io.inkstream.topology.routing;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * What the topics {@code models}, {@code model-status} and {@code rollouts} said at one moment. Immutable.
 *
 * @param complete whether all is known that the topics held when this process began to read them
 * @param serverTimeout a server that is silent for longer is taken for dead
 * @param versions by model id
 * @param servers by server id
 * @param policies by model name, the latest first; older ones serve while a newer one is held
 * @param proven versions that every warm live server has had READY at one moment
 */
public record Fleet(
        boolean complete,
        Duration serverTimeout,
        Map<String, Version> versions,
        Map<String, Server> servers,
        Map<String, List<Policy>> policies,
        Set<String> proven) {
    private static final Comparator<Version> AGE =
            Comparator.comparing(Version::announcedAt).thenComparing(Version::id);

    public Fleet {
        versions = Map.copyOf(versions);
        servers = Map.copyOf(servers);
        policies = Map.copyOf(policies);
        proven = Set.copyOf(proven);
    }

    /** Nothing known yet. */
    public static Fleet unknown() {
        return new Fleet(false, Duration.ZERO, Map.of(), Map.of(), Map.of(), Set.of());
    }

    /** Whether some live server has the version READY. */
    public boolean isServed(Version version, Instant now) {
        return live(now).anyMatch(server -> server.isReady(version));
    }

    /**
     * Whether the version may take traffic by a policy: served, and at some moment READY on all live servers together. A
     * server that has nothing READY is still starting and is not asked; one that joins later does not undo a version's
     * standing.
     */
    public boolean isProven(Version version, Instant now) {
        return isServed(version, now) && (proven.contains(version.id()) || isReadyEverywhere(version, now));
    }

    /** Whether any server lives. */
    public boolean hasLiveServer(Instant now) {
        return live(now).findAny().isPresent();
    }

    /** Whether every live server that has anything READY has this version READY, and there is one. */
    boolean isReadyEverywhere(Version version, Instant now) {
        List<Server> warm = live(now).filter(Server::isWarm).toList();
        return !warm.isEmpty() && warm.stream().allMatch(server -> server.isReady(version));
    }

    /** Whether the version may yet become READY: on some live server, or on one that is to come where none lives. */
    boolean mayBecomeReady(Version version, Instant now) {
        return !hasLiveServer(now) || !live(now).allMatch(server -> server.hasRejected(version));
    }

    /** The newest version that may take traffic and that the caller accepts. */
    Optional<Version> newestProven(Instant now, Predicate<Version> accepted) {
        return versions.values().stream()
                .filter(accepted)
                .filter(version -> isProven(version, now))
                .max(AGE);
    }

    private Stream<Server> live(Instant now) {
        return servers.values().stream()
                .filter(server -> !server.heardAt().plus(serverTimeout).isBefore(now));
    }
}
