package io.inkstream.trainer.style;

import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.trainer.dataset.SampleSet;
import io.inkstream.trainer.nn.Streams;
import java.util.Arrays;
import java.util.List;
import java.util.random.RandomGenerator;

/**
 * Measures hands: draws every character of a style latent with the same few noises for all hands, so that hands differ by
 * nothing but their latent. For one thread.
 */
final class HandGauge {
    /** Below this a class's slant tells the shape of the letter, not the writer. */
    private static final double SLANT_TELLS = .3;

    private static final int SLANT = 0;
    private static final int THICKNESS = 1;
    private static final int ROUNDNESS = 2;
    private static final int WIDTH = 3;
    private static final int SHAPES = 4;

    private final GlyphNetworks networks;
    private final List<ClassSpec> classes;
    private final int draws;
    private final float[] noises;
    private final int[] labels;
    private final double[] weights;
    private final boolean[][] credited;

    /** Where ordinary hands lie with each shape of each class. */
    record ClassScale(double[][] mean, double[][] deviation) {}

    /** Where ordinary hands lie; standardises the measures. */
    record Scale(ClassScale byClass, double[] handMean, double[] handDeviation, double[] withThickness) {}

    /** A hand's measures before they are standardised: each shape by class, and the reader's certainty. */
    record Raw(double[][] byClass, double legibility) {}

    /** @param draws drawings of each character */
    HandGauge(GlyphNetworks networks, List<ClassSpec> classes, int noiseSize, double noiseScale, int draws, long seed) {
        this.networks = networks;
        this.classes = classes;
        this.draws = draws;
        int rows = classes.size() * draws;
        this.noises = new float[rows * noiseSize];
        RandomGenerator random = Streams.named(seed, "style-noise");
        for (int i = 0; i < noises.length; i++) {
            noises[i] = (float) (noiseScale * random.nextGaussian());
        }
        this.labels = new int[rows];
        for (int i = 0; i < rows; i++) {
            labels[i] = i / draws;
        }
        this.weights = new double[classes.size()];
        this.credited = new boolean[classes.size()][classes.size()];
        for (int c = 0; c < classes.size(); c++) {
            weights[c] = weight(classes.get(c).character());
            for (int other = 0; other < classes.size(); other++) {
                credited[c][other] = other == c
                        || classes.get(c)
                                .lookalikes()
                                .contains(classes.get(other).character());
            }
        }
    }

    /** Text is mostly small letters. */
    private static double weight(String character) {
        int code = character.codePointAt(0);
        if (Character.isLowerCase(code)) {
            return 3;
        }
        return Character.isLetterOrDigit(code) ? 1 : .5;
    }

    Raw look(float[] style) {
        int rows = labels.length;
        float[] styles = new float[rows * style.length];
        for (int i = 0; i < rows; i++) {
            System.arraycopy(style, 0, styles, i * style.length, style.length);
        }
        float[] ink = networks.draw(styles, noises, labels);
        float[] logits = networks.read(ink);
        double[][] byClass = new double[SHAPES][classes.size()];
        double legibility = 0;
        for (int i = 0; i < rows; i++) {
            int c = labels[i];
            GlyphShape shape = GlyphShape.of(ink, i * SampleSet.PIXELS);
            byClass[SLANT][c] += (shape.slant() - classes.get(c).slant()) / draws;
            byClass[THICKNESS][c] += shape.thickness() / draws;
            byClass[ROUNDNESS][c] += shape.roundness() / draws;
            byClass[WIDTH][c] += shape.width() / draws;
            legibility += weights[c] * certainty(logits, i * classes.size(), credited[c]) / draws;
        }
        return new Raw(byClass, legibility / Arrays.stream(weights).sum());
    }

    /** Returns the reader's probability of the classes that count as right. */
    private static double certainty(float[] logits, int offset, boolean[] right) {
        double most = Double.NEGATIVE_INFINITY;
        for (int c = 0; c < right.length; c++) {
            most = Math.max(most, logits[offset + c]);
        }
        double all = 0;
        double credit = 0;
        for (int c = 0; c < right.length; c++) {
            double p = Math.exp(logits[offset + c] - most);
            all += p;
            credit += right[c] ? p : 0;
        }
        return credit / all;
    }

