package io.inkstream.schemas.rollout;

import static java.util.stream.Collectors.toUnmodifiableMap;

import io.inkstream.schemas.avro.ModelState;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.function.Predicate;

/**
 * What one model server said last. Immutable.
 *
 * @param heardAt when it last said anything
 * @param standings by model id
 */
public record Server(Instant heardAt, Map<String, Standing> standings) {

    /**
     * Its status of one version.
     *
     * @param sha256 of the bundle that it holds; empty where it does not know
     * @param heardAt when it said so last
     */
    public record Standing(ModelState state, String sha256, Instant heardAt) {}

    public Server {
        standings = Map.copyOf(standings);
    }

    /**
     * A server without what it said in an earlier life: a heartbeat repeats all that is so, and one that was killed cannot
     * take back what is so no more.
     *
     * @param timeout within which a server that lives repeats all that is so
     */
    public static Server of(Instant heardAt, Map<String, Standing> said, Duration timeout) {
        return new Server(
                heardAt,
                said.entrySet().stream()
                        .filter(own -> !own.getValue().heardAt().plus(timeout).isBefore(heardAt))
                        .collect(toUnmodifiableMap(Map.Entry::getKey, Map.Entry::getValue)));
    }

    /** The same without the versions that it has READY and that are not accepted; this if there are none. */
    public Server within(Predicate<String> accepted) {
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

    /** Whether it has the bundle READY, as far as it knows the bundle's digest. */
    public boolean isReady(String model, String sha256) {
        Standing standing = standings.get(model);
        return standing != null
                && standing.state() == ModelState.READY
                && (standing.sha256().isEmpty() || standing.sha256().equals(sha256));
    }

    /** Whether it has any of the versions READY; a server that has none is still starting. */
    boolean isWarm(Map<String, ? extends Serving.Announced> versions) {
        return standings.keySet().stream().anyMatch(id -> {
            Serving.Announced version = versions.get(id);
            return version != null && isReady(id, version.sha256());
        });
    }

    /**
     * Whether the server has refused the very version for good. One that FAILED to load it tries again, and one that stops and
     * unloads it may have it READY again.
     */
    boolean hasRejected(Serving.Announced version) {
        Standing standing = standings.get(version.id());
        return standing != null
                && standing.state() == ModelState.REJECTED
                && (standing.sha256().isEmpty() || standing.sha256().equals(version.sha256()));
    }
}
