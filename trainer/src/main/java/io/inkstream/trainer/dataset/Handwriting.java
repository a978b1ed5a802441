package io.inkstream.trainer.dataset;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;

/**
 * What people wrote with a pen: characters and lines, as a file of strokes tells.
 *
 * @param faults lines of the file that tell neither, each in words; at most {@value ImportReport#FAULTS_NAMED} are named
 * @param faulty how many there are
 */
public record Handwriting(List<WrittenGlyph> glyphs, List<WrittenLine> lines, List<String> faults, long faulty) {
    public Handwriting {
        glyphs = List.copyOf(glyphs);
        lines = List.copyOf(lines);
        faults = List.copyOf(faults);
    }

    /** Whether a file is one of strokes, by its name. */
    public static boolean isFile(Path file) {
        return DataFiles.isStrokes(file);
    }

    /**
     * Reads files of strokes.
     *
     * @throws IOException if one cannot be read
     */
    public static Handwriting read(List<Path> files) throws IOException {
        Collected collected = new Collected();
        for (Path file : files) {
            StrokeReader.open(file, ImportOptions.DEFAULTS).readAll(collected, collected::fault);
        }
        return collected.handwriting();
    }

    /** Takes the lines of a file of strokes. */
    public static Handwriting parse(List<String> lines) {
        Collected collected = new Collected();
        for (int i = 0; i < lines.size(); i++) {
            try {
                StrokeReader.parse(lines.get(i).getBytes(StandardCharsets.UTF_8), i + 1, true, collected);
            } catch (StrokeReader.UnusableException e) {
                collected.fault("line " + (i + 1) + ": " + e.getMessage());
            }
        }
        return collected.handwriting();
    }

    /** That of some writers only. */
    public Handwriting of(Predicate<String> writers) {
        return new Handwriting(
                glyphs.stream().filter(glyph -> writers.test(glyph.writer())).toList(),
                lines.stream().filter(line -> writers.test(line.writer())).toList(),
                faults,
                faulty);
    }

    private static final class Collected implements StrokeReader.WritingSink<RuntimeException> {
        private final List<WrittenGlyph> glyphs = new ArrayList<>();
        private final List<WrittenLine> lines = new ArrayList<>();
        private final List<String> faults = new ArrayList<>();
        private long faulty;

        @Override
        public void glyph(int number, WrittenGlyph glyph) {
            glyphs.add(glyph);
        }

        @Override
        public void line(int number, WrittenLine line) {
            lines.add(line);
        }

        void fault(Path file, String place, String reason) {
            fault(file + ": " + place + ": " + reason);
        }

        void fault(String fault) {
            faulty++;
            if (faults.size() < ImportReport.FAULTS_NAMED) {
                faults.add(fault);
            }
        }

        Handwriting handwriting() {
            return new Handwriting(glyphs, lines, faults, faulty);
        }
    }
}
