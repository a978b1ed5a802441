package io.inkstream.modelserver.repository;

import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.schemas.bundle.Manifest;
import java.util.Random;

/**
 * Runs networks for the first time: they must give numbers in range that follow what they are asked. Warms them up by
 * the way.
 */
final class Probe {
    private static final int ROWS = 64;
    private static final int ROUNDS = 4;
    private static final long SEED = 28;
    /** A sigmoid or a clipped tanh stays within 0..1 but for rounding. */
    private static final float SLACK = 1e-3f;
    /** Mean difference of two drawings' pixels below which they are one drawing. Real glyphs of a class differ by .1. */
    private static final double LEAST_DIFFERENCE = 1e-3;

    void check(Manifest manifest, Predictor predictor) throws RejectedModelException {
        Random random = new Random(SEED);
        float[][] styles = gaussian(random, manifest.styleSize());
        float[][] noises = gaussian(random, manifest.noiseSize());
        int[] classes = new int[ROWS];
        for (int row = 0; row < ROWS; row++) {
            classes[row] = row / 2 % manifest.classes().size(); // pairs of one class, to see noise make a difference
        }
        try {
            float[][] inks = predictor.draw(styles, noises, classes);
            for (float[] ink : inks) {
                checkInk(ink);
            }
            checkPairs(inks);
            for (float[] logits : predictor.read(inks)) {
                checkFinite("the reader", logits);
            }
            for (int round = 1; round < ROUNDS; round++) {
                predictor.read(predictor.draw(styles, noises, classes));
            }
        } catch (RuntimeException e) {
            throw new RejectedModelException("its networks do not run: " + e.getMessage(), e);
        }
    }

    private static void checkInk(float[] ink) throws RejectedModelException {
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

    private static void checkPairs(float[][] inks) throws RejectedModelException {
        double within = 0;
        for (int row = 0; row < ROWS; row += 2) {
            within += difference(inks[row], inks[row + 1]);
        }
        if (within / (ROWS / 2) < LEAST_DIFFERENCE) {
            throw new RejectedModelException("the generator draws every glyph of a class alike, whatever the noise");
        }
    }

    private static double difference(float[] a, float[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += Math.abs(a[i] - b[i]);
        }
        return sum / a.length;
    }

    private static float[][] gaussian(Random random, int columns) {
        float[][] rows = new float[ROWS][columns];
        for (float[] row : rows) {
            for (int i = 0; i < columns; i++) {
                row[i] = (float) random.nextGaussian();
            }
        }
        return rows;
    }
}
