package io.inkstream.modelserver.repository;

import static java.util.Objects.requireNonNull;

import io.inkstream.schemas.Limits;
import io.inkstream.schemas.ModelId;
import java.util.Optional;

/**
 * The status of one version on this server.
 *
 * @param reason why it is where it is; empty where the state says all
 * @param sha256 of its bundle as announced; empty where what is announced is none
 * @param sizeBytes size of its bundle
 * @param canary what it drew, once it has
 * @param engine what runs it; empty until something does
 */
public record VersionStatus(
        ModelId id,
        VersionState state,
        String reason,
        String sha256,
        long sizeBytes,
        Optional<CanaryReport> canary,
        String engine) {
    public VersionStatus {
        requireNonNull(id, "id");
        requireNonNull(state, "state");
        reason = Limits.cut(reason, Limits.MESSAGE_CHARS);
        requireNonNull(sha256, "sha256");
        requireNonNull(canary, "canary");
        requireNonNull(engine, "engine");
    }
}
