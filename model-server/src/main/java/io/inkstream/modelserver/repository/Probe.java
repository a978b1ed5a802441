package io.inkstream.modelserver.repository;

import io.inkstream.modelserver.predict.PredictionException;
import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.schemas.bundle.Manifest;
import java.util.Random;

/** Runs networks for the first time: they must give numbers in range. Warms them up by the way. */
final class Probe {
    private static final int ROWS = 16;
    private static final long SEED = 28;
    /** A sigmoid or a clipped tanh stays within 0..1 but for rounding. */
    private static final float SLACK = 1e-3f;

    private Probe() {}

    static void check(Manifest manifest, Predictor predictor) throws RejectedModelException {
        Random random = new Random(SEED);
        float[][] styles = new float[ROWS][manifest.styleSize()];
        float[][] noises = new float[ROWS][manifest.noiseSize()];
        int[] classes = new int[ROWS];
        for (int row = 0; row < ROWS; row++) {
            fill(styles[row], random);
            fill(noises[row], random);
            classes[row] = row % manifest.classes().size();
        }
        try {
            float[][] inks = predictor.draw(styles, noises, classes);
            for (float[] ink : inks) {
                checkInk(ink);
            }
            for (float[] logits : predictor.read(inks)) {
                checkFinite("the reader", logits);
            }
        } catch (PredictionException e) {
            throw new NotNowException("its networks could not be run: " + e.getMessage(), e);
        } catch (RuntimeException e) {
            throw new RejectedModelException("its networks do not run: " + e.getMessage(), e);
        }
    }

    /** Fails unless it is a drawing: every pixel a number from 0 to 1. */
    static void checkInk(float[] ink) throws RejectedModelException {
        checkFinite("the generator", ink);
        for (float pixel : ink) {
            if (pixel < -SLACK || pixel > 1 + SLACK) {
                throw new RejectedModelException("the generator draws " + pixel + ", ink is 0 to 1");
            }
        }
    }

    private static void checkFinite(String network, float[] values) throws RejectedModelException {
        for (float value : values) {
            if (!Float.isFinite(value)) {
                throw new RejectedModelException(network + " gives " + value);
            }
        }
    }

    private static void fill(float[] row, Random random) {
        for (int i = 0; i < row.length; i++) {
            row[i] = (float) random.nextGaussian();
        }
    }
}
