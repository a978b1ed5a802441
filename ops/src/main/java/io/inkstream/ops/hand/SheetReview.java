package io.inkstream.ops.hand;

import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.trainer.dataset.Handwriting;
import io.inkstream.trainer.dataset.WrittenLine;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Says of each field of a filled-in sheet whether what is in it will be taken. */
public final class SheetReview {
    private final List<ReviewSheet.Entry> entries = new ArrayList<>();
    private final Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
    private final Map<String, Integer> again = new TreeMap<>();
    private final Map<FilledSheet.Read, Verdict> reads = new LinkedHashMap<>();
    private final OwnHand hand;
    private int lines;
    private int allLines;

    private SheetReview(FilledSheet sheet, Handwriting written, OwnHand hand) {
        this.hand = hand;
        Iterator<OwnGlyph> glyphs = hand.glyphs().iterator();
        Iterator<WrittenLine> texts = written.lines().iterator();
        for (FilledSheet.Read read : sheet.fields()) {
            Verdict verdict = Verdict.EMPTY;
            if (read.traced().isPresent()) {
                verdict = read.isCharacter()
                        ? glyphs.next().verdict()
                        : hand.says(texts.next()) ? Verdict.TAKEN : Verdict.DOUBTFUL;
                verdict = verdict == Verdict.TAKEN && read.touchesRim() ? Verdict.RIM : verdict;
            }
            entries.add(new ReviewSheet.Entry(read.field().text(), read.picture(), verdict));
            reads.put(read, verdict);
            if (!read.isCharacter()) {
                allLines++;
                lines += verdict == Verdict.TAKEN || verdict == Verdict.RIM ? 1 : 0;
                continue;
            }
            counts.merge(verdict, 1, Integer::sum);
            if (verdict == Verdict.DOUBTFUL || verdict == Verdict.RIM) {
                again.merge(read.field().text(), 1, Integer::sum);
            }
        }
    }

    /**
     * Judges each field by the eyes of the reader that judges models.
     *
     * @param manifest of the model that the hand is for
     */
    public static SheetReview of(FilledSheet sheet, Manifest manifest, ServerReader reader) {
        Handwriting written = Handwriting.parse(sheet.fields().stream()
                .filter(read -> read.traced().isPresent())
                .map(read -> read.json("somebody", false))
                .toList());
        return new SheetReview(sheet, written, OwnHand.of(written, manifest, reader, false));
    }

    /** How many cells have a verdict. */
    public int count(Verdict verdict) {
        return counts.getOrDefault(verdict, 0);
    }

    /** How many lines say what they should. */
    public int lines() {
        return lines;
    }

    /** How many lines were asked for on the pages that were read. */
    public int allLines() {
        return allLines;
    }

    /** Characters that are worth another try, and how many cells of each. */
    public Map<String, Integer> again() {
        return again;
    }

    /** How the person sets words, if the lines say it. */
    public Optional<Rhythm> rhythm() {
        return hand.rhythm();
    }

    /** What is written, as lines of a file of strokes that {@link Handwriting} and an import read. */
    public List<String> strokes(String writer) {
        List<String> lines = new ArrayList<>();
        reads.forEach((read, verdict) -> {
            if (read.traced().isPresent()) {
                lines.add(read.json(writer, verdict == Verdict.TAKEN || verdict == Verdict.RIM));
            }
        });
        return lines;
    }

    /** All fields, each in a frame for its verdict. */
    public BufferedImage draw() {
        return ReviewSheet.draw(entries);
    }
}
