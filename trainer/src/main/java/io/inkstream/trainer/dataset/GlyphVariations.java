package io.inkstream.trainer.dataset;

import io.inkstream.schemas.bundle.Exemplar;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/**
 * Draws a few characters of one person as many samples: each leans, is turned and is stretched a little, as no two of a person's
 * letters are equal.
 */
public final class GlyphVariations {
    private static final double TURN_SD = .03;
    private static final double LEAN_SD = .05;
    private static final double STRETCH_SD = .05;
    private static final double PEN_PX = 2.9;
    private static final double PEN_LOG_SD = .15;
    /** What samples of people's own hands are called. */
    public static final String SOURCE = "hand";

    private GlyphVariations() {}

    /**
     * Draws them, the same for the same exemplars and seed.
     *
     * @param exemplars by character; characters that are no class are left out
     * @param perClass samples of each
     */
    public static SampleSet of(
            Map<String, List<Exemplar>> exemplars, CharacterClasses classes, int perClass, long seed) {
        StrokePen pen = new StrokePen();
        Random random = new Random(seed);
        SampleSet.Builder samples = SampleSet.builder(classes);
        new TreeMap<>(exemplars).forEach((character, own) -> {
            int label = classes.indexOf(character);
            for (int i = 0; label >= 0 && i < perClass; i++) {
                List<Stroke> strokes = varied(own.get(i % own.size()), random);
                double width = PEN_PX * StrictMath.exp(PEN_LOG_SD * random.nextGaussian());
                samples.add(
                        pen.draw(strokes, 1, 1, width),
                        label,
                        0,
                        SampleSet.UNKNOWN_SUPPORT,
                        SOURCE,
                        SampleSet.Split.TRAIN);
            }
        });
        return samples.build();
    }

    private static List<Stroke> varied(Exemplar exemplar, Random random) {
        double turn = TURN_SD * random.nextGaussian();
        double lean = LEAN_SD * random.nextGaussian();
        double wide = StrictMath.exp(STRETCH_SD * random.nextGaussian());
        double high = StrictMath.exp(STRETCH_SD * random.nextGaussian());
        List<Stroke> strokes = new ArrayList<>();
        for (float[] stroke : exemplar.strokes()) {
            double[] x = new double[stroke.length / 2];
            double[] y = new double[x.length];
            for (int i = 0; i < x.length; i++) {
                x[i] = wide * stroke[2 * i] + (lean - turn) * stroke[2 * i + 1];
                y[i] = high * stroke[2 * i + 1] + turn * stroke[2 * i];
            }
            strokes.add(new Stroke(x, y));
        }
        return strokes;
    }
}
