package io.inkstream.modelserver.hand;

import io.inkstream.modelserver.compositing.PenGlyph;
import io.inkstream.modelserver.compositing.Strokes;
import io.inkstream.schemas.bundle.Exemplar;
import io.inkstream.schemas.hand.CounterRandom;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes letter forms as variations of how somebody wrote the letter: each begins with one exemplar, goes some of the way to
 * another that has the same strokes, and is then sized, leant and bent a little; so hardly a form is like another, and each
 * has the person's strokes in the person's order. Immutable and thread-safe.
 */
final class ExemplarForms {
    /** Points of a stroke, evenly along it, by which two are compared and mixed. */
    private static final int POINTS = 32;

    /** Strokes that lie farther apart, in x-heights on average, are two ways of writing the letter and give no third. */
    private static final double ALIKE = .3;

    /** How far to the other: half-way would be a letter that is like neither. */
    private static final double MOST_MIXED = .4;

    private static final double SIZE_SD = .025;
    private static final double LEAN_SD = .02;
    private static final double BEND_SD = .02;

    /** Bends are this long, in x-heights: shorter ones look like a trembling hand. */
    private static final double BEND_LENGTH = 2.2;

    private ExemplarForms() {}

    /**
     * One form.
     *
     * @param exemplars of the character; at least one
     * @param variant which of its forms: consecutive ones begin with different exemplars
     * @param random what else decides
     */
    static PenGlyph draw(List<Exemplar> exemplars, int variant, CounterRandom random) {
        Exemplar from = exemplars.get(Math.floorMod(variant, exemplars.size()));
        List<float[]> strokes = mixed(from, exemplars, random).orElseGet(() -> ExemplarForms.downward(from));
        return PenGlyph.composed(moved(strokes, random), strokes.size());
    }

    private static Optional<List<float[]>> mixed(Exemplar from, List<Exemplar> exemplars, CounterRandom random) {
        List<float[]> own = resampled(from);
        List<List<float[]>> others = exemplars.stream()
                .filter(other -> other != from && other.strokes().size() == own.size())
                .map(ExemplarForms::resampled)
                .filter(other -> distance(own, other) < ALIKE)
                .toList();
        double choice = random.nextUniform();
        double share = MOST_MIXED * random.nextUniform();
        if (others.isEmpty()) {
            return Optional.empty();
        }
        List<float[]> other = others.get((int) (choice * others.size()));
        List<float[]> between = new ArrayList<>();
        for (int s = 0; s < own.size(); s++) {
            float[] a = own.get(s);
            float[] b = other.get(s);
            float[] point = new float[a.length];
            for (int i = 0; i < a.length; i++) {
                point[i] = (float) (a[i] + share * (b[i] - a[i]));
            }
            between.add(point);
        }
        return Optional.of(between);
    }

    /** Mean distance of points that lie equally far along their strokes. */
    private static double distance(List<float[]> one, List<float[]> other) {
        double sum = 0;
        for (int s = 0; s < one.size(); s++) {
            for (int i = 0; i < 2 * POINTS; i += 2) {
                sum += StrictMath.hypot(one.get(s)[i] - other.get(s)[i], one.get(s)[i + 1] - other.get(s)[i + 1]);
            }
        }
        return sum / (one.size() * POINTS);
    }

    private static List<float[]> resampled(Exemplar exemplar) {
        return downward(exemplar).stream().map(ExemplarForms::resampled).toList();
    }

    /** The stroke's points anew, evenly along it. */
    private static float[] resampled(float[] stroke) {
        int n = stroke.length / 2;
        double[] along = new double[n];
        for (int i = 1; i < n; i++) {
            along[i] = along[i - 1]
                    + StrictMath.hypot(stroke[2 * i] - stroke[2 * i - 2], stroke[2 * i + 1] - stroke[2 * i - 1]);
        }
        float[] even = new float[2 * POINTS];
        int i = 0;
        for (int k = 0; k < POINTS; k++) {
            double at = along[n - 1] * k / (POINTS - 1);
            while (i < n - 2 && along[i + 1] < at) {
                i++;
            }
            int next = Math.min(i + 1, n - 1);
            double step = along[next] - along[i];
            double t = step == 0 ? 0 : Math.max(0, Math.min(1, (at - along[i]) / step));
            even[2 * k] = (float) (stroke[2 * i] + t * (stroke[2 * next] - stroke[2 * i]));
            even[2 * k + 1] = (float) (stroke[2 * i + 1] + t * (stroke[2 * next + 1] - stroke[2 * i + 1]));
        }
        return even;
    }

    /** Exemplars begin at their left edge and say how high above the baseline, forms have their middle at 0 and say how far down. */
    private static List<float[]> downward(Exemplar exemplar) {
        float[] box = new Strokes(exemplar.strokes()).bounds();
        float middle = (box[0] + box[2]) / 2;
        return exemplar.strokes().stream()
                .map(stroke -> {
                    float[] down = new float[stroke.length];
                    for (int i = 0; i < down.length; i += 2) {
                        down[i] = stroke[i] - middle;
                        down[i + 1] = -stroke[i + 1];
                    }
                    return down;
                })
                .toList();
    }

    private static List<float[]> moved(List<float[]> strokes, CounterRandom random) {
        double size = StrictMath.exp(SIZE_SD * random.nextGaussianWithin(2));
        double wide = StrictMath.exp(SIZE_SD * random.nextGaussianWithin(2));
        double lean = LEAN_SD * random.nextGaussianWithin(2);
        double bendX = BEND_SD * random.nextGaussianWithin(2);
        double bendY = BEND_SD * random.nextGaussianWithin(2);
        double phaseX = 2 * Math.PI * random.nextUniform();
        double phaseY = 2 * Math.PI * random.nextUniform();
        double wave = 2 * Math.PI / BEND_LENGTH;
        List<float[]> moved = new ArrayList<>();
        for (float[] stroke : strokes) {
            float[] line = new float[stroke.length];
            for (int i = 0; i < line.length; i += 2) {
                double x = stroke[i];
                double y = stroke[i + 1];
                line[i] = (float) (size * wide * x - lean * y + bendX * StrictMath.sin(wave * y + phaseX));
                // The baseline stays where it is, or letters would dance on it.
                line[i + 1] = (float) (size * y + bendY * StrictMath.sin(wave * x + phaseY) * Math.min(1, -y));
            }
            moved.add(line);
        }
        return moved;
    }
}
