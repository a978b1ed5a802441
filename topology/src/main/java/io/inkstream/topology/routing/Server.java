package io.inkstream.topology.routing;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.inkstream.schemas.avro.ModelState;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What one model server said last.
 *
 * @param heardAt when it last said anything
 * @param standings by model id
 */
record Server(Instant heardAt, Map<String, Standing> standings) {

    /**
     * Its status of one version.
     *
     * @param sha256 of the bundle that it holds; empty where it does not know
     * @param heardAt when it said so last
     */
    record Standing(ModelState state, String sha256, Instant heardAt) {}

    Server {
        standings = Map.copyOf(standings);
    }

    /**
     * A server without what it said in an earlier life: a heartbeat repeats all that is so, and one that was killed cannot
     * take back what is so no more.
     */
    static Server of(Instant heardAt, Map<String, Standing> said, Duration timeout) {
        return new Server(
                heardAt,
                said.entrySet().stream()
                        .filter(own -> !own.getValue().heardAt().plus(timeout).isBefore(heardAt))
                        .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /** The same without the versions that it has READY and that are not accepted; this if there are none. */
    Server within(Predicate<String> accepted) {
        Predicate<Map.Entry<String, Standing>> isWithin =
                own -> own.getValue().state() != ModelState.READY || accepted.test(own.getKey());
        return standings.entrySet().stream().allMatch(isWithin)
                ? this
                : new Server(
                        heardAt,
                        standings.entrySet().stream()
                                .filter(isWithin)
                                .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    boolean isReady(String model, String sha256) {
        Standing standing = standings.get(model);
        return standing != null
                && standing.state() == ModelState.READY
                && (standing.sha256().isEmpty() || standing.sha256().equals(sha256));
    }

    /** Whether it has any of the versions READY; a server that has none is still starting. */
    boolean isWarm(Map<String, Version> versions) {
        return standings.entrySet().stream().anyMatch(entry -> {
            Version version = versions.get(entry.getKey());
            return version != null && isReady(version.id(), version.sha256());
        });
    }

    /**
     * Whether the server has refused the very version for good. One that FAILED to load it tries again, and one that stops and
     * unloads it may have it READY again.
     */
    boolean hasRejected(Version version) {
        Standing standing = standings.get(version.id());
        return standing != null
                && standing.state() == ModelState.REJECTED
                && (standing.sha256().isEmpty() || standing.sha256().equals(version.sha256()));
    }
}
