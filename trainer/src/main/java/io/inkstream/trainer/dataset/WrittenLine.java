package io.inkstream.trainer.dataset;

import java.util.List;

/**
 * A row of words as a pen wrote it.
 *
 * @param text what it says
 * @param writer who wrote it, or null
 * @param strokes in the order of the pen, y upwards, in the source's unit
 * @param xHeight of the writer in that unit; NaN where it is not known
 */
public record WrittenLine(String text, String writer, List<Stroke> strokes, double xHeight) {
    public WrittenLine {
        strokes = List.copyOf(strokes);
    }
}
