package io.inkstream.trainer.dataset;

import java.util.List;

/**
 * A character as a pen wrote it.
 *
 * @param writer who wrote it, or null
 * @param strokes in the order of the pen, y upwards, in the source's unit
 * @param xHeight of the writer in that unit; NaN where it is not known
 * @param baseline y of the line that it stands on; NaN where it is not known
 * @param pen width of the pen in that unit; NaN where it is not known
 * @param support how far readers agree with the character, 0 to 255; null where nobody judged
 * @param image [{@value SampleSet#PIXELS}] by rows as a training sees it: 0 is paper and 255 is ink
 */
@SuppressWarnings("ArrayRecordComponent") // nobody compares them
public record WrittenGlyph(
        String character,
        String writer,
        List<Stroke> strokes,
        double xHeight,
        double baseline,
        double pen,
        Integer support,
        byte[] image) {
    public WrittenGlyph {
        strokes = List.copyOf(strokes);
    }
}
