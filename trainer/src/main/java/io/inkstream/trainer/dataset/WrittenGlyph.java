package io.inkstream.trainer.dataset;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A character as a pen wrote it.
 *
 * @param writer who wrote it, or null
 * @param strokes in the order of the pen, y upwards, in the source's unit
 * @param xHeight of the writer in that unit; NaN where it is not known
 * @param baseline y of the line that it stands on; NaN where it is not known
 * @param image [{@value SampleSet#PIXELS}] by rows as a training sees it: 0 is paper and 255 is ink
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record WrittenGlyph(
        String character, String writer, List<Stroke> strokes, double xHeight, double baseline, byte[] image) {
    public WrittenGlyph {
        strokes = List.copyOf(strokes);
    }

    /** Whether a file is one of strokes, by its name. */
    public static boolean isFile(Path file) {
        return DataFiles.isStrokes(file);
    }

    /**
     * Reads a file of strokes; lines that are none are left out.
     *
     * @throws IOException if it cannot be read
     */
    public static List<WrittenGlyph> read(Path file) throws IOException {
        List<WrittenGlyph> glyphs = new ArrayList<>();
        StrokeReader.open(file, ImportOptions.DEFAULTS)
                .readStrokes((number, glyph) -> glyphs.add(glyph), (where, place, reason) -> {});
        return glyphs;
    }
}
