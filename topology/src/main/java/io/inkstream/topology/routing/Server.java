package io.inkstream.topology.routing;

import io.inkstream.schemas.avro.ModelState;
import java.time.Instant;
import java.util.Map;

/**
 * What one model server said last.
 *
 * @param heardAt when it last said anything
 * @param standings by model id
 */
record Server(Instant heardAt, Map<String, Standing> standings) {

    /**
     * What it said of one version.
     *
     * @param sha256 of the bundle that it holds; empty where it does not know
     */
    record Standing(ModelState state, String sha256) {}

    Server {
        standings = Map.copyOf(standings);
    }

    boolean isReady(String model, String sha256) {
        Standing standing = standings.get(model);
        return standing != null
                && standing.state() == ModelState.READY
                && (standing.sha256().isEmpty() || standing.sha256().equals(sha256));
    }

    /** Whether it has anything READY; a server that has not is still starting. */
    boolean isWarm() {
        return standings.values().stream().anyMatch(standing -> standing.state() == ModelState.READY);
    }

    /** Whether the server has refused the version for good; one that stops and unloads it may have it READY again. */
    boolean hasRejected(Version version) {
        Standing standing = standings.get(version.id());
        return standing != null && standing.state() == ModelState.REJECTED;
    }
}
