package io.inkstream.trainer.dataset;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;

/** Writes pen strokes as lines of a file of strokes, in x-heights: what {@link Handwriting} and an import read. */
public final class StrokeWriter {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    /** Finer than any pen. */
    private static final double STEPS = 1_000;

    private StrokeWriter() {}

    /**
     * A character that stands on the baseline, as one line without its end.
     *
     * @param strokes each x0, y0, x1, y1, ..., y above the baseline
     * @param pen width of the pen
     * @param support how far readers agree with the character, 0 to 255
     */
    public static String ofCharacter(
            String character, String writer, String source, List<float[]> strokes, double pen, int support) {
        ObjectNode line = JSON.createObjectNode()
                .put("c", character)
                .put("w", writer)
                .put("src", source)
                .put("xh", 1)
                .put("b", 0)
                .put("pen", rounded(pen))
                .put("support", support);
        return with(line, strokes);
    }

    /** A row of words, likewise. */
    public static String ofText(String text, String writer, String source, List<float[]> strokes) {
        return with(
                JSON.createObjectNode()
                        .put("t", text)
                        .put("w", writer)
                        .put("src", source)
                        .put("xh", 1),
                strokes);
    }

    private static String with(ObjectNode line, List<float[]> strokes) {
        ArrayNode runs = line.putArray("strokes");
        for (float[] stroke : strokes) {
            ArrayNode points = runs.addArray();
            for (int i = 0; i < stroke.length; i += 2) {
                points.addArray().add(rounded(stroke[i])).add(rounded(stroke[i + 1]));
            }
        }
        return line.toString();
    }

    private static double rounded(double value) {
        return Math.round(STEPS * value) / STEPS;
    }
}
