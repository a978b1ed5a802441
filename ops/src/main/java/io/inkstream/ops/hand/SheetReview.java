package io.inkstream.ops.hand;

import io.inkstream.modelserver.predict.ServerReader;
import io.inkstream.schemas.bundle.Manifest;
import io.inkstream.trainer.dataset.Handwriting;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.EnumMap;
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

    /** Judges what one person wrote. */
    private static final class Judge {
        private final Manifest manifest;
        private final ServerReader reader;

        Judge(Manifest manifest, ServerReader reader) {
            this.manifest = manifest;
            this.reader = reader;
        }

        OwnHand hand(List<String> lines) {
            return OwnHand.of(Handwriting.parse(lines), manifest, reader, false);
        }

        Judged character(FilledSheet.Read read) {
            if (read.traced().isEmpty()) {
                return new Judged(read, Verdict.EMPTY, false);
            }
            // Of which a single dot is none, but for a full stop.
            List<OwnGlyph> glyphs = hand(List.of(read.json(SOMEBODY, true))).glyphs();
            Verdict verdict =
                    glyphs.isEmpty() ? Verdict.DOUBTFUL : glyphs.get(0).verdict();
            boolean isTaken = verdict == Verdict.TAKEN;
            return new Judged(read, isTaken && read.touchesRim() ? Verdict.RIM : verdict, !glyphs.isEmpty());
        }

        Judged line(FilledSheet.Read read, OwnHand hand) {
            if (read.traced().isEmpty()) {
                return new Judged(read, Verdict.EMPTY, false);
            }
            String line = read.json(SOMEBODY, true);
            boolean says = Handwriting.parse(List.of(line)).lines().stream().anyMatch(hand::says);
            return new Judged(read, says ? Verdict.TAKEN : Verdict.DOUBTFUL, true);
        }
    }

    private SheetReview(FilledSheet sheet, Judge judge) {
        List<List<FilledSheet.Read>> ofLines = new ArrayList<>();
        for (List<FilledSheet.Read> readings : sheet.fields()) {
            if (readings.get(0).isCharacter()) {
                add(best(readings.stream().map(judge::character).toList()));
            } else {
                ofLines.add(readings);
            }
        }
        OwnHand hand = judge.hand(strokes(SOMEBODY));
        for (List<FilledSheet.Read> readings : ofLines) {
            add(best(readings.stream().map(read -> judge.line(read, hand)).toList()));
        }
        rhythm = judge.hand(strokes(SOMEBODY)).rhythm();
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
        return new SheetReview(sheet, new Judge(manifest, reader));
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
