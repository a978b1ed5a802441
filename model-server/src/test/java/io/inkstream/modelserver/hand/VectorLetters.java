package io.inkstream.modelserver.hand;

import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.StyleSpec;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A glyph model without networks: a few letters as lines and arcs, bent by their noise, and a reader that compares with the
 * unbent ones. Pure and thread-safe; counts its calls.
 */
final class VectorLetters implements GlyphModel {
    static final int SIDE = 28;
    static final int NOISE = 6;

    private record Letter(ClassSpec spec, List<double[]> lines) {}

    private static final List<Letter> LETTERS = List.of(
            letter("a", .97, 1.08, 0, 1, 1, arc(.5, .5, .4, .5, 0, 360), line(.9, 0, .92, 1)),
            letter("c", 1, .89, 0, 1, 0, arc(.5, .5, .5, .5, -50, -310)),
            letter("d", 1.91, 1.17, 0, 1, 1, arc(.42, .72, .4, .28, 0, 360), line(.84, 0, .84, 1)),
            letter("e", 1, .98, 0, 1, 1, line(.05, .5, .95, .45), arc(.5, .5, .47, .5, -6, -310)),
            letter(
                    "g",
                    2.28,
                    1.12,
                    -1.23,
                    1,
                    1,
                    arc(.45, .25, .35, .25, 0, 360),
                    line(.82, .02, .82, .85, .5, 1, .1, .9)),
            letter("h", 1.88, 1.1, 0, 1, 0, line(.1, 0, .1, 1), arc(.48, .8, .38, .25, -180, 0), line(.86, .8, .9, 1)),
            letter("i", 1.53, .38, 0, 2, 0, line(.5, .4, .5, 1), line(.5, .02, .51, .06)),
            letter("l", 1.87, .49, 0, 1, 0, line(.48, 0, .5, .9, .6, 1)),
            letter("n", .94, 1.06, 0, 1, 0, line(.1, 0, .1, 1), arc(.48, .45, .38, .4, -180, 0), line(.86, .45, .9, 1)),
            letter("o", .93, .84, 0, 1, 1, arc(.5, .5, .42, .5, 0, 360)),
            letter("r", 1.01, .9, 0, 1, 0, line(.2, 0, .2, 1), arc(.62, .42, .42, .4, -180, -40)),
            letter("t", 1.72, 1.12, 0, 1, 0, line(.5, 0, .5, 1), line(.1, .35, .9, .33)),
            letter("w", 1.05, 1.44, 0, 1, 0, line(0, 0, .25, 1, .5, .3, .75, 1, 1, 0)),
            letter("T", 1.61, 1.59, 0, 1, 0, line(0, .02, 1, 0), line(.5, 0, .5, 1)),
            letter("V", 1.57, 1.16, 0, 1, 0, line(0, 0, .5, 1, 1, 0)),
            letter("A", 1.69, 1.22, 0, 1, 1, line(0, 1, .5, 0, 1, 1), line(.2, .62, .8, .62)),
            letter(".", .1, .1, .02, 1, 0, line(.5, .5, .52, .52)),
            letter(",", .6, .25, -.45, 1, 0, line(.55, .3, .55, .5, .4, .75)),
            letter("-", .11, .78, .63, 1, 0, line(0, .5, 1, .5)),
            letter("'", .5, .17, 1.34, 1, 0, line(.52, .2, .48, .8)));

    final AtomicInteger drawCalls = new AtomicInteger();
    final AtomicInteger drawn = new AtomicInteger();
    final Set<Integer> classes = ConcurrentHashMap.newKeySet();
    private final float[][] templates;

    VectorLetters() {
        templates = new float[LETTERS.size()][];
        for (int i = 0; i < templates.length; i++) {
            templates[i] = ink(LETTERS.get(i).lines, new float[NOISE], new float[2]);
        }
    }

    static DrawingModel model(GlyphModel glyphs) {
        return model("0".repeat(64), glyphs);
    }

    static DrawingModel model(String sha256, GlyphModel glyphs) {
        return new DrawingModel(sha256, manifest(), glyphs);
    }

    /** The same letters with one style. */
    static DrawingModel model(GlyphModel glyphs, StyleSpec style) {
        return new DrawingModel("1".repeat(64), manifest(List.of(style)), glyphs);
    }

