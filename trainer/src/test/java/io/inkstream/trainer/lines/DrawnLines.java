package io.inkstream.trainer.lines;

import io.inkstream.trainer.dataset.Stroke;
import io.inkstream.trainer.dataset.WrittenLine;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** Lines of four simple letters, each writer's a little different. */
public final class DrawnLines {
    private static final String LETTERS = "lovz";

    private DrawnLines() {}

    /** Some lines of three to six letters in two words. */
    public static List<WrittenLine> some(int count, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        List<WrittenLine> lines = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            StringBuilder text = new StringBuilder();
            int first = random.nextInt(1, 4);
            for (int k = 0; k < first + 2; k++) {
                text.append(k == first ? " " : "").append(LETTERS.charAt(random.nextInt(LETTERS.length())));
            }
            lines.add(of(text.toString(), "writer" + i % 7, random));
        }
        return lines;
    }

    public static WrittenLine of(String text, String writer, SplittableRandom random) {
        List<Stroke> strokes = new ArrayList<>();
        double x = 0;
        for (char letter : text.toCharArray()) {
            double at = x;
            double wide = random.nextDouble(.7, 1);
            x += letter == ' ' ? 2 : wide + .5;
            switch (letter) {
                case 'l' -> strokes.add(new Stroke(new double[] {at, at + .1}, new double[] {2, 0}));
                case 'v' ->
                    strokes.add(new Stroke(new double[] {at, at + wide / 2, at + wide}, new double[] {1, 0, 1}));
                case 'z' ->
                    strokes.add(new Stroke(new double[] {at, at + wide, at, at + wide}, new double[] {1, 1, 0, 0}));
                case 'o' -> {
                    double[] xs = new double[13];
                    double[] ys = new double[13];
                    for (int i = 0; i < xs.length; i++) {
                        xs[i] = at + wide / 2 * (1 + Math.cos(i * Math.PI / 6));
                        ys[i] = .5 + Math.sin(i * Math.PI / 6) / 2;
                    }
                    strokes.add(new Stroke(xs, ys));
                }
                default -> {
                    // a word space
                }
            }
        }
        return new WrittenLine(text, writer, strokes, 1);
    }

    /** The same as a reader sees them. */
    static List<LineSample> seen(int count, long seed) {
        WrittenLines pen = new WrittenLines(seed);
        return some(count, seed).stream()
                .map(line -> pen.draw(line).orElseThrow())
                .toList();
    }
}
