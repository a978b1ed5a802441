package io.inkstream.ops.hand;

import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.trainer.dataset.Handwriting;
import io.inkstream.trainer.dataset.WrittenGlyph;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Says of each field of a filled-in sheet whether what is in it will be taken. Of a field that several pictures show, the
 * last that is taken counts, else the last that is not empty: so single characters can be written again.
 */
public final class SheetReview {
    private final List<Judged> fields = new ArrayList<>();
    private final Map<Verdict, Integer> counts = new EnumMap<>(Verdict.class);
    private final Map<String, Integer> again = new TreeMap<>();
    private final Optional<Rhythm> rhythm;
    private int lines;
    private int allLines;

    /** Who wrote it does not matter to the judge. */
    private static final String SOMEBODY = "somebody";

    /** A field, and whether a file of strokes has a line for it. */
    private record Judged(FilledSheet.Read read, Verdict verdict, boolean isWritten) {
        boolean isTaken() {
            return verdict == Verdict.TAKEN || verdict == Verdict.RIM;
        }
    }

    private SheetReview(FilledSheet sheet, Manifest manifest, ServerReader reader) {
        Map<FilledSheet.Read, Judged> characters = characters(sheet, manifest, reader);
        List<List<FilledSheet.Read>> ofLines = new ArrayList<>();
        for (List<FilledSheet.Read> readings : sheet.fields()) {
            if (readings.get(0).isCharacter()) {
                add(best(readings.stream().map(characters::get).toList()));
            } else {
                ofLines.add(readings);
            }
        }
        OwnHand hand = OwnHand.of(Handwriting.parse(strokes(SOMEBODY)), manifest, reader, false);
        for (List<FilledSheet.Read> readings : ofLines) {
            add(best(readings.stream().map(read -> line(read, hand)).toList()));
        }
        rhythm = hand.rhythm(Handwriting.parse(strokes(SOMEBODY)).lines());
    }

    /** All readings of cells; the dot of which a reading is a single one is no character, but for a full stop. */
    private static Map<FilledSheet.Read, Judged> characters(FilledSheet sheet, Manifest manifest, ServerReader reader) {
        Map<FilledSheet.Read, Judged> judged = new IdentityHashMap<>();
        List<FilledSheet.Read> read = new ArrayList<>();
        List<WrittenGlyph> glyphs = new ArrayList<>();
        sheet.fields().stream()
                .flatMap(List::stream)
                .filter(FilledSheet.Read::isCharacter)
                .forEach(one -> {
                    List<WrittenGlyph> glyph = one.traced().isEmpty()
                            ? List.of()
                            : Handwriting.parse(List.of(one.json(SOMEBODY, true)))
                                    .glyphs();
                    if (glyph.isEmpty()) {
                        judged.put(
                                one, new Judged(one, one.traced().isEmpty() ? Verdict.EMPTY : Verdict.DOUBTFUL, false));
                    } else {
                        read.add(one);
                        glyphs.addAll(glyph);
                    }
                });
        OwnHand all = OwnHand.of(new Handwriting(glyphs, List.of(), List.of(), 0), manifest, reader, false);
        for (int i = 0; i < read.size(); i++) {
            FilledSheet.Read one = read.get(i);
            Verdict verdict = all.glyphs().get(i).verdict();
            judged.put(
                    one, new Judged(one, verdict == Verdict.TAKEN && one.touchesRim() ? Verdict.RIM : verdict, true));
        }
        return judged;
    }

    private static Judged line(FilledSheet.Read read, OwnHand hand) {
        if (read.traced().isEmpty()) {
            return new Judged(read, Verdict.EMPTY, false);
        }
        boolean says = Handwriting.parse(List.of(read.json(SOMEBODY, true))).lines().stream()
                .anyMatch(hand::says);
        return new Judged(read, says ? Verdict.TAKEN : Verdict.DOUBTFUL, true);
    }

    private static Judged best(List<Judged> readings) {
        Judged best = readings.get(0);
        for (Judged reading : readings) {
            boolean isBetter = reading.isTaken() || !best.isTaken() && reading.verdict() != Verdict.EMPTY;
            best = isBetter ? reading : best;
        }
        return best;
    }

    private void add(Judged field) {
        fields.add(field);
        if (!field.read().isCharacter()) {
            allLines++;
            lines += field.isTaken() ? 1 : 0;
            return;
        }
        counts.merge(field.verdict(), 1, Integer::sum);
        if (field.verdict() == Verdict.DOUBTFUL || field.verdict() == Verdict.RIM) {
            again.merge(field.read().field().text(), 1, Integer::sum);
        }
    }

    /**
     * Judges each field by the eyes of the reader that judges models.
     *
     * @param manifest of the model that the hand is for
     */
    public static SheetReview of(FilledSheet sheet, Manifest manifest, ServerReader reader) {
        return new SheetReview(sheet, manifest, reader);
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
        return rhythm;
    }

    /** What is written, as lines of a file of strokes that {@link Handwriting} and an import read. */
    public List<String> strokes(String writer) {
        return fields.stream()
                .filter(Judged::isWritten)
                .map(field -> field.read().json(writer, field.isTaken()))
                .toList();
    }

    /** All fields, each in a frame for its verdict. */
    public BufferedImage draw() {
        return ReviewSheet.draw(fields.stream()
                .map(field -> new ReviewSheet.Entry(
                        field.read().field().text(), field.read().picture(), field.verdict()))
                .toList());
    }
}
