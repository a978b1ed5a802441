package io.inkstream.modelserver;

import static java.util.Objects.requireNonNull;

import io.inkstream.modelserver.health.Readiness;
import io.inkstream.modelserver.repository.VersionState;
import io.inkstream.modelserver.repository.VersionStatus;
import io.inkstream.schemas.ModelId;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** Finds the server unready while no version is READY, and says where the versions stand. Thread-safe. */
final class ModelReadiness implements Consumer<VersionStatus> {
    private static final String PART = "models";
    private static final int MOST_NAMED = 5;

    private final Readiness readiness;
    private final String topic;
    private final Map<ModelId, VersionStatus> versions = new LinkedHashMap<>();

    /** @param topic where versions are announced */
    ModelReadiness(Readiness readiness, String topic) {
        this.readiness = requireNonNull(readiness, "readiness");
        this.topic = requireNonNull(topic, "topic");
        judge();
    }

    @Override
    public synchronized void accept(VersionStatus status) {
        if (status.state() == VersionState.UNLOADED) {
            versions.remove(status.id());
        } else {
            versions.put(status.id(), status);
        }
        judge();
    }

    private void judge() {
        if (versions.values().stream().anyMatch(version -> version.state() == VersionState.READY)) {
            readiness.clear(PART);
        } else if (versions.isEmpty()) {
            readiness.obstacle(PART, "no model version is published on topic " + topic);
        } else {
            readiness.obstacle(
                    PART,
                    "no model version is READY: "
                            + versions.values().stream()
                                    .limit(MOST_NAMED)
                                    .map(ModelReadiness::sentence)
                                    .collect(Collectors.joining("; ")));
        }
    }

    private static String sentence(VersionStatus version) {
        return version.id() + " is " + version.state() + (version.reason().isEmpty() ? "" : ", " + version.reason());
    }
}
