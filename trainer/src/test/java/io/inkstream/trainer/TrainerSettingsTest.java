package io.inkstream.trainer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.schemas.settings.Settings;
import io.inkstream.schemas.settings.SettingsException;
import io.inkstream.trainer.publish.PublicationGate;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TrainerSettingsTest {
    @Test
    void gatesDefaultsAreThoseOfTheGate() {
        Settings settings = settings(Map.of());

        assertThat(new PublicationGate.Thresholds(
                        settings.get(TrainerSettings.GATE_MIN_CAS_RATIO),
                        settings.get(TrainerSettings.GATE_MAX_FRECHET_EXCESS),
                        settings.get(TrainerSettings.GATE_MIN_DEVIATION_RATIO),
                        settings.get(TrainerSettings.GATE_MAX_DEVIATION_RATIO),
                        settings.get(TrainerSettings.GATE_MAX_ACCURACY_DIFFERENCE)))
                .isEqualTo(PublicationGate.Thresholds.DEFAULTS);
    }

    @Test
    void environmentSetsThem() {
        Settings settings = settings(Map.of(
                "INKSTREAM_TRAINER_BUDGET", "3h",
                "INKSTREAM_TRAINER_REFINE_BUDGET", "7m",
                "INKSTREAM_TRAINER_WORKERS", "4",
                "INKSTREAM_TRAINER_MODEL_NAME", "mine"));

        assertThat(settings.get(TrainerSettings.BUDGET)).isEqualTo(Duration.ofHours(3));
        assertThat(settings.get(TrainerSettings.REFINE_BUDGET)).isEqualTo(Duration.ofMinutes(7));
        assertThat(settings.get(TrainerSettings.WORKERS)).isEqualTo(4);
        assertThat(settings.get(TrainerSettings.MODEL_NAME)).isEqualTo("mine");
    }

    @Test
    void workersThatCannotShareABatchAreRefused() {
        assertThatThrownBy(() -> settings(Map.of("INKSTREAM_TRAINER_WORKERS", "3")))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("1, 2, 4 or 8");
    }

    private static Settings settings(Map<String, String> environment) {
        return Settings.of(TrainerSettings.ALL, Map.of(), environment, Map.of());
    }
}
