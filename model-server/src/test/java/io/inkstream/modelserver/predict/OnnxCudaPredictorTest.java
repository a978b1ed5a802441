package io.inkstream.modelserver.predict;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtProvider;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;
import org.junit.jupiter.api.condition.EnabledIf;

/** Runs in a build with {@code -Pcuda} only: there a card that cannot be used is a failure. */
@EnabledIf("isBuiltForCuda")
class OnnxCudaPredictorTest extends EngineContract {
    static boolean isBuiltForCuda() {
        return OrtEnvironment.getAvailableProviders().contains(OrtProvider.CUDA);
    }

    @Override
    Predictor open(ModelBundle bundle) throws InvalidBundleException {
        return OnnxPredictor.open(bundle, OnnxProvider.CUDA, 1);
    }
}
