package io.inkstream.modelserver.predict;

import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.ModelBundle;

class Nd4jPredictorTest extends EngineContract {
    @Override
    Predictor open(ModelBundle bundle) throws InvalidBundleException {
        return Nd4jPredictor.open(bundle);
    }
}
