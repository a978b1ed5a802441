package io.inkstream.modelserver;

import static org.assertj.core.api.Assertions.assertThat;

import io.inkstream.modelserver.health.Readiness;
import io.inkstream.modelserver.repository.VersionState;
import io.inkstream.modelserver.repository.VersionStatus;
import io.inkstream.schemas.ModelId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReadinessTest {
    private final Readiness readiness = new Readiness();
    private final List<Boolean> heard = new ArrayList<>();

    @Test
    void aServerIsReadyWhenNothingIsInTheWay() {
        readiness.whenChanged(heard::add);
        readiness.obstacle("a", "a is missing");
        readiness.obstacle("b", "b is missing");
        readiness.clear("a");
        assertThat(readiness.obstacles()).containsOnlyKeys("b");
        readiness.clear("b");
        readiness.clear("b");
        assertThat(heard).containsExactly(true, false, true);
    }

    @Test
    void noAnnouncedModelIsAnObstacleThatNamesTheTopic() {
        ModelReadiness models = new ModelReadiness(readiness, "inkstream.models");
        assertThat(readiness.obstacles()).containsValue("no model version is published on topic inkstream.models");
        models.accept(status("1", VersionState.READY, ""));
        assertThat(readiness.obstacles()).isEmpty();
        models.accept(status("1", VersionState.UNLOADED, "it was withdrawn"));
        assertThat(readiness.obstacles()).isNotEmpty();
    }

    @Test
    void modelsThatAreNotReadyAreNamedWithTheirReasons() {
        ModelReadiness models = new ModelReadiness(readiness, "inkstream.models");
        models.accept(status("1", VersionState.REJECTED, "its bundle is damaged"));
        models.accept(status("2", VersionState.WARMING, ""));
        assertThat(readiness.obstacles())
                .containsValue("no model version is READY: a:1 is REJECTED, its bundle is damaged; a:2 is WARMING");
    }

    private static VersionStatus status(String version, VersionState state, String reason) {
        return new VersionStatus(new ModelId("a", version), state, reason, "", 1, Optional.empty(), "");
    }
}
