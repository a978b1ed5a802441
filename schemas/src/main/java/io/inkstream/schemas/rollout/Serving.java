package io.inkstream.schemas.rollout;

import io.inkstream.schemas.ModelId;
import io.inkstream.schemas.avro.RolloutStatus;
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
 * Which announced versions the model servers have READY, and which of them may serve by default. The one rule: the topology
 * routes documents by it, and the command line says by it what serves. Immutable.
 *
 * @param versions that are announced, by model id
 * @param servers by server id
 * @param proven model ids of versions that every warm live server has had READY at one moment
 * @param timeout a server that is silent for longer is considered dead
 */
public record Serving<V extends Serving.Announced>(
        Map<String, V> versions, Map<String, Server> servers, Set<String> proven, Duration timeout) {
    private static final Comparator<Announced> AGE =
            Comparator.comparing(Announced::announcedAt).thenComparing(Announced::id);

    /** A version as far as the rule looks at it. */
    public interface Announced {
        /** Model id, {@code name:version}. */
        String id();

        /** Of its bundle. */
        String sha256();

        /** When it was announced first. */
        Instant announcedAt();
    }

    public Serving {
        versions = Map.copyOf(versions);
        servers = Map.copyOf(servers);
        proven = Set.copyOf(proven);
    }

    /** The version by which a topology instance says that it serves, if any: it took traffic, so it was proven. */
    public static Optional<String> provenBy(RolloutStatus said) {
        return Optional.ofNullable(said.getStable())
                .filter(unused -> !said.getInForce().isEmpty())
                .flatMap(stable -> ModelId.ifValid(ModelId.resolve(said.getModel(), stable)))
                .map(ModelId::toString);
    }

    /** The same with other words of servers. */
    public Serving<V> with(Map<String, Server> others) {
        return new Serving<>(versions, others, proven, timeout);
    }

    /** Whether a server lives. */
    public boolean isLive(Server server, Instant now) {
        return !server.heardAt().plus(timeout).isBefore(now);
    }

    /** Whether any server lives. */
    public boolean hasLiveServer(Instant now) {
        return live(now).findAny().isPresent();
    }

    /** Whether some live server has the very version READY. */
    public boolean isServed(String id, String sha256, Instant now) {
        return live(now).anyMatch(server -> server.isReady(id, sha256));
    }

    /** Whether some live server has the version READY. */
    public boolean isServed(V version, Instant now) {
        return isServed(version.id(), version.sha256(), now);
    }

    /**
     * Whether every live server that has anything READY has this version READY, and there is one. A server that has nothing
     * READY is still starting and is not asked.
     */
    public boolean isReadyEverywhere(V version, Instant now) {
        List<Server> warm = live(now).filter(server -> server.isWarm(versions)).toList();
        return !warm.isEmpty() && warm.stream().allMatch(server -> server.isReady(version.id(), version.sha256()));
    }

    /**
     * Whether the version may take traffic by a policy: served, and at some moment READY on all warm live servers together. A
     * server that joins later does not undo a version's standing.
     */
    public boolean isProven(V version, Instant now) {
        return isServed(version, now) && (proven.contains(version.id()) || isReadyEverywhere(version, now));
    }

    /** Whether the version may yet become READY: on some live server, or on one that is to come where none lives. */
    public boolean mayBecomeReady(V version, Instant now) {
        return !hasLiveServer(now) || !live(now).allMatch(server -> server.hasRejected(version));
    }

    /** The newest version that may take traffic and that the caller accepts. */
    public Optional<V> newest(Instant now, Predicate<V> accepted) {
        Optional<V> newest = Optional.empty();
        for (V version : versions.values()) {
            boolean isNewer = newest.isEmpty() || AGE.compare(version, newest.get()) > 0;
            // In this order: there may be a thousand versions, and a document waits for its route.
            if (isNewer && accepted.test(version) && isProven(version, now)) {
                newest = Optional.of(version);
            }
        }
        return newest;
    }

    private Stream<Server> live(Instant now) {
        return servers.values().stream().filter(server -> isLive(server, now));
    }
}
