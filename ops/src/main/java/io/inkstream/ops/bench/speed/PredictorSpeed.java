package io.inkstream.ops.bench.speed;

import io.inkstream.modelserver.predict.OnnxPredictor;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.schemas.bundle.InvalidBundleException;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.ModelBundle;
import java.time.Duration;
import java.util.Random;

/**
 * How fast the generator alone draws on one core.
 *
 * @param batched glyphs a second, sixteen at a time
 * @param single glyphs a second, one at a time
 */
record PredictorSpeed(double batched, double single) {
    private static final int BATCH = 16;
    private static final Duration WARM_UP = Duration.ofSeconds(1);

    static PredictorSpeed measure(ModelBundle bundle, Duration each) throws InvalidBundleException {
        try (Predictor predictor = OnnxPredictor.open(bundle, 1)) {
            return new PredictorSpeed(
                    glyphsPerSecond(predictor, bundle.manifest(), BATCH, each),
                    glyphsPerSecond(predictor, bundle.manifest(), 1, each));
        }
    }

    /** How many times faster a glyph is drawn in a batch than alone. */
    double gain() {
        return batched / single;
    }

    private static double glyphsPerSecond(Predictor predictor, Manifest manifest, int batch, Duration measured) {
        Random random = new Random(batch);
        float[][] styles = new float[batch][manifest.styleSize()];
        float[][] noises = new float[batch][manifest.noiseSize()];
        int[] classes = random.ints(batch, 0, manifest.classes().size()).toArray();
        draw(predictor, styles, noises, classes, WARM_UP);
        return draw(predictor, styles, noises, classes, measured);
    }

    private static double draw(
            Predictor predictor, float[][] styles, float[][] noises, int[] classes, Duration measured) {
        long start = System.nanoTime();
        long glyphs = 0;
        long elapsed = 0;
        while (elapsed < measured.toNanos()) {
            glyphs += predictor.draw(styles, noises, classes).length;
            elapsed = System.nanoTime() - start;
        }
        return glyphs * 1e9 / elapsed;
    }
}
