package io.inkstream.trainer.reading;

import io.inkstream.trainer.dataset.CharacterClasses;
import java.awt.image.BufferedImage;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * A reader that was trained, and what it makes of test glyphs.
 *
 * @param onnx input {@code ink} float [n, 1, 28, 28], 0 is paper and 1 is ink; output {@code logits} float [n, classes]
 * @param readings of the test glyphs
 * @param trainingAccuracy share that it reads rightly of glyphs that it learnt from, as many as there are test glyphs
 */
@SuppressWarnings("ArrayRecordComponent") // a file's bytes, handed over once
public record TrainedReader(
        byte[] onnx, Readings readings, double trainingAccuracy, long steps, long parameters, ReaderConfig config) {

    /** The characters in the order of its logits. */
    public CharacterClasses classes() {
        return readings.of().classes();
    }

    /** Accuracies and the matrix of what it takes for what, by name. */
    public Map<String, Object> figures() {
        Map<String, Object> figures = new LinkedHashMap<>(readings.figures());
        figures.put("accuracy_training", trainingAccuracy);
        figures.put("parameters", parameters);
        figures.put("steps", steps);
        return figures;
    }

    /** The mistakes of which it is most sure. */
    public BufferedImage mistakes() {
        return MistakeSheet.of(readings);
    }
}