    static Manifest manifest() {
        StyleSpec plain = new StyleSpec("plain", "Test letters.", new float[0], 1, .08, .03, .13, .2, 1.05, .7);
        StyleSpec bold = new StyleSpec("bold", "Fat test letters.", new float[0], 1, .3, .03, .2, .2, 1.05, .7);
        return manifest(List.of(plain, bold));
    }

    private static Manifest manifest(List<StyleSpec> styles) {
        return new Manifest(
                1,
                "letters",
                "1",
                null,
                SIDE,
                2,
                NOISE,
                LETTERS.stream().map(Letter::spec).toList(),
                styles,
                "Apache-2.0",
                List.of(),
                Map.of());
    }

    /** The class indices of a text; a space is a word space. */
    static int[] glyphs(String text) {
        String characters =
                LETTERS.stream().map(letter -> letter.spec.character()).reduce("", String::concat);
        return text.chars()
                .map(c -> {
                    if (c != ' ' && characters.indexOf(c) < 0) {
                        throw new IllegalArgumentException("no letter " + (char) c);
                    }
                    return characters.indexOf(c);
                })
                .toArray();
    }

    @Override
    public float[][] draw(List<GlyphLatent> latents) {
        drawCalls.incrementAndGet();
        drawn.addAndGet(latents.size());
        latents.forEach(latent -> classes.add(latent.classIndex()));
        return latents.stream()
                .map(latent -> ink(LETTERS.get(latent.classIndex()).lines, latent.noise(), latent.style()))
                .toArray(float[][]::new);
    }

    @Override
    public float[][] read(List<float[]> inks) {
        float[][] logits = new float[inks.size()][templates.length];
        for (int i = 0; i < logits.length; i++) {
            for (int k = 0; k < templates.length; k++) {
                double sum = 0;
                for (int p = 0; p < SIDE * SIDE; p++) {
                    double difference = inks.get(i)[p] - templates[k][p];
                    sum += difference * difference;
                }
                logits[i][k] = (float) (-sum / 6);
            }
        }
        return logits;
    }

    /** The letter in a box of at most 20 pixels, bent a little by its noise and more by its style. */
    private static float[] ink(List<double[]> lines, float[] noise, float[] style) {
        List<double[]> bent = new ArrayList<>();
        for (double[] line : lines) {
            double[] moved = new double[line.length];
            for (int i = 0; i < line.length; i += 2) {
                double x = line[i] - .5;
                double y = line[i + 1] - .5;
                moved[i] = 14
                        + 18
                                * (x * (1 + .06 * noise[0])
                                        - (.05 * noise[1] + .05 * style[0]) * y
                                        + .05 * noise[2] * y * y);
                moved[i + 1] = 14 + 18 * (y * (1 + .06 * noise[3]) + .05 * noise[4] * x * x + .04 * style[1] * x);
            }
            bent.add(moved);
        }
        float[] ink = new float[SIDE * SIDE];
        for (int p = 0; p < ink.length; p++) {
            double nearest = Double.MAX_VALUE;
            int row = p / SIDE;
            for (double[] line : bent) {
                for (int i = 2; i < line.length; i += 2) {
                    nearest = Math.min(
                            nearest,
                            java.awt.geom.Line2D.ptSegDist(
                                    line[i - 2], line[i - 1], line[i], line[i + 1], p % SIDE + .5, row + .5));
                }
            }
            ink[p] = (float) Math.max(0, Math.min(1, .5 + (1.4 - nearest) / 1.6));
        }
        return ink;
    }

    private static Letter letter(
            String character, double height, double width, double bottom, int pieces, int holes, double[]... lines) {
        boolean mark = height < .7;
        boolean dot = height < .2 && width < .2;
        ClassSpec spec = new ClassSpec(
                character,
                height,
                width,
                bottom,
                mark && height < .2 ? .7 : .22,
                width < .5 ? .7 : .33,
                0,
                mark ? 0 : .6,
                mark ? .3 : .12,
                .55,
                dot ? 1.35 : 1,
                pieces,
                holes,
                character);
        return new Letter(spec, List.of(lines));
    }

    private static double[] line(double... points) {
        return points;
    }

    private static double[] arc(double x, double y, double radiusX, double radiusY, double from, double to) {
        double[] points = new double[2 * 25];
        for (int i = 0; i < 25; i++) {
            double angle = Math.toRadians(from + (to - from) * i / 24);
            points[2 * i] = x + radiusX * Math.cos(angle);
            points[2 * i + 1] = y + radiusY * Math.sin(angle);
        }
        return points;
    }
}
