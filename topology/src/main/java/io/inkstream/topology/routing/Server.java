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

    boolean isReady(Version version) {
        Standing standing = standings.get(version.id());
        return standing != null
                && standing.state() == ModelState.READY
                && (standing.sha256().isEmpty() || standing.sha256().equals(version.sha256()));
    }

    /** Whether it has anything READY; a server that has not is still starting. */
    boolean isWarm() {
        return standings.values().stream().anyMatch(standing -> standing.state() == ModelState.READY);
    }

    /** Whether the version may come to READY here: it is on its way there, or has not been seen. */
    boolean mayBecomeReady(Version version) {
        Standing standing = standings.get(version.id());
        return standing == null
                || switch (standing.state()) {
                    case ANNOUNCED, DOWNLOADING, VERIFYING, WARMING, CANARY -> true;
                    case READY, REJECTED, UNLOADED -> false;
                };
    }
}
