package io.inkstream.modelserver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.modelserver.ModelServerSettings.Engine;
import io.inkstream.modelserver.ModelServerSettings.Precision;
import io.inkstream.modelserver.predict.Int8Networks;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import io.inkstream.schemas.settings.SettingsException;
import org.junit.jupiter.api.Test;

class ModelLoadingTest {
    @Test
    void theSecondGeneratorDrawsOnlyWhereTheSettingSaysSo() throws InvalidBundleException {
        assertThat(engine(Precision.FLOAT32, true)).doesNotContain("int8");
        assertThat(engine(Precision.INT8, false)).endsWith("-int8");
    }

    @Test
    void autoAsksTheProcessor() throws InvalidBundleException {
        assertThat(engine(Precision.AUTO, true)).endsWith("-int8");
        assertThat(engine(Precision.AUTO, false)).doesNotContain("int8");
    }

    @Test
    void anEngineThatHasNoEightBitsRefusesThemAndNotAuto() {
        assertThatThrownBy(() -> ModelLoading.predictors(Engine.ND4J, Precision.INT8, () -> true))
                .isInstanceOf(SettingsException.class)
                .hasMessageContaining("inkstream.model.server.precision");
        assertThat(ModelLoading.predictors(Engine.ND4J, Precision.AUTO, () -> true))
                .isNotNull();
    }

    private static String engine(Precision precision, boolean hasVnni) throws InvalidBundleException {
        ModelBundle bundle = Int8Networks.bundle(7);
        try (Predictor predictor = ModelLoading.predictors(Engine.ONNXRUNTIME, precision, () -> hasVnni)
                .open(bundle)) {
            return predictor.engine();
        }
    }
}
