package io.inkstream.ops.hand;

import io.inkstream.modelserver.predict.Predictor;
import io.inkstream.schemas.bundle.Manifest;
import java.util.Arrays;
import java.util.Map;
import java.util.SplittableRandom;

/**
 * Finds the place in a generator's style space whose drawings are most like given ones: the best of many random hands,
 * improved in small steps. The same drawings and seed find the same place.
 */
final class NearestHand {
    private static final int HANDS = 200;
    private static final int STEPS = 150;
    private static final double STEP = .25;
    private static final double LIMIT = 2.5;
    /** Strokes that lie side by side are as far apart as strokes on two sides of a letter, unless both are blurred. */
    private static final int BLUR = 2;

    private final Predictor predictor;
    private final Manifest manifest;
    private final int[] classes;
    private final float[][] wanted;

    /**
     * Where a hand is.
     *
     * @param latent the place
     * @param rank share of random hands that are less like the drawings, 0 to 1
     */
    record Found(float[] latent, double rank) {}

    /** @param drawings by class: mean of the drawings of a character, ink [imageSize * imageSize] */
    NearestHand(Predictor predictor, Manifest manifest, Map<Integer, float[]> drawings) {
        this.predictor = predictor;
        this.manifest = manifest;
        classes =
                drawings.keySet().stream().sorted().mapToInt(Integer::intValue).toArray();
        wanted = Arrays.stream(classes)
                .mapToObj(c -> blurred(drawings.get(c), manifest.imageSize()))
                .toArray(float[][]::new);
    }

    Found find(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        float[] best = null;
        double[] distances = new double[HANDS];
        double least = Double.POSITIVE_INFINITY;
        for (int hand = 0; hand < HANDS; hand++) {
            float[] latent = new float[manifest.styleSize()];
            for (int i = 0; i < latent.length; i++) {
                latent[i] = limited(random.nextGaussian());
            }
            distances[hand] = distance(latent);
            if (distances[hand] < least) {
                least = distances[hand];
                best = latent;
            }
        }
        for (int step = 0; step < STEPS; step++) {
            float[] tried = best.clone();
            for (int i = 0; i < tried.length; i++) {
                tried[i] = limited(tried[i] + STEP * random.nextGaussian());
            }
            double distance = distance(tried);
            if (distance < least) {
                least = distance;
                best = tried;
            }
        }
        double nearest = least;
        long farther =
                Arrays.stream(distances).filter(distance -> distance > nearest).count();
        return new Found(best, (double) farther / HANDS);
    }

    private static float limited(double value) {
        return (float) Math.max(-LIMIT, Math.min(LIMIT, value));
    }

    /** Mean square difference of blurred ink, without noise: what the hand would draw if it drew alike each time. */
    private double distance(float[] latent) {
        float[][] styles = new float[classes.length][];
        Arrays.fill(styles, latent);
        float[][] noises = new float[classes.length][manifest.noiseSize()];
        float[][] inks = predictor.draw(styles, noises, classes);
        double sum = 0;
        for (int c = 0; c < classes.length; c++) {
            float[] ink = blurred(inks[c], manifest.imageSize());
            for (int i = 0; i < ink.length; i++) {
                double difference = ink[i] - wanted[c][i];
                sum += difference * difference;
            }
        }
        return sum / classes.length;
    }

    private static float[] blurred(float[] ink, int side) {
        return along(along(ink, side, 1, side), side, side, 1);
    }

    /** Means over runs of pixels, {@code step} apart, in lines that begin {@code next} apart. */
    private static float[] along(float[] ink, int side, int step, int next) {
        float[] blurred = new float[ink.length];
        for (int line = 0; line < side; line++) {
            for (int i = 0; i < side; i++) {
                float sum = 0;
                for (int k = Math.max(0, i - BLUR); k <= Math.min(side - 1, i + BLUR); k++) {
                    sum += ink[line * next + k * step];
                }
                blurred[line * next + i * step] = sum / (2 * BLUR + 1);
            }
        }
        return blurred;
    }
}
