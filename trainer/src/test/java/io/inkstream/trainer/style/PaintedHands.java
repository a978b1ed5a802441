package io.inkstream.trainer.style;

import io.inkstream.schemas.bundle.ClassSpec;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.schemas.bundle.StyleSpec;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/**
 * Networks whose style latent has plain meanings: every character is a ring, leaning by latent 0, as thick as latent 1
 * says, as wide as latent 2 says, rounder or squarer by latent 3, and read the less surely the higher latent 4 is.
 */
final class PaintedHands implements GlyphNetworks {
    static final int STYLE = 5;
    private static final int CLASSES = 4;
    private static final int SIDE = 28;
    private static final int PIXELS = SIDE * SIDE;

    /** Trick: a corner pixel carries how illegible the hand is from the painter to the reader. */
    private static final int SECRET = 0;

    static Manifest manifest() {
        return new Manifest(
                1,
                "painted",
                "1",
                null,
                SIDE,
                STYLE,
                1,
                IntStream.range(0, CLASSES).mapToObj(PaintedHands::spec).toList(),
                List.of(new StyleSpec("plain", "", new float[0], 1, 0, 0, .13, .2, 1, .8)),
                "",
                List.of(),
                Map.of());
    }

    private static ClassSpec spec(int c) {
        String character = String.valueOf((char) ('a' + c));
        return new ClassSpec(character, 1, 1, 0, .2, .2, 0, .6, .1, .5, 1, 1, 1, character);
    }

    @Override
    public float[] draw(float[] styles, float[] noises, int[] classes) {
        float[] ink = new float[classes.length * PIXELS];
        for (int row = 0; row < classes.length; row++) {
            paint(styles, row * STYLE, ink, row * PIXELS);
        }
        return ink;
    }

    private static void paint(float[] style, int s, float[] ink, int offset) {
        double slant = .15 * style[s];
        double thickness = 2 + .4 * style[s + 1];
        double width = 6 * Math.exp(.12 * style[s + 2]);
        double power = 2 * Math.exp(-.25 * style[s + 3]);
        for (int i = 0; i < PIXELS; i++) {
            double y = i / SIDE - 13.5;
            double x = i % SIDE - 13.5 + slant * y;
            double radius =
                    Math.pow(Math.pow(Math.abs(x) / width, power) + Math.pow(Math.abs(y) / 9, power), 1 / power);
            double fromLine = Math.abs(radius - 1) * 7.5;
            ink[offset + i] = (float) Math.max(0, Math.min(1, thickness / 2 + .5 - fromLine));
        }
        ink[offset + SECRET] = (float) (1e-3 * style[s + 4]);
    }

    @Override
    public float[] read(float[] ink) {
        int rows = ink.length / PIXELS;
        float[] logits = new float[rows * CLASSES];
        for (int row = 0; row < rows; row++) {
            // All draws of a hand come as equally many rows of each class, in the order of the classes.
            int c = row * CLASSES / rows;
            logits[row * CLASSES + c] = 2 - 1e3f * ink[row * PIXELS + SECRET];
        }
        return logits;
    }
}
