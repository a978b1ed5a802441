package io.inkstream.trainer.lines;

import io.inkstream.schemas.alphabet.Graphemes;
import io.inkstream.schemas.reading.BestPath;
import io.inkstream.schemas.reading.EditDistance;
import io.inkstream.schemas.reading.LineView;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads lines with a reader whose weights no longer change. For one thread. */
public final class LineReading {
    private final LineReader reader;
    private final Map<Integer, LinePass> passes = new HashMap<>();

    public LineReading(LineReader reader) {
        this.reader = reader;
    }

    /** Returns what a line says. */
    public String read(LineView view) {
        int columns = LineView.padded(view.columns());
        float[] logits = passes.computeIfAbsent(columns, width -> new LinePass(reader.shape(), 1, width))
                .logits(reader, LinePictures.picture(view, columns))[0];
        return BestPath.text(logits, LinePictures.frames(view), reader.characters());
    }

    /** Share of the characters of some lines that are read wrongly: edits over characters, the field's CER. */
    public double errorRate(List<LineSample> lines) {
        long wrong = 0;
        long characters = 0;
        for (LineSample line : lines) {
            List<String> meant = Graphemes.split(line.text());
            wrong += EditDistance.between(Graphemes.split(read(line.view())), meant);
            characters += meant.size();
        }
        return (double) wrong / characters;
    }
}
