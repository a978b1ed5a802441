package io.inkstream.modelserver.grapheme;

import io.inkstream.schemas.alphabet.Alphabet;
import io.inkstream.schemas.alphabet.PenShape;
import io.inkstream.schemas.hand.CounterRandom;
import java.util.ArrayList;
import java.util.List;

/** Draws pen shapes as a hand does, each time a little otherwise. Not thread-safe. */
final class PenShapes {
    static final double LIMIT = 2;

    private static final double POINT_SD = .03;
    private static final double SIZE_SD = .05;
    private static final double ASPECT_SD = .06;
    private static final double TURN_SD = Math.toRadians(3);
    /** A straight pull is never quite straight. */
    private static final double BOW_SD = .035;

    private static final double CURVE_STEP = .05;
    private static final double TWIN_DISTANCE = .27;
    private static final double DOT = .17;
    private static final double DOT_OF_TWO = .13;

    private final Alphabet alphabet;
    private final MarkHabits hand;
    private final CounterRandom random;

    PenShapes(Alphabet alphabet, MarkHabits hand, CounterRandom random) {
        this.alphabet = alphabet;
        this.hand = hand;
        this.random = random;
    }

    double gaussian() {
        return random.nextGaussianWithin(LIMIT);
    }

    /** A shape, upright, the left bottom of its box at 0, 0. */
    List<float[]> draw(String name, double width, double height) {
        return draw(name, width, height, false, false, 0);
    }

    /**
     * A shape, upright, the left bottom of its box at 0, 0; dots around it.
     *
     * @param isFlipped left and right
     * @param tilt in radians
     */
    List<float[]> draw(String name, double width, double height, boolean isFlipped, boolean isUpsideDown, double tilt) {
        return switch (name) {
            case "dot" -> dot();
            case "@dot" -> within(dot(), DOT);
            case "@dots" -> dots(width * hand.width());
            case "acute2", "grave2", "vline2" -> {
                String one = name.substring(0, name.length() - 1);
                List<float[]> both = new ArrayList<>(draw(one, width, height));
                both.addAll(Paths.shifted(draw(one, width, height), TWIN_DISTANCE, 0));
                yield both;
            }
            case "breve.dot" -> {
                List<float[]> both = new ArrayList<>(draw("breve", width, height));
                both.addAll(Paths.shifted(dot(), width / 2, -height - .05));
                yield both;
            }
            default -> drawn(alphabet.shape(name), width, height, isFlipped, isUpsideDown, tilt);
        };
    }

    private List<float[]> dot() {
        return hand.dots().get(index(hand.dots().size()));
    }

    private List<float[]> dots(double distance) {
        int count = hand.dots().size();
        int first = index(count);
        int second = (first + 1 + index(Math.max(1, count - 1))) % count;
        double half = distance * (1 + .08 * gaussian()) / 2;
        List<float[]> dots = new ArrayList<>();
        dots.addAll(Paths.shifted(within(hand.dots().get(first), DOT_OF_TWO), -half, .03 * gaussian()));
        dots.addAll(Paths.shifted(within(hand.dots().get(second), DOT_OF_TWO), half, .03 * gaussian()));
        return dots;
    }

    private int index(int count) {
        return (int) (random.nextUniform() * count);
    }

    private static List<float[]> within(List<float[]> dot, double most) {
        Paths.Box box = Paths.box(dot);
        double extent = Math.max(box.width(), box.height());
        return extent <= most ? dot : Paths.scaled(dot, most / extent, most / extent);
    }

