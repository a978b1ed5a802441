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
    /** Ink that a pen stroke reaches somewhere. */
    private static final float PEAK = .5f;
    /** Share of drawings that must have a stroke: thin styles of a young generator lose some. */
    private static final double LEAST_INKED = .8;
    /** Mean ink of drawings: real glyphs have .1 to .25; an inverted one has the rest. */
    private static final double MOST_INK = .5;

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
                checkRange(ink);
            }
            checkVariety(inks);
            checkClasses(manifest, predictor, styles[0], noises[0]);
            checkInked(inks);
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

    private static void checkRange(float[] ink) throws RejectedModelException {
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

    private static void checkVariety(float[][] inks) throws RejectedModelException {
        double within = 0;
        for (int row = 0; row < ROWS; row += 2) {
            within += difference(inks[row], inks[row + 1]);
        }
        if (within / (ROWS / 2) < LEAST_DIFFERENCE) {
            throw new RejectedModelException("the generator draws every glyph of a class alike, whatever the noise");
        }
    }

    private static void checkClasses(Manifest manifest, Predictor predictor, float[] style, float[] noise)
            throws RejectedModelException {
        int count = Math.min(ROWS, manifest.classes().size());
        float[][] styles = new float[count][];
        float[][] noises = new float[count][];
        int[] classes = new int[count];
        for (int row = 0; row < count; row++) {
            styles[row] = style;
            noises[row] = noise;
            classes[row] = row;
        }
        float[][] inks = predictor.draw(styles, noises, classes);
        double between = 0;
        for (int row = 1; row < count; row++) {
            between += difference(inks[row - 1], inks[row]);
        }
        if (count > 1 && between / (count - 1) < LEAST_DIFFERENCE) {
            throw new RejectedModelException("the generator draws every class alike");
        }
    }

    private static void checkInked(float[][] inks) throws RejectedModelException {
        int inked = 0;
        double sum = 0;
        for (float[] ink : inks) {
            float peak = 0;
            for (float pixel : ink) {
                peak = Math.max(peak, pixel);
                sum += pixel;
            }
            inked += peak >= PEAK ? 1 : 0;
        }
        if (inked < LEAST_INKED * inks.length) {
            throw new RejectedModelException("only " + inked + " of " + inks.length + " drawings have any stroke");
        }
        double mean = sum / ((double) inks.length * inks[0].length);
        if (mean > MOST_INK) {
            throw new RejectedModelException(
                    "drawings are ink on " + mean + " of their paper: the generator draws white on black");
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
