package io.inkstream.trainer.evaluation;

import io.inkstream.trainer.dataset.SampleSet;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.commons.math3.stat.descriptive.SummaryStatistics;

/**
 * How well the glyphs of one hand agree across different classes: correlation of slant and of stroke thickness between
 * glyphs of different class and the same writer, each measure first standardised within its class.
 *
 * <p>0 means that a writer's letters have nothing in common, 1 that one letter tells the measure of all others.
 *
 * @param slant correlation of the slant (horizontal shear of the ink's second moments)
 * @param thickness correlation of the thickness (ink over length of the outline)
 */
public record StyleCoherence(Estimate slant, Estimate thickness) {
    private static final double CLIP = 3;
    private static final int FEWEST = 6;

    /** Measures a set whose samples carry writers; samples without one are left out. */
    static StyleCoherence of(SampleSet samples) {
        int size = samples.size();
        double[][] measures = new double[2][size];
        float[] ink = new float[SampleSet.PIXELS];
        for (int i = 0; i < size; i++) {
            samples.copyImage(i, ink, 0);
            measures[0][i] = slant(ink);
            measures[1][i] = thickness(ink);
        }
        Map<Integer, List<Integer>> byWriter = new HashMap<>();
        for (int i = 0; i < size; i++) {
            if (samples.writer(i) != SampleSet.UNKNOWN_WRITER) {
                byWriter.computeIfAbsent(samples.writer(i), w -> new ArrayList<>())
                        .add(i);
            }
        }
        return new StyleCoherence(
                acrossClasses(samples, standardise(samples, measures[0]), byWriter),
                acrossClasses(samples, standardise(samples, measures[1]), byWriter));
    }

    /** Returns how far the ink leans to the right, in pixels a pixel of height. */
    static double slant(float[] ink) {
        int side = SampleSet.SIDE_PX;
        double mass = 1e-6;
        double centreX = 0;
        double centreY = 0;
        for (int i = 0; i < ink.length; i++) {
            mass += ink[i];
            centreX += (double) ink[i] * (i % side);
            centreY += (double) ink[i] * (i / side);
        }
        centreX /= mass;
        centreY /= mass;
        double mixed = 0;
        double vertical = 1e-3;
        for (int i = 0; i < ink.length; i++) {
            double dx = i % side - centreX;
            double dy = i / side - centreY;
            mixed += ink[i] * dx * dy;
            vertical += ink[i] * dy * dy;
        }
        return -mixed / vertical;
    }

    /** Returns the ink over the length of its outline: about half the stroke's width, in pixels. */
    static double thickness(float[] ink) {
        int side = SampleSet.SIDE_PX;
        double mass = 0;
        double outline = 1e-3;
        for (int i = 0; i < ink.length; i++) {
            mass += ink[i];
            if (i % side + 1 < side) {
                outline += Math.abs(ink[i + 1] - ink[i]);
            }
            if (i + side < ink.length) {
                outline += Math.abs(ink[i + side] - ink[i]);
            }
        }
        return mass / outline;
    }

    private static double[] standardise(SampleSet samples, double[] measure) {
        double[] standard = new double[measure.length];
        for (int c = 0; c < samples.classes().size(); c++) {
            int count = samples.countOfClass(c);
            if (count < FEWEST) {
                continue;
            }
            double sum = 0;
            double square = 0;
            for (int k = 0; k < count; k++) {
                double v = measure[samples.ofClass(c, k)];
                sum += v;
                square += v * v;
            }
            double mean = sum / count;
            double deviation = Math.sqrt(Math.max(square / count - mean * mean, 0)) + 1e-6;
            for (int k = 0; k < count; k++) {
                int i = samples.ofClass(c, k);
                standard[i] = Math.max(-CLIP, Math.min(CLIP, (measure[i] - mean) / deviation));
            }
        }
        return standard;
    }

    /**
     * Returns the mean product over pairs of one writer and different classes, every writer counting the same; its
     * interval is that of a mean over the writers.
     */
    private static Estimate acrossClasses(SampleSet samples, double[] z, Map<Integer, List<Integer>> byWriter) {
        double variance = 0;
        for (double each : z) {
            variance += each * each / z.length;
        }
        SummaryStatistics ofWriters = new SummaryStatistics();
        for (List<Integer> own : byWriter.values()) {
            Map<Integer, double[]> byClass = new HashMap<>();
            double sum = 0;
            for (int i : own) {
                double[] sumAndCount = byClass.computeIfAbsent(samples.label(i), c -> new double[2]);
                sumAndCount[0] += z[i];
                sumAndCount[1]++;
                sum += z[i];
            }
            double products = sum * sum;
            double pairs = (double) own.size() * own.size();
            for (double[] sumAndCount : byClass.values()) {
                products -= sumAndCount[0] * sumAndCount[0];
                pairs -= sumAndCount[1] * sumAndCount[1];
            }
            if (pairs > 0) {
                ofWriters.addValue(products / pairs);
            }
        }
        if (ofWriters.getN() == 0 || variance == 0) {
            return Estimate.of(0, Double.NaN);
        }
        double error = ofWriters.getN() == 1
                ? Double.NaN
                : ofWriters.getStandardDeviation() / Math.sqrt(ofWriters.getN()) / variance;
        return Estimate.of(ofWriters.getMean() / variance, error);
    }
}