    private List<float[]> drawn(
            PenShape shape, double width, double height, boolean isFlipped, boolean isUpsideDown, double tilt) {
        double sd = POINT_SD * StrictMath.pow(Math.min(1, Math.max(width, height)), .8);
        double size = 1 + SIZE_SD * gaussian();
        double aspect = 1 + ASPECT_SD * gaussian();
        double turn = TURN_SD * gaussian() + tilt;
        double cos = StrictMath.cos(turn);
        double sin = StrictMath.sin(turn);
        List<float[]> strokes = new ArrayList<>();
        for (List<PenShape.Point> points : shape.strokes()) {
            List<double[]> path = new ArrayList<>();
            List<double[]> run = new ArrayList<>();
            for (PenShape.Point point : points) {
                double x = (isFlipped ? 1 - point.x() : point.x()) * width * size * aspect + sd * gaussian();
                double y = (isUpsideDown ? 1 - point.y() : point.y()) * height * size / aspect + sd * gaussian();
                run.add(new double[] {x, -y});
                if (point.isCorner()) {
                    append(path, run);
                    run = new ArrayList<>(List.of(run.get(run.size() - 1)));
                }
            }
            append(path, run);
            float[] stroke = new float[2 * path.size()];
            for (int i = 0; i < path.size(); i++) {
                double x = path.get(i)[0] - width / 2;
                double y = path.get(i)[1] + height / 2;
                stroke[2 * i] = (float) (cos * x - sin * y + width / 2);
                stroke[2 * i + 1] = (float) (sin * x + cos * y - height / 2);
            }
            strokes.add(stroke);
        }
        return strokes;
    }

    /** Appends the curve through the points of a run; its first is where the path ends. */
    private void append(List<double[]> path, List<double[]> run) {
        if (run.size() == 1) {
            if (path.isEmpty()) {
                path.add(run.get(0));
            }
            return;
        }
        List<double[]> curve = curve(run.size() == 2 ? bowed(run.get(0), run.get(1)) : run);
        path.addAll(path.isEmpty() ? curve : curve.subList(1, curve.size()));
    }

    private List<double[]> bowed(double[] from, double[] to) {
        double bow = BOW_SD * gaussian();
        double dx = to[0] - from[0];
        double dy = to[1] - from[1];
        return List.of(from, new double[] {(from[0] + to[0]) / 2 + bow * dy, (from[1] + to[1]) / 2 - bow * dx}, to);
    }

    /**
     * Centripetal Catmull-Rom spline through the points.
     *
     * @see <a href="https://doi.org/10.1016/j.cad.2010.08.008">Yuksel, Schaefer, Keyser: Parameterization and applications
     *     of Catmull-Rom curves</a>
     */
    private static List<double[]> curve(List<double[]> points) {
        List<double[]> curve = new ArrayList<>();
        curve.add(points.get(0));
        for (int i = 0; i + 1 < points.size(); i++) {
            double[] p1 = points.get(i);
            double[] p2 = points.get(i + 1);
            double[] p0 = i > 0 ? points.get(i - 1) : new double[] {2 * p1[0] - p2[0], 2 * p1[1] - p2[1]};
            double[] p3 =
                    i + 2 < points.size() ? points.get(i + 2) : new double[] {2 * p2[0] - p1[0], 2 * p2[1] - p1[1]};
            double a = knot(p0, p1);
            double b = knot(p1, p2);
            double c = knot(p2, p3);
            int steps = Math.max(2, (int) Math.ceil(Paths.length(p2[0] - p1[0], p2[1] - p1[1]) / CURVE_STEP));
            for (int k = 1; k <= steps; k++) {
                double t = (double) k / steps;
                double[] point = new double[2];
                for (int d = 0; d < 2; d++) {
                    double m1 = b * ((p1[d] - p0[d]) / a - (p2[d] - p0[d]) / (a + b) + (p2[d] - p1[d]) / b);
                    double m2 = b * ((p2[d] - p1[d]) / b - (p3[d] - p1[d]) / (b + c) + (p3[d] - p2[d]) / c);
                    point[d] = (2 * t * t * t - 3 * t * t + 1) * p1[d]
                            + (t * t * t - 2 * t * t + t) * m1
                            + (-2 * t * t * t + 3 * t * t) * p2[d]
                            + (t * t * t - t * t) * m2;
                }
                curve.add(point);
            }
        }
        return curve;
    }

    private static double knot(double[] from, double[] to) {
        return Math.sqrt(Math.max(1e-4, Paths.length(to[0] - from[0], to[1] - from[1])));
    }
}
