package io.inkstream.ops.hand;

import java.awt.Color;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;

/** A small sheet that somebody filled in with plain letters. */
public final class HandSheets {
    public static final String CHARACTERS = "lcovxTLć";

    /** Letters that are plain lines, in x-heights above the baseline. */
    public static final Map<Character, List<float[]>> WRITTEN = Map.of(
            'l', List.of(new float[] {0, 1.9f, 0, 0}),
            'c', List.of(arc(50, 310)),
            'o', List.of(arc(0, 360)),
            'v', List.of(new float[] {0, 1, .45f, 0, .9f, 1}),
            'x', List.of(new float[] {0, 1, .8f, 0}, new float[] {.8f, 1, 0, 0}),
            'T', List.of(new float[] {0, 1.7f, 1.2f, 1.7f}, new float[] {.6f, 1.7f, .6f, 0}),
            'L', List.of(new float[] {0, 1.7f, 0, 0, .9f, 0}),
            'ć', List.of(arc(50, 310), new float[] {.4f, 1.35f, .6f, 1.65f}));

    private HandSheets() {}

    private static float[] arc(int from, int to) {
        float[] arc = new float[2 * 40];
        for (int i = 0; i < 40; i++) {
            double angle = Math.toRadians(from + (to - from) * i / 39.0);
            arc[2 * i] = (float) (.45 + .45 * Math.cos(angle));
            arc[2 * i + 1] = (float) (.5 + .5 * Math.sin(angle));
        }
        return arc;
    }

    /** A photo of its first page, all cells filled in. */
    public static Path photo(Path file, long seed) throws IOException {
        return photo(file, CHARACTERS, WRITTEN, seed);
    }

    /** A photo of the first page of any sheet, on which the cells of its letters are filled in. */
    public static Path photo(Path file, SheetLayout layout) throws IOException {
        return photo(file, layout, CHARACTERS, WRITTEN, 1);
    }

    /** A photo on which the cells of some letters are filled in. */
    public static Path photo(Path file, String letters, Map<Character, List<float[]>> written, long seed)
            throws IOException {
        return photo(file, new SheetLayout(CHARACTERS, Paper.A4), letters, written, seed);
    }

    private static Path photo(
            Path file, SheetLayout layout, String letters, Map<Character, List<float[]>> written, long seed)
            throws IOException {
        Map<Integer, List<float[]>> strokes = new HashMap<>();
        List<Field> fields = layout.fields(1);
        for (int place = 0; place < fields.size(); place++) {
            char letter = fields.get(place).text().charAt(0);
            if (letters.indexOf(letter) >= 0) {
                strokes.put(place, written.get(letter));
            }
        }
        BufferedImage paper = new Photographer(layout).written(1, strokes, new Color(30, 60, 160), .5);
        ImageIO.write(Photographer.photo(paper, 160, new SplittableRandom(seed)), "jpeg", file.toFile());
        return file;
    }
}
