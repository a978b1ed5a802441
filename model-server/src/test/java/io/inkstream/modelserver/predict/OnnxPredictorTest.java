package io.inkstream.modelserver.predict;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inkstream.modelserver.TestBundles;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import java.util.Map;
import org.junit.jupiter.api.Test;

class OnnxPredictorTest extends PredictorContract {
    @Override
    Predictor open(ModelBundle bundle) throws InvalidBundleException {
        return OnnxPredictor.open(bundle, 1);
    }

    @Test
    void aFileThatIsNoNetworkIsRefusedByName() {
        ModelBundle broken = new ModelBundle(
                TestBundles.manifest("test", "1"), TestBundles.generator(1), "no network".getBytes(UTF_8), Map.of());
        assertThatThrownBy(() -> open(broken))
                .isInstanceOf(InvalidBundleException.class)
                .hasMessageContaining("reader.onnx");
    }
}