    /** Returns what is ordinary among the given hands, two at least. */
    Scale scale(List<Raw> hands) {
        double[][] mean = new double[SHAPES][classes.size()];
        double[][] deviation = new double[SHAPES][classes.size()];
        for (int m = 0; m < SHAPES; m++) {
            for (int c = 0; c < classes.size(); c++) {
                int measure = m;
                int ofClass = c;
                double[] values = hands.stream()
                        .mapToDouble(h -> h.byClass[measure][ofClass])
                        .toArray();
                mean[m][c] = mean(values);
                deviation[m][c] = deviation(values);
            }
        }
        ClassScale byClass = new ClassScale(mean, deviation);
        double[][] summaries = hands.stream().map(h -> summary(h, byClass)).toArray(double[][]::new);
        double[] handMean = new double[SHAPES + 2];
        double[] handDeviation = new double[SHAPES + 2];
        for (int m = 0; m < handMean.length; m++) {
            int measure = m;
            double[] values =
                    Arrays.stream(summaries).mapToDouble(s -> s[measure]).toArray();
            handMean[m] = mean(values);
            handDeviation[m] = deviation(values);
        }
        double[] withThickness = new double[SHAPES];
        for (int m : new int[] {ROUNDNESS, WIDTH}) {
            for (double[] s : summaries) {
                withThickness[m] += standard(s, handMean, handDeviation, m)
                        * standard(s, handMean, handDeviation, THICKNESS)
                        / summaries.length;
            }
        }
        return new Scale(byClass, handMean, handDeviation, withThickness);
    }

    HandMeasures measures(Raw hand, Scale scale) {
        double[] summary = summary(hand, scale.byClass);
        double[] z = new double[summary.length];
        for (int m = 0; m < z.length; m++) {
            z[m] = standard(summary, scale.handMean, scale.handDeviation, m);
        }
        // A thick stroke fills the corners of small letters: what roundness and width owe to it is taken out.
        for (int m : new int[] {ROUNDNESS, WIDTH}) {
            double r = scale.withThickness[m];
            z[m] = (z[m] - r * z[THICKNESS]) / Math.sqrt(Math.max(1 - r * r, .05));
        }
        return new HandMeasures(
                z[SLANT],
                z[THICKNESS],
                z[ROUNDNESS],
                z[WIDTH],
                z[SHAPES],
                z[SHAPES + 1],
                angle(hand),
                plain(hand, THICKNESS),
                plain(hand, WIDTH));
    }

    private static double standard(double[] summary, double[] mean, double[] deviation, int measure) {
        return (summary[measure] - mean[measure]) / deviation[measure];
    }

    /** Returns the four shapes, legibility and evenness of a hand, each shape the mean of the classes' standard scores. */
    private double[] summary(Raw hand, ClassScale scale) {
        double[] summary = new double[SHAPES + 2];
        for (int m = 0; m < SHAPES; m++) {
            double sum = 0;
            double square = 0;
            double all = 0;
            for (int c = 0; c < classes.size(); c++) {
                if (tells(m, c)) {
                    double z = (hand.byClass[m][c] - scale.mean[m][c]) / scale.deviation[m][c];
                    sum += weights[c] * z;
                    square += weights[c] * z * z;
                    all += weights[c];
                }
            }
            summary[m] = sum / all;
            if (m != ROUNDNESS) {
                summary[SHAPES + 1] -= Math.sqrt(Math.max(square / all - summary[m] * summary[m], 0));
            }
        }
        summary[SHAPES] = hand.legibility;
        return summary;
    }

    private boolean tells(int measure, int c) {
        return measure != SLANT || classes.get(c).slantFactor() >= SLANT_TELLS;
    }

    private double angle(Raw hand) {
        double sum = 0;
        double all = 0;
        for (int c = 0; c < classes.size(); c++) {
            if (tells(SLANT, c)) {
                double weight = weights[c] * classes.get(c).slantFactor();
                sum += weight * hand.byClass[SLANT][c];
                all += weight;
            }
        }
        return all == 0 ? 0 : sum / all;
    }

    /** Returns the mean of the classes as it is, not standardised. */
    private double plain(Raw hand, int measure) {
        double sum = 0;
        for (int c = 0; c < weights.length; c++) {
            sum += weights[c] * hand.byClass[measure][c];
        }
        return sum / Arrays.stream(weights).sum();
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElse(0);
    }

    private static double deviation(double[] values) {
        double mean = mean(values);
        return Math.sqrt(Arrays.stream(values)
                        .map(v -> (v - mean) * (v - mean))
                        .average()
                        .orElse(0))
                + 1e-6;
    }
}
